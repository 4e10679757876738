/**
 * The Lambda runtime inside a worker thread: loads the handler once, then answers one invocation at a time.
 * Plain JavaScript, because a worker that has to strip types starts 20 ms later and weighs more.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
 */
import { parentPort, workerData } from 'node:worker_threads';
import { keepRequestsHere } from './aws-requests.mjs';
import { captureOutput, logError, setRequestId } from './console.mjs';
import { describe, runtimeError } from './errors.mjs';
import { loadHandler } from './load-handler.mjs';
import { offerStreams, STREAMING } from './response-stream.mjs';
import { takeShortcut } from './shortcut.mjs';
import { enterTaskRoot } from './task-root.mjs';

/**
 * @typedef {object} WorkerData
 * @property {string} taskRoot absolute path of the folder that is /var/task on AWS
 * @property {readonly string[]} layers folders whose files are at /opt on AWS
 * @property {string} handler `src/http/index.handler`
 * @property {boolean} callbacks whether the runtime still has callbacks
 * @property {boolean} mapStacks whether stacks are mapped to the sources, whatever NODE_OPTIONS says
 * @property {string | undefined} gateway URL of what answers for AWS
 * @property {import('../function-config.ts').Shortcut | undefined} shortcut
 */
/** @type {WorkerData} */
const { taskRoot, layers, handler: handlerName, callbacks, mapStacks, gateway, shortcut } = workerData;

/** @param {import('../function-config.ts').Death | undefined} death */
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

/** How the handler is called, by what it is and by its runtime. */
async function callerOf(handler) {
  if (handler[STREAMING] !== undefined) return (await import('./call-streaming.mjs')).callStreaming;
  if (callbacks) return (await import('./call-with-callback.mjs')).callWithCallback;
  if (handler.length < 3) return (await import('./call-async.mjs')).callAsync;
  throw runtimeError(
    'CallbackHandlerDeprecated',
    'AWS Lambda has no callbacks from Node.js 24 on: a handler with a third parameter does not start. Make it an ' +
      'async function of (event, context), or use the runtime nodejs22.x.',
  );
}

/**
 * @param {{ event: string, context: object, milliseconds: number, skewMs: number, traceId: string,
 *   death?: import('../function-config.ts').Death }} invocation
 */
async function answer(call, handler, { event, context, milliseconds, skewMs, death, traceId }) {
  const deadline = performance.now() + milliseconds;
  const getRemainingTimeInMillis = () => Math.max(0, Math.floor(deadline - performance.now()));
  setRequestId(context.awsRequestId);
  process.env['_X_AMZN_TRACE_ID'] = traceId;
  await setClock(skewMs);
  const survive = await meet(death);
  try {
    return await call(handler, JSON.parse(event), { ...context, getRemainingTimeInMillis });
  } catch (error) {
    logError('Invoke Error', error);
    return { error: describe(error) };
  } finally {
    survive();
  }
}

/** Ends this environment: no invocation catches what went wrong. */
function die(title, error, exitCode) {
  logError(title, error);
  parentPort.postMessage({ fatal: describe(error) });
  process.exit(exitCode);
}

process.on('uncaughtException', (error) => die('Uncaught Exception', error, 129));
process.on('unhandledRejection', (reason) => {
  const error = Object.assign(runtimeError('UnhandledPromiseRejection', reason), { reason });
  die('Unhandled Promise Rejection', error, 128);
});

try {
  captureOutput((message) => parentPort.postMessage(message));
  enterTaskRoot(taskRoot, layers);
  if (mapStacks) (await import('./map-stacks.mjs')).mapStacks(taskRoot);
  if (gateway !== undefined) keepRequestsHere(gateway);
  if (shortcut !== undefined) takeShortcut(shortcut);
  offerStreams();
  const handler = await loadHandler(taskRoot, handlerName);
  const call = await callerOf(handler);
  parentPort.on('message', async (invocation) => parentPort.postMessage(await answer(call, handler, invocation)));
  parentPort.postMessage({ ready: true });
} catch (error) {
  logError('Uncaught Exception', error);
  parentPort.postMessage({ initError: describe(error) });
}
