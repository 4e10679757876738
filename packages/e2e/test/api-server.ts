import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { lambdaContext, proxyEvent } from '@dure/testing/lambda-events';
import { afterAll } from '@jest/globals';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';

type Handler = (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>;

const open: Server[] = [];
afterAll(async () => {
  for (const server of open) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** Serves an API's handler at these paths over HTTP, as API Gateway would. Returns its URL; closed after the test file. */
export async function serveApi(handler: Handler, paths: readonly string[]): Promise<string> {
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const found = paths.map((path) => ({ path, params: match(path, url.pathname) })).find(({ params }) => params);
    if (found?.params === undefined) return response.writeHead(403).end('{"message":"Missing Authentication Token"}');
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const query = [...url.searchParams];
    const event = proxyEvent({ method: request.method, resource: found.path, params: found.params, headers });
    const result = await handler(
      {
        ...event,
        body: await readBody(request),
        queryStringParameters: Object.fromEntries(query),
        multiValueQueryStringParameters: Object.fromEntries(
          query.map(([name]) => [name, url.searchParams.getAll(name)]),
        ),
      },
      lambdaContext,
    );
    return response.writeHead(result.statusCode, result.headers as Record<string, string>).end(result.body);
  };
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(server);
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function match(path: string, pathname: string): Record<string, string> | undefined {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const found = new RegExp(`^${path.replaceAll(/\{\w+\}/g, '([^/]+)')}$`).exec(pathname);
  return found ? Object.fromEntries(names.map((name, index) => [name, found[index + 1] ?? ''])) : undefined;
}

async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length === 0 ? null : Buffer.concat(chunks).toString('utf8');
}
