import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type InvokeOptions, TooManyRequestsException } from '@dure/lambda-runtime';
import { type Callers, isForeignOrigin, isFromOtherSite } from '@dure/local-http/access-rules';
import type { InvokeResult } from '../../../shared/types.ts';
import {
  type Answer,
  type Collection,
  type Header,
  receive,
  type ReceivedRequest,
  send,
  type Signatures,
} from '../../apigateway/index.ts';
import {
  allowedOrigin,
  answerOf,
  eventOf,
  type Exchange,
  HttpError,
  isPreflight,
  preflightAnswer,
  signerOf,
  traceIdOf,
  withCors,
} from '../../apigateway-http/index.ts';
import { urlHost, type UrlTarget } from './address.ts';
import { answerSink } from './answer-sink.ts';
import type { FunctionUrl } from './resource-type.ts';

export interface ServeOptions {
  readonly accountId: string;
  readonly region: string;
  readonly callers: Callers;
  /** Verifies the signatures of requests to URLs of AWS_IAM. */
  readonly iam: Pick<Signatures, 'signerOf'>;
  /** By ARN, with its alias if there is one. Rejects for a function that cannot be called. */
  invoke(functionArn: string, payload: unknown, options: InvokeOptions): Promise<InvokeResult>;
  now(): number;
}

type Serve = (target: UrlTarget, message: IncomingMessage, response: ServerResponse) => Promise<void>;

const MAX_EVENT_BYTES = 6 * 1024 * 1024;
const FORBIDDEN =
  'Forbidden. For troubleshooting Function URL authorization issues, see: ' +
  'https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html';

/** Answers calls of functions' URLs. Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html */
export function createServe(urls: Collection<FunctionUrl>, options: ServeOptions): Serve {
  const { accountId, region, callers, iam, now } = options;

  function exchangeOf(url: FunctionUrl, request: ReceivedRequest, path: string): Exchange {
    const [rawPath = '', ...query] = path.split('?');
    const startedAt = now();
    return {
      apiId: url.id,
      domainName: request.headers.get('host')?.at(-1)?.replace(/:\d+$/, '') ?? urlHost(url.id, region),
      stageName: '$default',
      stageVariables: {},
      rawPath: rawPath.replace(/^\/*/, '/'),
      rawQueryString: query.join('?'),
      routeKey: '$default',
      pathParameters: {},
      request,
      requestId: randomUUID(),
      traceId: traceIdOf(request, startedAt),
      startedAt,
      authorizer:
        url.authType === 'AWS_IAM' ? signerOf(request, { iam, service: 'lambda', now: startedAt }) : undefined,
    };
  }

  /** The answer, or undefined where it has been streamed already. */
  async function answer(url: FunctionUrl, exchange: Exchange, response: ServerResponse): Promise<Answer | undefined> {
    const { request, requestId } = exchange;
    const finished = (given: Answer): Answer => (url.cors === undefined ? given : withCors(given, url.cors, request));
    const event = eventOf(exchange, '2.0', url.authType === 'NONE' ? 'anonymous' : accountId);
    if (Buffer.byteLength(JSON.stringify(event)) > MAX_EVENT_BYTES) throw new HttpError(413, 'Request Too Long');
    let collected: Answer | undefined;
    const sink = answerSink({
      begin(head) {
        if (url.streams) begin(response, finished(head), requestId);
        else collected = head;
      },
      write(chunk) {
        if (url.streams) response.write(chunk);
        else if (collected) collected = { ...collected, body: Buffer.concat([collected.body, chunk]) };
      },
    });
    const result = await options
      .invoke(url.functionArn, event, { sink, requestId })
      .catch((error: unknown) => (error instanceof TooManyRequestsException ? error : undefined));
    if (result instanceof TooManyRequestsException) return throttled(result);
    if (sink.begun && url.streams && response.headersSent) {
      if (result?.ok === true) response.end();
      else response.destroy();
      return undefined;
    }
    if (result?.ok !== true) return failure();
    return finished(collected ?? answerOf(result.payload, '2.0', 'application/json') ?? failure());
  }

  return async ({ urlId, path }, message, response) => {
    const received = await receive({ apiId: urlId, stage: '', path }, message, response);
    if (received === undefined) return void response.destroy();
    const { request, refusal } = received;
    const url = urls.get(urlId);
    const sendIt = (given: Answer, id: string = randomUUID()): void =>
      send(response, given, [['x-amzn-RequestId', id]], request.method);
    if (url === undefined) return sendIt(forbidden());
    const { cors } = url;
    if (cors !== undefined && isPreflight(request)) return sendIt({ ...preflightAnswer(cors, request), status: 200 });
    if (isForeignPage(url, request, callers)) return sendIt(forbidden('Pages of this origin may not call this URL.'));
    if (refusal !== undefined) return sendIt(refused(new HttpError(413, 'Request Too Long')));
    try {
      const exchange = exchangeOf(url, request, path);
      const given = await answer(url, exchange, response);
      if (given !== undefined) sendIt(given, exchange.requestId);
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      sendIt(error.status === 403 ? forbidden() : refused(error));
    }
  };
}

/** Where the function answers preflight requests itself, what it allows is its own business. */
function isForeignPage({ cors }: FunctionUrl, request: ReceivedRequest, callers: Callers): boolean {
  if (cors === undefined) return false;
  const headerOf = (name: string): string | undefined => request.headers.get(name)?.at(-1);
  const origin = headerOf('origin');
  const headers = { origin, host: headerOf('host'), 'sec-fetch-site': headerOf('sec-fetch-site') };
  const isForeign = origin === undefined ? isFromOtherSite({ headers }) : isForeignOrigin({ headers }, callers);
  return isForeign && allowedOrigin(cors, request) === undefined;
}

function begin(response: ServerResponse, { status, headers }: Answer, requestId: string): void {
  response.writeHead(status, [...headers, ['x-amzn-RequestId', requestId] as Header].flat());
  response.flushHeaders();
}

/** Of a function that failed, or that answered something else than an answer. */
function failure(): Answer {
  const headers: Header[] = [['Content-Type', 'application/json']];
  return { status: 502, headers, body: Buffer.from('Internal Server Error') };
}

/** More at once than the function's reserved concurrency. Source: urls-configuration.html, "Throttling". */
function throttled({ message, reason }: TooManyRequestsException): Answer {
  const headers: Header[] = [
    ['Content-Type', 'application/json'],
    ['x-amzn-ErrorType', 'TooManyRequestsException'],
  ];
  return { status: 429, headers, body: Buffer.from(JSON.stringify({ Reason: reason, Type: 'User', message })) };
}

function forbidden(message = FORBIDDEN): Answer {
  const headers: Header[] = [
    ['Content-Type', 'application/json'],
    ['x-amzn-ErrorType', 'AccessDeniedException'],
  ];
  return { status: 403, headers, body: Buffer.from(JSON.stringify({ Message: message })) };
}

function refused({ status, message }: HttpError): Answer {
  const headers: Header[] = [['Content-Type', 'application/json']];
  return { status, headers, body: Buffer.from(JSON.stringify({ Message: message })) };
}
