/**
 * Loaded into the local cloud and each of its functions' threads (`node --import`): sends the functions' AWS requests
 * through the counting proxy whose URL stands in this module's own query, and counts what the local cloud itself asks
 * of SQS. No code of the system knows of it.
 */
import { subscribe } from 'node:diagnostics_channel';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) countRequests();
else redirect(new URL(import.meta.url).searchParams.get('proxy'));

/** By the SDK's own variables: `http://proxy/<function>/<where to, as one path segment>`. */
function redirect(proxy) {
  const name = process.env.AWS_LAMBDA_FUNCTION_NAME;
  if (name === undefined) return;
  for (const [variable, endpoint] of Object.entries(process.env)) {
    if (!variable.startsWith('AWS_ENDPOINT_URL_')) continue;
    process.env[variable] = `${proxy}/${name}/${encodeURIComponent(endpoint)}`;
  }
}

function countRequests() {
  const counts = {};
  subscribe('http.client.request.start', ({ request }) => {
    const target = request.getHeader('x-amz-target');
    if (typeof target === 'string') counts[target] = (counts[target] ?? 0) + 1;
  });
  process.on('message', (question) => {
    if (question === 'requests') process.send(counts);
  });
}
