/**
 * Runs as a separate process: loads a bundle as Lambda's runtime does, invokes it once, and prints as its last line
 * how long both took, in ms. `node start.mjs <bundle> <file of the event> [<V8 code cache>]`
 * A missing code cache is created after the invocation, so it has every function that a start needs.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Script } from 'node:vm';

const [bundle, eventFile, cacheFile] = process.argv.slice(2);
const event = JSON.parse(readFileSync(eventFile, 'utf8'));
const context = { awsRequestId: 'cold', functionName: 'cold', getRemainingTimeInMillis: () => 10_000 };

const cpuBefore = process.cpuUsage();
const startedAt = performance.now();
const { handler, script } = cacheFile === undefined ? createRequire(bundle)(bundle) : loadCached();
const importedAt = performance.now();
const answer = await handler(event, context).catch((error) => ({ failed: `${error.name}: ${error.message}` }));
const answeredAt = performance.now();
const cpu = process.cpuUsage(cpuBefore);

if (script !== undefined && !existsSync(cacheFile)) writeFileSync(cacheFile, script.createCachedData());
const figures = {
  processMs: answeredAt,
  importMs: importedAt - startedAt,
  firstMs: answeredAt - startedAt,
  cpuMs: (cpu.user + cpu.system) / 1000,
  answer,
  rejected: script?.cachedDataRejected ?? false,
};
process.stdout.write(`\n${JSON.stringify(figures)}\n`, () => process.exit());

function loadCached() {
  const cachedData = existsSync(cacheFile) ? readFileSync(cacheFile) : undefined;
  const script = new Script(Module.wrap(readFileSync(bundle, 'utf8')), { filename: bundle, cachedData });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(bundle), module, bundle, dirname(bundle));
  return { handler: module.exports.handler, script };
}
