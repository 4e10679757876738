/**
 * Loaded into the local cloud and each of its functions' threads (`node --import`): sends the functions' AWS requests
 * through the counting proxy, whose URL is in this module's query. The system's code does not know it.
 */
import { isMainThread } from 'node:worker_threads';

if (!isMainThread) redirect(new URL(import.meta.url).searchParams.get('proxy'));

/** By the SDK's own variables: `http://proxy/<function>/<where to, as one path segment>`. */
function redirect(proxy) {
  const name = process.env.AWS_LAMBDA_FUNCTION_NAME;
  if (name === undefined) return;
  for (const [variable, endpoint] of Object.entries(process.env)) {
    if (!variable.startsWith('AWS_ENDPOINT_URL_')) continue;
    process.env[variable] = `${proxy}/${name}/${encodeURIComponent(endpoint)}`;
  }
}
