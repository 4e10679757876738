import type { IncomingMessage, ServerResponse } from 'node:http';
import { receiveBody } from '@dure/local-http/body';
import { parseJson } from '@dure/local-http/json';
import { sendJson, sendProblem } from '@dure/local-http/respond';
import { own } from '@dure/local-http/own-property';
import type { Query } from '@dure/local-http/query';

/** What `/_cloud/…` answers, by its name. Each is JSON. */
export type CloudViews = Readonly<Record<string, (query: Query) => unknown>>;

export interface CloudApiOptions {
  readonly views: CloudViews;
  /** What answers all methods of `/_cloud/…` itself, by its name. */
  readonly handlers: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => Promise<void>>>;
  /** Invokes a function by hand, with the event in the body. Undefined for a function that does not exist. */
  invoke(functionName: string, event: unknown): Promise<unknown>;
  /** The page at `/`, and what `/_cloud` answers. */
  index(): { html: string; json: unknown };
}

const MAX_EVENT_BYTES = 6 * 1024 * 1024;
const INVOCATION = /^\/_cloud\/functions\/([\w-]+)\/invocations$/;

/** Answers `/` and `/_cloud…`: what people and tests ask the local cloud itself. */
export function createCloudApi({ views, handlers, invoke, index }: CloudApiOptions) {
  return async (request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> => {
    const invocation = INVOCATION.exec(url.pathname);
    if (invocation !== null) return invokeByHand(request, response, invocation[1]!, invoke);
    const name = url.pathname.slice('/_cloud/'.length);
    const handler = own(handlers, name);
    if (handler !== undefined) return handler(request, response);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return sendProblem(response, 405, 'Method Not Allowed', 'This can only be read.');
    }
    if (url.pathname === '/' && (request.headers.accept ?? '').includes('text/html')) {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      return void response.end(index().html);
    }
    if (url.pathname === '/' || url.pathname === '/_cloud') return sendJson(response, 200, index().json);
    const view = own(views, name);
    if (view === undefined) {
      const known = [...Object.keys(views), ...Object.keys(handlers)].map((it) => `/_cloud/${it}`);
      return sendProblem(response, 404, 'Not Found', `There are ${known.join(', ')}.`);
    }
    sendJson(response, 200, await view(Object.fromEntries(url.searchParams)));
  };
}

async function invokeByHand(
  request: IncomingMessage,
  response: ServerResponse,
  functionName: string,
  invoke: CloudApiOptions['invoke'],
): Promise<void> {
  if (request.method !== 'POST') {
    response.setHeader('allow', 'POST');
    return sendProblem(response, 405, 'Method Not Allowed', 'A function is invoked by POST.');
  }
  const body = await receiveBody(request, response, MAX_EVENT_BYTES);
  if (!Buffer.isBuffer(body)) return sendProblem(response, 413, 'Content Too Large', 'An event has at most 6 MB.');
  const event = body.length === 0 ? {} : parseJson(body.toString('utf8'));
  if (event === undefined) return sendProblem(response, 400, 'Bad Request', 'The body is not JSON.');
  const result = await invoke(functionName, event);
  if (result === undefined) return sendProblem(response, 404, 'Not Found', `There is no function ${functionName}.`);
  sendJson(response, 200, result);
}
