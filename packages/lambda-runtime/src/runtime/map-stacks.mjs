/**
 * Maps stacks to the sources when they are read, so that a function that does not fail pays nothing: Node's own
 * `--enable-source-maps` reads each map as soon as its module is loaded.
 */
import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, resolve } from 'node:path';

/** `path:line:column` → what stands there in the source. A map takes much memory and is not kept. */
const known = new Map();

/** @param {string} taskRoot maps are looked for in this folder alone */
export function mapStacks(taskRoot) {
  if (/--enable-source-maps/.test(process.env['NODE_OPTIONS'] ?? '')) return;
  Error.prepareStackTrace = (error, callSites) => {
    const lines = callSites.map((site) => `    at ${site}`);
    return [titleOf(error), ...mapped(lines, taskRoot)].join('\n');
  };
}

function titleOf(error) {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return 'Error';
  }
}

const POSITION = /(?:file:\/\/)?(\/[^():]+|[A-Za-z]:[^():]+):(\d+):(\d+)/;

function mapped(lines, taskRoot) {
  const maps = new Map();
  return lines.map((line) =>
    line.replace(POSITION, (text, path, row, column) => {
      if (!path.startsWith(taskRoot)) return text;
      const position = known.get(text) ?? find(path, Number(row), Number(column), maps);
      known.set(text, position ?? text);
      return position ?? text;
    }),
  );
}

function find(path, row, column, maps) {
  const file = `${path}.map`;
  if (!maps.has(file))
    maps.set(file, existsSync(file) ? new SourceMap(JSON.parse(readFileSync(file, 'utf8'))) : undefined);
  const { originalSource, originalLine, originalColumn } = maps.get(file)?.findEntry(row - 1, column - 1) ?? {};
  if (originalSource === undefined) return undefined;
  return `${resolve(dirname(path), originalSource)}:${originalLine + 1}:${originalColumn + 1}`;
}
