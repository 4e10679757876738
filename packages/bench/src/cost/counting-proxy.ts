import {
  createServer,
  type IncomingMessage,
  request as httpRequest,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request to AWS that a function made. */
export interface AwsRequest {
  readonly functionName: string;
  /** `DynamoDB` */
  readonly service: string;
  /** `TransactWriteItems` */
  readonly action: string;
  /** Items or entries in it. */
  readonly entries: number;
  readonly bytes: number;
  /** Consumed capacity of the table and its indexes, as DynamoDB reports it. */
  readonly units?: Units;
}

export interface Units {
  readonly read: number;
  readonly write: number;
  readonly indexWrite: number;
}

export interface CountingProxy {
  readonly url: string;
  /** The counts since the last call. */
  take(): AwsRequest[];
  stop(): void;
}

const SERVICES: Readonly<Record<string, string>> = {
  DynamoDB_20120810: 'DynamoDB',
  AWSEvents: 'EventBridge',
  AWSStepFunctions: 'Step Functions',
  AmazonSQS: 'SQS',
  AmazonSSM: 'SSM',
};

/** A request to DynamoDB, with what it answered. */
export interface Observed {
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly output: Readonly<Record<string, unknown>>;
}

/**
 * Forwards requests to AWS to the target in their path, and counts them. See ./preload.mjs. `observe` sees each request
 * to DynamoDB that was answered, before its function does.
 */
export async function startCountingProxy(observe?: (one: Observed) => Promise<void>): Promise<CountingProxy> {
  let counted: AwsRequest[] = [];
  const server = createServer((request, response) => {
    void pass(request, response, (one) => counted.push(one), observe);
  });
  await listen(server);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take() {
      const taken = counted;
      counted = [];
      return taken;
    },
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function pass(
  request: IncomingMessage,
  response: ServerResponse,
  count: (one: AwsRequest) => void,
  observe?: (one: Observed) => Promise<void>,
) {
  const [, functionName = '', endpoint = '', ...rest] = (request.url ?? '').split('/');
  const said = await bodyOf(request);
  const { service, action, input = {} } = askedOf(request, rest.join('/'), said);
  const body = service === 'DynamoDB' ? JSON.stringify({ ...input, ReturnConsumedCapacity: 'INDEXES' }) : said;
  const answer = await forward(`${decodeURIComponent(endpoint)}/${rest.join('/')}`, request, body);
  const text = await bodyOf(answer);
  if (service === 'DynamoDB' && answer.statusCode === 200) {
    await observe?.({ action, input, output: JSON.parse(text) as Observed['output'] });
  }
  count({
    ...{ functionName, service, action, entries: entriesOf(input), bytes: Buffer.byteLength(said) },
    ...(service === 'DynamoDB' && { units: unitsOf(action, JSON.parse(text) as object) }),
  });
  response.writeHead(answer.statusCode ?? 502, { 'content-type': answer.headers['content-type'] });
  response.end(text);
}

interface Asked {
  readonly service: string;
  readonly action: string;
  readonly input?: Record<string, unknown>;
}

/** The JSON protocols name their action in a header, the query protocol (SNS) in a form, SES by method and path. */
function askedOf({ headers, method }: IncomingMessage, path: string, body: string): Asked {
  const [prefix = '', action = ''] = String(headers['x-amz-target'] ?? '').split('.');
  if (prefix !== '') {
    return { service: SERVICES[prefix] ?? prefix, action, input: JSON.parse(body || '{}') as Record<string, unknown> };
  }
  if (String(headers['content-type']).startsWith('application/x-www-form-urlencoded')) {
    return { service: 'SNS', action: new URLSearchParams(body).get('Action') ?? '' };
  }
  if (path.startsWith('v2/email/')) return { service: 'SES', action: `${method} ${path.replace('v2/email/', '')}` };
  throw new Error(`The benchmark cannot count ${method} ${path}.`);
}

function forward(url: string, { headers, method }: IncomingMessage, body: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const passed = { ...headers, 'content-length': Buffer.byteLength(body) };
    httpRequest(url, { method, headers: passed }, resolve).on('error', reject).end(body);
  });
}

async function bodyOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function entriesOf({ Entries, TransactItems }: Record<string, unknown>): number {
  const list = Entries ?? TransactItems;
  return Array.isArray(list) ? list.length : 1;
}

interface Capacity {
  readonly CapacityUnits?: number;
}
interface ConsumedCapacity {
  readonly Table?: Capacity;
  readonly GlobalSecondaryIndexes?: Readonly<Record<string, Capacity>>;
}

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ConsumedCapacity.html */
function unitsOf(action: string, { ConsumedCapacity: consumed = [] }: { ConsumedCapacity?: unknown }): Units {
  const list = [consumed].flat() as ConsumedCapacity[];
  const add = (values: readonly (Capacity | undefined)[]) =>
    values.reduce((sum, value) => sum + (value?.CapacityUnits ?? 0), 0);
  const table = add(list.map(({ Table }) => Table));
  const indexes = add(list.flatMap(({ GlobalSecondaryIndexes = {} }) => Object.values(GlobalSecondaryIndexes)));
  return /Get|Query|Scan/.test(action)
    ? { read: table + indexes, write: 0, indexWrite: 0 }
    : { read: 0, write: table, indexWrite: indexes };
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
}
