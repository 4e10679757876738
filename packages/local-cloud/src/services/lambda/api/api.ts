import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '@dure/aws-protocols/aws-body';
import { asAwsError, AwsError } from '@dure/aws-protocols/aws-error';
import { requestUrl } from '@dure/local-http/request-url';
import { invokeByApi, type Invoking, type InvokeRequest, invokeWithStream, type Reply } from './invoke.ts';

/** A request to Lambda's REST API, as a route gets it. */
export interface LambdaRequest extends InvokeRequest {
  /** What follows the function's name in the path. */
  readonly rest: string;
}

/** A method, a path, and what answers it. */
export type LambdaRoute = readonly [string, RegExp, (request: LambdaRequest) => Reply | Promise<Reply>];

const PATH = /^\/\d{4}-\d\d-\d\d\/(?:functions|event-source-mappings)\/([^/]*)\/?(.*)$/;
const STREAMED = /^\/2021-11-15\/functions\/[^/]+\/response-streaming-invocations$/;

/** Lambda's REST API: invocations, and what other routes there are. */
export function createLambdaApi(
  invoking: Invoking,
  more: readonly LambdaRoute[] = [],
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const invocations: LambdaRoute = [
    'POST',
    /\/functions\/[^/]+\/invocations$/,
    (request) => invokeByApi(invoking, request),
  ];
  const routes = [invocations, ...more];
  return async (request, response) => {
    try {
      const { pathname, searchParams } = requestUrl(request);
      const [, name = '', rest = ''] = PATH.exec(pathname) ?? [];
      const route = routes.find(([method, path]) => method === request.method && path.test(pathname))?.[2];
      const isStreamed = request.method === 'POST' && STREAMED.test(pathname);
      if (route === undefined && !isStreamed) {
        const message = `Lambda's ${request.method} ${pathname} is not supported here.`;
        throw new AwsError('UnknownOperationException', message, 404);
      }
      const qualifier = searchParams.get('Qualifier') ?? undefined;
      const body = await readBody(request, response);
      const given = { name: decodeURIComponent(name), rest, qualifier, body, headers: request.headers };
      if (route === undefined) await invokeWithStream(invoking, given, response);
      else send(response, await route(given));
    } catch (error) {
      sendError(response, error);
    }
  };
}

function sendError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) return void response.destroy();
  if ((error as Error).name === 'TooManyRequestsException') {
    const { message, reason } = error as Error & { reason?: string };
    const headers = { 'x-amzn-errortype': 'TooManyRequestsException' };
    return send(response, { status: 429, headers, body: { Reason: reason, Type: 'User', message } });
  }
  const { code, statusCode, message } = asAwsError(error, 'ServiceException');
  const body = { Type: 'User', Message: message, message };
  send(response, { status: statusCode, headers: { 'x-amzn-errortype': code }, body });
}

function send(response: ServerResponse, { status = 200, headers = {}, body }: Reply): void {
  const text = body === '' ? '' : JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}
