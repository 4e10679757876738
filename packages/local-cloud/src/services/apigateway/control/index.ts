import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { AwsError } from '@dure/aws-protocols/aws-error';
import { requestUrl } from '@dure/local-http/request-url';
import type { CloudLog } from '../../../shared/types.ts';
import { badRequest, isRecord, type Properties } from '../reader.ts';
import type { ResourceContext } from '../resource-types/define.ts';
import { createRouter, decode } from '../router.ts';
import { accountRoutes } from './account.ts';
import { apiKeyRoutes } from './api-keys.ts';
import { restApiRoutes } from './rest-apis.ts';
import type { ControlAnswer, ControlCall } from './route.ts';
import { stageRoutes } from './stages.ts';
import { usagePlanRoutes } from './usage-plans.ts';

/**
 * API Gateway's own REST API. Signatures are not checked. What is not there answers 404 by name.
 * Source: https://docs.aws.amazon.com/apigateway/latest/api/API_Operations.html
 */
export function createControl(
  context: ResourceContext,
  log: CloudLog,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const routes = {
    ...restApiRoutes(context),
    ...stageRoutes(context),
    ...apiKeyRoutes(context),
    ...usagePlanRoutes(context),
    ...accountRoutes(context),
  };
  const find = createRouter(
    Object.entries(routes).map(([name, value]) => {
      const [method = '', path = ''] = name.split(' ');
      return { path, method, value };
    }),
  );

  async function answer(request: IncomingMessage): Promise<ControlAnswer> {
    const { pathname, searchParams: query } = requestUrl(request);
    const route = find(pathname);
    const handle = route?.methods.get(request.method ?? '');
    const body = await readBody(request);
    if (route === undefined || handle === undefined) {
      const message = `API Gateway ${request.method} ${pathname} is not supported here.`;
      throw new AwsError('UnknownOperationException', message, 404);
    }
    const params = Object.fromEntries(
      Object.entries(route.pathParameters).map(([name, value]) => [name, decode(value)] as const),
    );
    const call: ControlCall = { params, query, body };
    return handle(call);
  }

  return async (request, response) => {
    try {
      const { status = 200, body } = await answer(request);
      send(response, status, body, {});
    } catch (error) {
      if (!(error instanceof AwsError)) log('error', 'API Gateway failed.', { error: String(error) });
      const known = error instanceof AwsError ? error : new AwsError('ServiceUnavailableException', String(error), 503);
      send(response, known.statusCode, { message: known.message }, { 'x-amzn-ErrorType': known.code });
    }
  };
}

async function readBody(request: IncomingMessage): Promise<Properties> {
  const isEmpty = request.headers['content-length'] === '0' || request.headers['content-length'] === undefined;
  if (isEmpty && request.headers['transfer-encoding'] === undefined) return {};
  const body = await json(request).catch(() => undefined);
  if (isRecord(body)) return body;
  throw badRequest('The request body is not a JSON object.');
}

function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string>): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}
