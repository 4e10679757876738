import { Callable, type Named, Namespace, Pages, Refused, Unreadable, text } from '../reader/values.ts';
import { ErrorType } from './errors.ts';
import { asParameters } from './parameters.ts';
import { answerOf, failureOf, received, type SdkError } from './sdk-answers.ts';

export interface Connection {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export type Call = (
  service: string,
  operation: string,
  input: object,
  headers?: Headers,
) => Promise<Record<string, unknown>>;

/** Headers that a case adds to its requests. */
export type Headers = Readonly<Record<string, string>>;

/** One address for everything, and no request twice. */
const PLAIN = { maxAttempts: 1, useQueueUrlAsEndpoint: false, forcePathStyle: true, disableHostPrefix: true };

type Sender = { send(command: Command): Promise<Record<string, unknown>>; destroy(): void };
type Handler = (args: { request: { headers: Record<string, string> } }) => Promise<{ response: unknown }>;
interface Command {
  readonly middlewareStack: { add(middleware: (next: Handler) => Handler, options: object): void };
}
type Package = Readonly<Record<string, new (input: object) => Command>>;

/** The services of the cases by the names that boto3 gives them, with the SDK's package and client. */
const PACKAGES: Readonly<Record<string, readonly [load: () => Promise<unknown>, client: string]>> = {
  sqs: [() => import('@aws-sdk/client-sqs'), 'SQSClient'],
  sns: [() => import('@aws-sdk/client-sns'), 'SNSClient'],
  events: [() => import('@aws-sdk/client-eventbridge'), 'EventBridgeClient'],
  stepfunctions: [() => import('@aws-sdk/client-sfn'), 'SFNClient'],
  dynamodb: [() => import('@aws-sdk/client-dynamodb'), 'DynamoDBClient'],
  dynamodbstreams: [() => import('@aws-sdk/client-dynamodb-streams'), 'DynamoDBStreamsClient'],
  cloudformation: [() => import('@aws-sdk/client-cloudformation'), 'CloudFormationClient'],
  lambda: [() => import('@aws-sdk/client-lambda'), 'LambdaClient'],
  s3: [() => import('@aws-sdk/client-s3'), 'S3Client'],
  logs: [() => import('@aws-sdk/client-cloudwatch-logs'), 'CloudWatchLogsClient'],
  iam: [() => import('@aws-sdk/client-iam'), 'IAMClient'],
  sts: [() => import('@aws-sdk/client-sts'), 'STSClient'],
  apigateway: [() => import('@aws-sdk/client-api-gateway'), 'APIGatewayClient'],
  ssm: [() => import('@aws-sdk/client-ssm'), 'SSMClient'],
  scheduler: [() => import('@aws-sdk/client-scheduler'), 'SchedulerClient'],
  kinesis: [() => import('@aws-sdk/client-kinesis'), 'KinesisClient'],
};

/** Of the account's own clients. */
export const ACCESS_KEY = 'test';

/** Another account, which an access key of twelve digits names. The account has none beside it, and says so. */
export const SECOND_ACCOUNT = '111122223333';

const ROLE = 'arn:aws:iam::000000000000:role/conformance';

/** Requests that give somebody a right. None is checked here, and the account takes none: the case goes on without. */
const GRANTS: Readonly<Record<string, Readonly<Record<string, object>>>> = {
  iam: {
    ...{ createrole: { Role: { Arn: ROLE, RoleName: 'conformance' } }, createpolicy: { Policy: { Arn: ROLE } } },
    ...{ putrolepolicy: {}, attachrolepolicy: {}, deleterole: {}, deleterolepolicy: {}, detachrolepolicy: {} },
  },
  lambda: { addpermission: {}, removepermission: {} },
  logs: { putresourcepolicy: {}, deleteresourcepolicy: {} },
};

export interface Clients {
  /** Sends a request; `operation` as boto3 names it (`send_message`) or as AWS does (`SendMessage`). */
  readonly call: Call;
  /** `aws_client` of a case: another one each time, with the headers that the case adds. */
  readonly asValue: Namespace;
  readonly connection: Connection;
  /** The clients of another region or address, which end with these. */
  of(changed: Partial<Connection>): Clients;
  close(): void;
}

export function openClients(connection: Connection): Clients {
  const opened = new Map<string, Promise<{ sender: Sender; commands: Map<string, Package[string]> }>>();
  const others = new Map<string, Clients>();

  async function open(service: string) {
    const [load, name] = PACKAGES[service]!;
    const exported = (await load()) as Package;
    const Client = exported[name] as unknown as new (configuration: object) => Sender;
    const names = Object.keys(exported).filter((key) => key.endsWith('Command'));
    const commands = new Map(names.map((key) => [plain(key.slice(0, -7)), exported[key] as Package[string]]));
    return { sender: new Client({ ...connection, ...PLAIN }), commands };
  }

  const call: Call = async (service, operation, input, headers = {}) => {
    const granted = GRANTS[service]?.[plain(operation)];
    if (granted !== undefined) return { ...granted, ResponseMetadata: { HTTPHeaders: {}, HTTPStatusCode: 200 } };
    if (PACKAGES[service] === undefined) throw await refusalOf(service, operation, connection);
    if (!opened.has(service)) opened.set(service, open(service));
    const { sender, commands } = (await opened.get(service)) ?? (await open(service));
    const Made = commands.get(plain(operation));
    if (Made === undefined) throw new Unreadable(`the operation ${operation}`);
    let answered: Record<string, string> = {};
    const command = new Made(asParameters(input));
    const around = (next: Handler): Handler => {
      return async (args) => {
        Object.assign(args.request.headers, headers);
        // boto3 does not name a type that the case does not name.
        if (operation === 'put_object' && !('ContentType' in input)) delete args.request.headers['content-type'];
        const result = await next(args);
        answered = (result.response as { headers?: Record<string, string> }).headers ?? {};
        return result;
      };
    };
    command.middlewareStack.add(around, { step: 'finalizeRequest', priority: 'high' });
    try {
      return answerOf(await received(await sender.send(command)), answered);
    } catch (error) {
      throw failureOf(error as SdkError, Made.name.replace(/Command$/, ''));
    }
  };

  return {
    call,
    connection,
    get asValue() {
      const values = new Map<string, Namespace>();
      return new Namespace((given) => {
        const service = given === 'lambda_' ? 'lambda' : given;
        const value = values.get(service) ?? clientValue(service, call, connection);
        values.set(service, value);
        return value;
      });
    },
    of(changed) {
      const key = JSON.stringify(changed);
      const other = others.get(key) ?? openClients({ ...connection, ...changed });
      others.set(key, other);
      return other;
    },
    close() {
      for (const other of others.values()) other.close();
      for (const one of opened.values()) {
        void one.then(
          ({ sender }) => sender.destroy(),
          () => {},
        );
      }
    },
  };
}

/** Asks the account for a service whose SDK is not at hand: it refuses by name the services that it does not have. */
async function refusalOf(service: string, operation: string, { endpoint, region }: Connection): Promise<Error> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/${service}/aws4_request`,
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `${service}.${operation}`,
    },
    body: '{}',
  });
  const { message = '' } = (await response.json().catch(() => ({}))) as { message?: string };
  return response.status === 501 ? new Refused(message) : new Unreadable(`the client ${service}`);
}

const plain = (name: string): string => name.replaceAll('_', '').toLowerCase();

function clientValue(service: string, call: Call, { region }: Connection): Namespace {
  const added = new Map<Callable, string>();
  const send = async (operation: string, named: Named): Promise<Record<string, unknown>> =>
    call(service, operation, named, await headersOf([...added], operation));
  const members: Readonly<Record<string, unknown>> = {
    exceptions: new Namespace((code) => new ErrorType(code === 'ClientError' ? undefined : code)),
    meta: new Namespace({ region_name: region, events: eventsOf(added) }),
    // What a waiter waits for is there here when the request that makes it is answered.
    get_waiter: new Callable(() => new Namespace({ wait: new Callable(() => null) })),
    get_paginator: new Callable(([operation]) => paginator((named) => send(text(operation), named))),
  };
  return new Namespace(
    (operation) =>
      members[operation] ??
      new Callable((args, named) => {
        if (args.length > 0) throw new Unreadable(`positional arguments of ${operation}`);
        return send(operation, named);
      }),
  );
}

/** `meta.events` of a client: what a case does with each request before it is sent. */
const eventsOf = (added: Map<Callable, string>): Namespace =>
  new Namespace({
    register: new Callable(([event, handler]) => void added.set(handler as Callable, text(event))),
    unregister: new Callable(([, handler]) => void added.delete(handler as Callable)),
  });

async function headersOf(added: readonly (readonly [Callable, string])[], operation: string): Promise<Headers> {
  const headers: Record<string, string> = {};
  for (const [handler, event] of added) {
    const last = event.split('.').at(-1) ?? '';
    if (last === '*' || plain(last) === plain(operation))
      await handler.call([], { request: new Namespace({ headers }) });
  }
  return headers;
}

const TOKENS = ['NextToken', 'nextToken', 'NextMarker', 'position'];

/** Pages until there are no more. */
function paginator(send: (named: Named) => Promise<Record<string, unknown>>): Namespace {
  const paginate = async (named: Named): Promise<Record<string, unknown>[]> => {
    const { PaginationConfig: _, ...input } = named;
    const pages: Record<string, unknown>[] = [];
    for (let more: Named | undefined = {}; more !== undefined;) {
      const page: Record<string, unknown> = await send({ ...input, ...more });
      pages.push(page);
      const token: string | undefined = TOKENS.find((name) => page[name] !== undefined);
      more = token === undefined ? undefined : { [token === 'NextMarker' ? 'Marker' : token]: page[token] };
    }
    return pages;
  };
  return new Namespace({
    paginate: new Callable(async (_, named) => {
      const pages = await paginate(named);
      const full: Record<string, unknown> = {};
      for (const page of pages) {
        for (const [key, value] of Object.entries(page)) {
          full[key] = Array.isArray(value) ? [...((full[key] ?? []) as unknown[]), ...(value as unknown[])] : value;
        }
      }
      return new Pages(pages, new Callable(() => full));
    }),
  });
}
