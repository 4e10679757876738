/**
 * The Lambda runtime inside a worker thread: loads the handler once, then answers one invocation at a time.
 * Plain JavaScript, because a worker that has to strip types starts 20 ms later and weighs more.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
 */
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';

const MAX_RESPONSE_BYTES = 6 * 1024 * 1024;
const EXTENSIONS = ['.js', '.cjs', '.mjs'];

/** @type {{ modulePath: string, handler: string }} */
const { modulePath, handler: handlerName } = workerData;

/** @param {string} type @param {string} message */
function failure(type, message) {
  return Object.assign(new Error(message), { name: type });
}

async function loadHandler() {
  const file = EXTENSIONS.map((extension) => modulePath + extension).find((candidate) => existsSync(candidate));
  if (file === undefined) throw failure('Runtime.ImportModuleError', `Cannot find module '${modulePath}'`);
  const module = await import(pathToFileURL(file).href);
  const handler = module[handlerName] ?? module.default?.[handlerName];
  if (typeof handler === 'function') return handler;
  throw failure('Runtime.HandlerNotFound', `${handlerName} is undefined or not a function in ${file}`);
}

/** @param {unknown} error */
function describe(error) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), stackTrace: [] };
  return { errorType: error.name, errorMessage: error.message, stackTrace: (error.stack ?? '').split('\n') };
}

/** @param {unknown} result */
function serialize(result) {
  const payload = JSON.stringify(result) ?? 'null';
  if (Buffer.byteLength(payload) <= MAX_RESPONSE_BYTES) return payload;
  throw failure('Function.ResponseSizeTooLarge', 'Response payload size exceeded maximum allowed payload size (6 MB).');
}

/** @param {import('./function-config.ts').Death | undefined} death */
async function meet(death) {
  if (death === undefined) return () => {};
  const { KILLED, killBeforeWrite } = await import('./kill-before-write.mjs');
  return death.at === 'before-answer' ? () => process.exit(KILLED) : killBeforeWrite(death.write);
}

let skewed = false;

/** Fault injection alone loads what bends the clock. @param {number} milliseconds */
async function setClock(milliseconds) {
  if (milliseconds === 0 && !skewed) return;
  skewed = true;
  const { skewClock } = await import('./skewed-clock.mjs');
  skewClock(milliseconds);
}

/**
 * @param {{ event: string, context: object, milliseconds: number, skewMs: number,
 *   death?: import('./function-config.ts').Death }} invocation
 */
async function answer(handler, { event, context, milliseconds, skewMs, death }) {
  const deadline = performance.now() + milliseconds;
  const getRemainingTimeInMillis = () => Math.max(0, Math.floor(deadline - performance.now()));
  await setClock(skewMs);
  const survive = await meet(death);
  try {
    const result = await handler(JSON.parse(event), { ...context, getRemainingTimeInMillis });
    return { payload: serialize(result) };
  } catch (error) {
    return { error: describe(error) };
  } finally {
    survive();
  }
}

try {
  const handler = await loadHandler();
  parentPort.on('message', async (invocation) => parentPort.postMessage(await answer(handler, invocation)));
  parentPort.postMessage({ ready: true });
} catch (error) {
  parentPort.postMessage({ initError: describe(error) });
}
