/** 6 MiB and 100 bytes. Source: what AWS's own error says. */
const MAX_RESPONSE_BYTES = 6 * 1024 * 1024 + 100;

/** A handler's result as the answer to its invocation. @param {unknown} result */
export function answerWith(result) {
  const payload = stringify(result);
  if (Buffer.byteLength(payload) <= MAX_RESPONSE_BYTES) return { payload, memoryBytes: memoryBytes() };
  const message = `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`;
  throw Object.assign(new Error(message), { name: 'Function.ResponseSizeTooLarge' });
}

function stringify(result) {
  try {
    return JSON.stringify(result) ?? 'null';
  } catch (cause) {
    throw new Error('Unable to stringify response body', { cause });
  }
}

/** What this thread has taken. */
export function memoryBytes() {
  const { heapTotal, external } = process.memoryUsage();
  return heapTotal + external;
}
