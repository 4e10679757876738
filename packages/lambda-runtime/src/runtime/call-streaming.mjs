/** Calls a handler that `awslambda.streamifyResponse` has made: it writes its answer to a stream. */
import { Writable } from 'node:stream';
import { parentPort } from 'node:worker_threads';
import { runtimeError } from './errors.mjs';
import { memoryBytes } from './serialize.mjs';

class ResponseStream extends Writable {
  #contentType = 'application/octet-stream';
  #first;
  #isStarted = false;

  constructor() {
    super({ decodeStrings: true });
  }

  setContentType(type) {
    if (this.#isStarted) throw runtimeError('InvalidStreamingOperation', 'Cannot set content-type, too late.');
    this.#contentType = type;
  }

  beforeFirstWrite(bytes) {
    this.#first = bytes;
  }

  /** Objects are written as JSON. */
  write(chunk, ...rest) {
    const isText = typeof chunk === 'string' || chunk instanceof Uint8Array;
    return super.write(isText ? chunk : JSON.stringify(chunk), ...rest);
  }

  _write(chunk, _encoding, callback) {
    this.#start();
    parentPort.postMessage({ chunk });
    callback();
  }

  _final(callback) {
    this.#start();
    callback();
  }

  #start() {
    if (this.#isStarted) return;
    this.#isStarted = true;
    parentPort.postMessage({ contentType: this.#contentType });
    if (this.#first !== undefined) parentPort.postMessage({ chunk: this.#first });
  }
}

export async function callStreaming(handler, event, context) {
  const stream = new ResponseStream();
  const ended = new Promise((resolve, reject) => stream.once('finish', resolve).once('error', reject));
  // A stream that fails fails the invocation below, also when the handler has thrown before.
  ended.catch(() => {});
  const result = handler(event, stream, context);
  if (typeof result?.then !== 'function') throw new Error('Streaming does not support non-async handlers.');
  await result;
  if (!stream.writableEnded) throw new Error('Response stream is not finished.');
  await ended;
  return { streamed: true, memoryBytes: memoryBytes() };
}
