/**
 * Kills this worker in the middle of an invocation, for fault injection. Plain JavaScript, as the worker that loads it.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** What a process ends with that was killed: 128 and the number of SIGKILL. */
export const KILLED = 137;

const CREATED = 'http.client.request.created';
const WRITES =
  /\.(Put|Update|Delete|TransactWrite|BatchWrite)Items?$|\.(PutEvents|StartExecution|SendTask\w+|SendMessage\w*)$/;

/**
 * Ends this thread when it makes its n-th request to AWS that writes, before that leaves. Returns how to be spared.
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
