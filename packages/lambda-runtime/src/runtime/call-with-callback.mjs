/**
 * Up to nodejs22.x: the answer is what the handler's promise becomes, or what it calls back with, once nothing is left
 * to do unless `context.callbackWaitsForEmptyEventLoop` is false.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html#nodejs-handler-callback
 */
import { parentPort } from 'node:worker_threads';
import { runtimeError } from './errors.mjs';
import { answerWith } from './serialize.mjs';

const isAsync = (handler) => handler.constructor?.name === 'AsyncFunction';

/** What to do when nothing is left to do. */
let whenEmpty = () => {};
process.on('beforeExit', () => whenEmpty());

export function callWithCallback(handler, event, context) {
  return new Promise((resolve, reject) => {
    let waits = true;
    let isCalledBack = false;
    const end = (settle, value) => {
      whenEmpty = () => {};
      parentPort.ref();
      settle(value);
    };
    const succeed = (result) => end(resolve, Promise.try(answerWith, result));
    const fail = (error) => end(reject, error);
    const done = (error, result) => (error === undefined || error === null ? succeed(result) : fail(error));
    const once =
      (call) =>
      (...parameters) => {
        if (isCalledBack) return;
        isCalledBack = true;
        call(...parameters);
      };
    const callback = (error, result) => {
      if ((error !== undefined && error !== null) || !waits) done(error, result);
      else whenEmpty = () => succeed(result);
    };
    const callbackContext = {
      get callbackWaitsForEmptyEventLoop() {
        return waits;
      },
      set callbackWaitsForEmptyEventLoop(value) {
        waits = Boolean(value);
      },
      ...{ done: once(done), succeed: once(succeed), fail: once((error) => fail(error ?? 'handled')) },
    };
    // What waits for the next invocation would keep the event loop from ever being empty.
    parentPort.unref();
    whenEmpty = () => {
      if (isAsync(handler)) fail(runtimeError('NodeJsExit', "The handler's promise was never settled."));
      else succeed(undefined);
    };
    try {
      const result = handler(event, Object.assign(callbackContext, context), once(callback));
      if (typeof result?.then === 'function') result.then(callbackContext.succeed, callbackContext.fail);
    } catch (error) {
      fail(error);
    }
  });
}
