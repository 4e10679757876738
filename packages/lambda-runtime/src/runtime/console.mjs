/** What the function writes, as Lambda's runtime writes it into its log. */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { format } from 'node:util';

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const METHODS = {
  trace: 'TRACE',
  debug: 'DEBUG',
  info: 'INFO',
  log: 'INFO',
  warn: 'WARN',
  error: 'ERROR',
  fatal: 'FATAL',
};
const isJson = process.env['AWS_LAMBDA_LOG_FORMAT'] === 'JSON';
const lowest = isJson ? LEVELS.indexOf(process.env['AWS_LAMBDA_LOG_LEVEL'] ?? 'INFO') : 0;

let requestId;
let send = () => {};

/** @param {string} id of the invocation that begins */
export function setRequestId(id) {
  requestId = id;
}

/** Hands over what is written from now on, to the console, to the standard streams and to their descriptors. */
export function captureOutput(post) {
  send = post;
  for (const [method, level] of Object.entries(METHODS)) {
    const isLogged = LEVELS.indexOf(level) >= lowest;
    console[method] = isLogged ? (...parameters) => log(level, parameters) : () => {};
  }
  for (const stream of ['stdout', 'stderr']) {
    process[stream].write = (chunk, encoding, callback) => {
      const bytes =
        typeof chunk === 'string' ? Buffer.from(chunk, typeof encoding === 'string' ? encoding : 'utf8') : chunk;
      send({ written: bytes, stream });
      const done = typeof encoding === 'function' ? encoding : callback;
      if (done !== undefined) queueMicrotask(() => done());
      return true;
    };
  }
  captureDescriptors();
}

/** Loggers such as pino write to the descriptors 1 and 2, which in a thread are those of the whole process. */
function captureDescriptors() {
  const { write, writeSync } = fs;
  const streams = { 1: 'stdout', 2: 'stderr' };
  const bytesOf = (data, offset, length) =>
    typeof data === 'string'
      ? Buffer.from(data)
      : data.subarray(Number(offset) || 0, length && Number(offset) + length);
  fs.writeSync = (descriptor, data, ...rest) => {
    const stream = streams[descriptor];
    if (stream === undefined) return writeSync(descriptor, data, ...rest);
    const written = bytesOf(data, ...rest);
    send({ written, stream });
    return written.length;
  };
  fs.write = (descriptor, data, ...rest) => {
    const stream = streams[descriptor];
    if (stream === undefined) return write(descriptor, data, ...rest);
    const written = bytesOf(data, ...rest.filter((value) => typeof value === 'number'));
    send({ written, stream });
    queueMicrotask(() => rest.at(-1)(null, written.length, data));
  };
  syncBuiltinESMExports();
}

function log(level, parameters) {
  const time = new Date().toISOString();
  const body = isJson ? jsonOf(time, level, parameters) : format(...parameters);
  const text = isJson ? body : `${time}\t${requestId}\t${level}\t${body}`;
  send({ log: { time, level: level.toLowerCase(), text, body } });
}

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html#nodejs-logging-advanced */
function jsonOf(timestamp, level, parameters) {
  const record = { timestamp, level, ...(requestId !== undefined && { requestId }) };
  if (parameters.length === 1) {
    try {
      return JSON.stringify({ ...record, message: parameters[0] }, withErrors);
    } catch {
      return JSON.stringify({ ...record, message: format(parameters[0]) });
    }
  }
  const error = parameters.find((parameter) => parameter instanceof Error);
  return JSON.stringify({ ...record, message: format(...parameters), ...(error && errorFields(error)) });
}

const errorFields = (error) => ({
  errorType: error.constructor?.name ?? 'UnknownError',
  errorMessage: error.message,
  stackTrace: typeof error.stack === 'string' ? error.stack.split('\n') : [],
});

const withErrors = (_key, value) => (value instanceof Error ? { ...errorFields(value), ...value } : value);

/** @param {string} title @param {unknown} thrown */
export function logError(title, thrown) {
  const error = thrown instanceof Error ? thrown : new Error(thrown === undefined ? 'handled' : String(thrown));
  if (isJson) return log('ERROR', [error]);
  log('ERROR', [title, `\t${textOf(error)}`]);
}

function textOf(error) {
  const fields = { errorType: error.name, errorMessage: error.message, code: error.code };
  const stack = typeof error.stack === 'string' ? error.stack.split('\n') : undefined;
  try {
    return JSON.stringify({ ...fields, ...error, stack }, (_key, value) =>
      value instanceof Error ? { errorType: value.name, errorMessage: value.message, ...value } : value,
    );
  } catch {
    return JSON.stringify({ ...fields, stack });
  }
}
