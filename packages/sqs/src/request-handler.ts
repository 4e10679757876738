import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody, readJson } from '@dure/aws-protocols/aws-body';
import { asAwsError } from '@dure/aws-protocols/aws-error';
import { sendQueryError, sendQueryResult } from '@dure/aws-protocols/aws-query';
import { isObject } from '@dure/local-http/json';
import { requestUrl } from '@dure/local-http/request-url';
import type { RequestContext } from './actions.ts';
import type { Input } from './input.ts';
import { noSuchAction, noSuchQueueForQuery, queryCodeOf } from './sqs-error.ts';
import { jsonOf, parseQuery, queryOutput } from './query-protocol.ts';

/** Carries an action out. */
export type Call = (action: string, input: Input, context: RequestContext) => Promise<unknown>;

const NAMESPACE = 'http://queue.amazonaws.com/doc/2012-11-05/';
const TARGET = 'AmazonSQS.';
const ACCESS_KEY = /Credential=([^/\s,]+)\//;
/** Actions that no queue's address takes. */
const OF_THE_ACCOUNT = ['CreateQueue', 'ListQueues'];
/** Errors that are not of SQS's own model, but of what all services share. */
const SHARED = ['InvalidParameterValueException', 'MissingRequiredParameterException', 'UnknownOperationException'];

/**
 * Answers requests to SQS in both of its protocols. Signatures are not checked. What was taken for a caller that has
 * left is put back.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-json.html
 */
export function createHandler(call: Call) {
  return async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const context = { ...contextOf(request), signal: untilCallerLeaves(request, response) };
    const target = String(request.headers['x-amz-target'] ?? '');
    response.setHeader('x-amzn-requestid', randomUUID());
    if (target.startsWith(TARGET)) await answerJson(call, target.slice(TARGET.length), request, response, context);
    else await answerQuery(call, request, response, context);
  };
}

/** Aborts at the first sign that nobody waits for the answer. */
function untilCallerLeaves({ socket }: IncomingMessage, response: ServerResponse): AbortSignal {
  const left = new AbortController();
  const abort = (): void => left.abort();
  socket.once('end', abort);
  response.once('close', () => {
    socket.off('end', abort);
    if (!response.writableFinished) abort();
  });
  return left.signal;
}

async function answerJson(
  call: Call,
  action: string,
  request: IncomingMessage,
  response: ServerResponse,
  context: RequestContext,
): Promise<void> {
  try {
    const input = await readJson(request, response);
    const output = (await call(action, input, context)) ?? {};
    await putBack(call, input, output, context);
    sendJson(response, 200, output);
  } catch (error) {
    const known = asAwsError(error);
    const fault = known.statusCode < 500 ? 'Sender' : 'Receiver';
    response.setHeader('x-amzn-query-error', `${queryCodeOf(known.code)};${fault}`);
    const model = SHARED.includes(known.code) ? 'com.amazon.coral.service' : 'com.amazonaws.sqs';
    sendJson(response, known.statusCode, { __type: `${model}#${known.code}`, message: known.message });
  }
}

async function answerQuery(
  call: Call,
  request: IncomingMessage,
  response: ServerResponse,
  context: RequestContext,
): Promise<void> {
  try {
    const { pathname, search } = requestUrl(request);
    const body = (await readBody(request, response)).toString('utf8');
    const { action, input: given } = parseQuery([search.slice(1), body].filter((it) => it !== '').join('&'));
    if (action === '') return sendText(response, 404, 'text/xml', '<UnknownOperationException/>');
    if (pathname !== '/' && OF_THE_ACCOUNT.includes(action)) throw noSuchAction(action);
    const input = pathname === '/' || 'QueueUrl' in given ? given : { ...given, QueueUrl: context.baseUrl + pathname };
    const output = (await call(action, input, context)) ?? {};
    await putBack(call, input, output, context);
    const result = queryOutput(action, output);
    if (request.headers.accept !== 'application/json') {
      return sendQueryResult(response, NAMESPACE, action, result, 'flat');
    }
    const answer = { [`${action}Result`]: jsonOf(result), ResponseMetadata: { RequestId: randomUUID() } };
    sendText(response, 200, 'application/json', JSON.stringify({ [`${action}Response`]: answer }));
  } catch (error) {
    const known = asAwsError(error);
    sendQueryError(
      response,
      NAMESPACE,
      known.code === 'QueueDoesNotExist' ? noSuchQueueForQuery() : known,
      queryCodeOf,
    );
  }
}

/** Shows messages again whose receiver hung up between the taking of them and the answer. */
async function putBack(call: Call, input: Input, output: unknown, context: RequestContext): Promise<void> {
  const messages: unknown = isObject(output) ? output['Messages'] : undefined;
  if (context.signal?.aborted !== true || !Array.isArray(messages)) return;
  for (const { ReceiptHandle } of messages as { ReceiptHandle: string }[]) {
    await call('ChangeMessageVisibility', { ...input, ReceiptHandle, VisibilityTimeout: 0 }, context);
  }
}

function contextOf({ headers }: IncomingMessage): Omit<RequestContext, 'signal'> {
  const sender = ACCESS_KEY.exec(headers.authorization ?? '')?.[1] ?? 'anonymous';
  const trace = headers['x-amzn-trace-id'];
  const about = { baseUrl: `http://${headers.host ?? 'localhost'}`, sender };
  return typeof trace === 'string' ? { ...about, trace } : about;
}

const sendJson = (response: ServerResponse, status: number, body: unknown): void =>
  sendText(response, status, 'application/x-amz-json-1.0', JSON.stringify(body));

function sendText(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
