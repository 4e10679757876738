/**
 * Changes a module of Node.js once a function loads it: one that nobody needs takes memory in each thread, `https` 2.5 MB.
 */
import { tracingChannel } from 'node:diagnostics_channel';

/** @type {Map<string, (module: any) => void>} by name, without `node:` */
const waiting = new Map();

function act(name) {
  const change = waiting.get(name);
  if (change === undefined) return;
  waiting.delete(name);
  change(process.getBuiltinModule(name));
}

// A function may import by a URL, which is an object.
const loaded = ({ id, url }) => act(String(id ?? url ?? '').replace(/^node:/, ''));

/** @param {string} name @param {(module: any) => void} change is called once, before the function uses the module */
export function whenLoaded(name, change) {
  if (waiting.size === 0) {
    tracingChannel('module.require').subscribe({ end: loaded });
    tracingChannel('module.import').subscribe({ asyncEnd: loaded });
  }
  waiting.set(name, change);
}

/** An ES module's static imports are not seen when they are loaded. */
export function esModuleLoaded() {
  for (const name of [...waiting.keys()]) act(name);
}
