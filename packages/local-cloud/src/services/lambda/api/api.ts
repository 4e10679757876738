import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../../../shared/protocols/aws-body.ts';
import { asAwsError, AwsError } from '../../../shared/protocols/aws-error.ts';
import { parseJson } from '../../../shared/json.ts';
import type { AsyncInvocations } from './async-invocations.ts';
import { configuration, describeAlias, describeFunction } from './describe.ts';
import type { Functions } from './functions.ts';
import { LATEST } from './model.ts';
import { requestUrl } from '../../../shared/http/request-url.ts';

export interface LambdaApiOptions {
  readonly functions: Functions;
  readonly asynchronous: AsyncInvocations;
  /** The event source mappings, as the API answers them. */
  mappings(): readonly object[];
}

type Route = (context: {
  readonly name: string;
  readonly rest: string;
  readonly query: URLSearchParams;
  readonly body: Buffer;
  readonly headers: IncomingMessage['headers'];
}) => Reply | Promise<Reply>;

interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Lambda's REST API, for what the CLI and people ask of it. Functions are changed by CloudFormation. */
export function createLambdaApi(
  options: LambdaApiOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const routes = routesOf(options);
  return async (request, response) => {
    try {
      const { pathname, searchParams: query } = requestUrl(request);
      const [, name = '', rest = ''] = PATH.exec(pathname) ?? [];
      const route = routes.find(([method, path]) => method === request.method && path.test(pathname))?.[2];
      if (route === undefined) {
        throw new AwsError(
          'UnknownOperationException',
          `Lambda's ${request.method} ${pathname} is not supported here.`,
          404,
        );
      }
      const body = await readBody(request, response);
      send(response, await route({ name: decodeURIComponent(name), rest, query, body, headers: request.headers }));
    } catch (error) {
      const known = asAwsError(error, 'ServiceException');
      const headers = { 'x-amzn-errortype': known.code };
      send(response, {
        status: known.statusCode,
        headers,
        body: { Type: 'User', Message: known.message, message: known.message },
      });
    }
  };
}

const PATH = /^\/2015-03-31\/(?:functions|event-source-mappings)\/([^/]*)\/?(.*)$/;

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html */
function routesOf({ functions, asynchronous, mappings }: LambdaApiOptions): [string, RegExp, Route][] {
  const { store } = functions;
  return [
    [
      'GET',
      /^\/2015-03-31\/functions\/?$/,
      () => ({
        body: { Functions: store.all().map((definition) => configuration(definition, LATEST)) },
      }),
    ],
    [
      'GET',
      /\/functions\/[^/]+$/,
      ({ name, query }) => {
        const { definition, version } = functions.resolve(name, query.get('Qualifier') ?? undefined);
        return { body: describeFunction(definition, version) };
      },
    ],
    [
      'GET',
      /\/functions\/[^/]+\/configuration$/,
      ({ name, query }) => {
        const { definition, version } = functions.resolve(name, query.get('Qualifier') ?? undefined);
        return { body: configuration(definition, version) };
      },
    ],
    [
      'GET',
      /\/functions\/[^/]+\/versions$/,
      ({ name }) => {
        const { definition } = functions.resolve(name);
        const versions = [LATEST, ...definition.versions.map(({ version }) => version)];
        return { body: { Versions: versions.map((version) => configuration(definition, version)) } };
      },
    ],
    [
      'GET',
      /\/functions\/[^/]+\/aliases$/,
      ({ name }) => {
        const { definition } = functions.resolve(name);
        return {
          body: { Aliases: Object.values(definition.aliases).map((alias) => describeAlias(definition, alias)) },
        };
      },
    ],
    [
      'GET',
      /\/functions\/[^/]+\/aliases\/[^/]+$/,
      ({ name, rest }) => {
        const { definition } = functions.resolve(name);
        const alias = definition.aliases[rest.split('/')[1] ?? ''];
        if (alias !== undefined) return { body: describeAlias(definition, alias) };
        throw new AwsError(
          'ResourceNotFoundException',
          `Cannot find alias arn: ${definition.arn}:${rest.split('/')[1]}`,
          404,
        );
      },
    ],
    ['GET', /\/event-source-mappings\/?$/, () => ({ body: { EventSourceMappings: mappings() } })],
    [
      'POST',
      /\/functions\/[^/]+\/invocations$/,
      ({ name, query, body, headers }) =>
        invoke(
          functions,
          asynchronous,
          name,
          query.get('Qualifier') ?? undefined,
          body,
          String(headers['x-amz-invocation-type'] ?? 'RequestResponse'),
        ),
    ],
  ];
}

async function invoke(
  functions: Functions,
  asynchronous: AsyncInvocations,
  name: string,
  qualifier: string | undefined,
  body: Buffer,
  type: string,
): Promise<Reply> {
  const { version } = functions.resolve(name, qualifier);
  const payload = body.length === 0 ? {} : parsePayload(body);
  if (type === 'DryRun') return { status: 204, body: '' };
  if (type === 'Event') {
    asynchronous.accept(name, payload, qualifier);
    return { status: 202, body: '' };
  }
  const result = await functions.invoke(name, payload, qualifier);
  const headers = { 'x-amz-executed-version': version };
  if (result.ok) return { headers, body: result.payload ?? null };
  const { errorType, errorMessage, stackTrace } = result;
  return {
    headers: { ...headers, 'x-amz-function-error': 'Unhandled' },
    body: { errorType, errorMessage, ...(stackTrace !== undefined && { trace: stackTrace }) },
  };
}

/** Any JSON value may be a payload. */
function parsePayload(body: Buffer): unknown {
  const payload = parseJson(body.toString('utf8'));
  if (payload !== undefined) return payload;
  throw new AwsError('InvalidRequestContentException', 'Could not parse request body into json.');
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
