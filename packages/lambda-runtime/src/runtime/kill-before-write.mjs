/**
 * Kills this worker in the middle of an invocation, for fault injection. Plain JavaScript, as the worker that loads it.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** The exit code of a killed process: 128 and the number of SIGKILL. */
export const KILLED = 137;

const CREATED = 'http.client.request.created';
const WRITES =
  /\.(Put|Update|Delete|TransactWrite|BatchWrite)Items?$|\.(PutEvents|StartExecution|SendTask\w+|SendMessage\w*)$/;

/**
 * Ends this thread just before it sends its n-th writing request to AWS. Returns how to cancel that.
 * Source: https://nodejs.org/api/diagnostics_channel.html#http
 * @param {number} write
 */
export function killBeforeWrite(write) {
  let writes = 0;
  const onRequest = ({ request }) => {
    if (!WRITES.test(String(request.getHeader('x-amz-target') ?? ''))) return;
    writes += 1;
    if (writes === write) process.exit(KILLED);
  };
  subscribe(CREATED, onRequest);
  return () => unsubscribe(CREATED, onRequest);
}
