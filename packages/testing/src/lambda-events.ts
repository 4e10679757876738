import { randomUUID } from 'node:crypto';
import { roles, scopes } from '@dure/contracts/access';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context, SQSEvent, SQSRecord } from 'aws-lambda';

/** Who makes a test's request, as the authorizer tells it. */
export interface TestCaller {
  readonly subject: string;
  readonly scopes: readonly string[];
  readonly roles: readonly string[];
  /** In milliseconds since 1970; ten minutes from now by default. */
  readonly expiresAt?: number;
  /** The service that acts for the subject. */
  readonly actor?: string;
}

/** May do everything with everybody's data. */
export const staff: TestCaller = { subject: 'u-test', scopes: Object.keys(scopes), roles: ['operator'] };

export const customer = (id: string): TestCaller => ({ subject: id, scopes: roles.customer, roles: ['customer'] });

/** The parts of a request that a test sets; the rest is filled in like API Gateway does. */
export interface TestRequest {
  readonly method?: string;
  /** `/v1/stock/{sku}`. */
  readonly resource: string;
  readonly params?: Record<string, string>;
  readonly query?: Record<string, string>;
  readonly headers?: Record<string, string>;
  /** An object is sent as JSON with its content type; a string is sent unchanged. */
  readonly body?: unknown;
  /** By default {@link staff}; null for a request without a token. */
  readonly caller?: TestCaller | null;
}

/** An API Gateway (REST) proxy event. Source: https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html */
export function proxyEvent(request: TestRequest): APIGatewayProxyEvent {
  const { method = 'GET', resource, params = {}, query = {}, headers = {}, body, caller = staff } = request;
  const json: Record<string, string> =
    body === undefined || typeof body === 'string' ? {} : { 'content-type': 'application/json' };
  const path = resource.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? '');
  return {
    httpMethod: method,
    resource,
    path,
    headers: { ...json, ...headers },
    multiValueHeaders: {},
    pathParameters: params,
    queryStringParameters: query,
    multiValueQueryStringParameters: Object.fromEntries(Object.entries(query).map(([name, value]) => [name, [value]])),
    stageVariables: null,
    body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
    isBase64Encoded: false,
    requestContext: {
      requestId: randomUUID(),
      stage: 'local',
      ...(caller !== null && { authorizer: authorizerContext(caller) }),
    } as APIGatewayProxyEvent['requestContext'],
  };
}

/** What the authorizer adds to a request: flat strings. */
const authorizerContext = ({
  subject,
  scopes: granted,
  roles: names,
  expiresAt = Date.now() + 600_000,
  actor,
}: TestCaller) => ({
  principalId: subject,
  ...{ sub: subject, clientId: 'test', tokenId: randomUUID(), scope: granted.join(' '), roles: names.join(' ') },
  expiresAt: String(expiresAt),
  ...(actor !== undefined && { actor }),
});

export const lambdaContext = { awsRequestId: 'test', functionName: 'test' } as Context;

/** A handler wrapped by middy. */
type Handler<Event, Result> = (event: Event, context: Context) => Promise<Result>;

export interface TestResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Record<string, unknown>;
}

/** Calls an API's handler and parses its response. */
export async function call(
  handler: Handler<APIGatewayProxyEvent, APIGatewayProxyResult>,
  request: TestRequest,
): Promise<TestResponse> {
  const { statusCode, headers = {}, body } = await handler(proxyEvent(request), lambdaContext);
  return {
    status: statusCode,
    headers: headers as Record<string, string>,
    body: (body === '' ? {} : JSON.parse(body)) as Record<string, unknown>,
  };
}

/** The parts of a message that a test sets; the envelope's other attributes are generated. */
export interface TestMessage {
  readonly contract: {
    readonly owner: string;
    /** The first one is the sender; by default the owner. */
    readonly senders?: readonly string[];
    readonly detailType: string;
    readonly type: string;
    readonly dataschema: string;
  };
  readonly subject: string;
  readonly data: unknown;
  readonly id?: string;
  readonly sequence?: number;
  readonly replyto?: string;
  readonly time?: string;
  readonly receiveCount?: number;
}

/** The SQS record that an EventBridge rule and a queue make of a published message. */
export function busRecord(message: TestMessage): SQSRecord {
  const { contract, subject, data, id = randomUUID(), sequence, replyto } = message;
  const time = message.time ?? new Date().toISOString();
  const detail = {
    specversion: '1.0',
    id,
    source: `dure.${contract.senders?.[0] ?? contract.owner}`,
    type: contract.type,
    subject,
    time,
    datacontenttype: 'application/json',
    dataschema: contract.dataschema,
    sequence,
    correlationid: randomUUID(),
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    actor: 'anonymous',
    replyto,
    data,
  };
  return sqsRecord(
    JSON.stringify({
      version: '0',
      id: randomUUID(),
      'detail-type': contract.detailType,
      source: detail.source,
      time,
      detail,
    }),
    message.receiveCount,
  );
}

export function sqsRecord(body: string, receiveCount = 1): SQSRecord {
  return {
    messageId: randomUUID(),
    receiptHandle: 'receipt',
    body,
    attributes: {
      ApproximateReceiveCount: String(receiveCount),
      SentTimestamp: String(Date.now()),
      SenderId: 'test',
      ApproximateFirstReceiveTimestamp: String(Date.now()),
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:test',
    awsRegion: 'us-east-1',
  };
}

export const sqsEvent = (...records: SQSRecord[]): SQSEvent => ({ Records: records });
