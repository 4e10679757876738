import { Callable, Failure, Namespace, Refused, Unreadable, isDict } from '../reader/values.ts';
import { ErrorType } from './errors.ts';

export interface Connection {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export type Call = (service: string, operation: string, input: object) => Promise<Record<string, unknown>>;

/** One address for everything, and no request twice. */
const PLAIN = { maxAttempts: 1, useQueueUrlAsEndpoint: false, forcePathStyle: true, disableHostPrefix: true };

type Sender = { send(command: unknown): Promise<Record<string, unknown>>; destroy(): void };
type Package = Readonly<Record<string, new (input: object) => unknown>>;

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
};

export interface Clients {
  /** Sends a request; `operation` as boto3 names it (`send_message`) or as AWS does (`SendMessage`). */
  readonly call: Call;
  /** `aws_client` of a case. */
  readonly asValue: Namespace;
  close(): void;
}

export function openClients(connection: Connection): Clients {
  const opened = new Map<string, Promise<{ sender: Sender; commands: Map<string, Package[string]> }>>();

  async function open(service: string) {
    const known = PACKAGES[service];
    if (known === undefined) throw new Unreadable(`the client ${service}`);
    const [load, name] = known;
    const exported = (await load()) as Package;
    const Client = exported[name] as new (configuration: object) => Sender;
    const names = Object.keys(exported).filter((key) => key.endsWith('Command'));
    const commands = new Map(names.map((key) => [plain(key.slice(0, -7)), exported[key] as Package[string]]));
    return { sender: new Client({ ...connection, ...PLAIN }), commands };
  }

  const call: Call = async (service, operation, input) => {
    if (!opened.has(service)) opened.set(service, open(service));
    const { sender, commands } = (await opened.get(service)) ?? (await open(service));
    const Command = commands.get(plain(operation));
    if (Command === undefined) throw new Unreadable(`the operation ${operation}`);
    try {
      return answerOf(await sender.send(new Command(withTimes(input) as object)));
    } catch (error) {
      throw failureOf(error as SdkError, Command.name.replace(/Command$/, ''));
    }
  };

  return {
    call,
    asValue: new Namespace((service) => clientValue(service === 'lambda_' ? 'lambda' : service, call)),
    close: () =>
      void [...opened.values()].forEach(
        (one) =>
          void one.then(
            ({ sender }) => sender.destroy(),
            () => {},
          ),
      ),
  };
}

const TIMES = new Set(['Time', 'StartTime', 'EndTime', 'EventStartTime', 'EventEndTime', 'StartDate', 'EndDate']);

/** boto3 takes a time as text too, which the SDK does not. */
function withTimes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withTimes);
  if (!isDict(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) =>
      TIMES.has(key) && typeof item === 'string' ? [key, new Date(item)] : [key, withTimes(item)],
    ),
  );
}

const plain = (name: string): string => name.replaceAll('_', '').toLowerCase();

const clientValue = (service: string, call: Call): Namespace =>
  new Namespace((operation) => {
    if (operation === 'exceptions') return new Namespace((code) => new ErrorType(code));
    if (operation === 'meta' || operation.startsWith('get_waiter') || operation.startsWith('get_paginator'))
      return undefined;
    return new Callable((args, named) => {
      if (args.length > 0) throw new Unreadable(`positional arguments of ${operation}`);
      return call(service, operation, named);
    });
  });

interface SdkError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly Code?: string;
  readonly Error?: { readonly Code?: string; readonly Type?: string };
  readonly Type?: string;
}

/** Members of the SDK's errors that boto3 shows elsewhere, or not at all. */
const OF_THE_SDK = new Set([
  ...[
    '$metadata',
    '$fault',
    '$service',
    '$response',
    '$retryable',
    'name',
    'message',
    'Code',
    'Type',
    'Error',
    '__type',
  ],
]);

/** In boto3's shape, without what is not there. */
function answerOf({ $metadata, ...answer }: Record<string, unknown>): Record<string, unknown> {
  const status = ($metadata as SdkError['$metadata'])?.httpStatusCode;
  return { ...(present(answer) as object), ResponseMetadata: { HTTPHeaders: {}, HTTPStatusCode: status } };
}

function present(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(present);
  if (typeof value !== 'object' || value === null || value instanceof Date || value instanceof Uint8Array) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : [[key, present(item)]])),
  );
}

/** The sentences by which the emulator says that it does not do something that AWS does. */
const REFUSAL =
  /\blocal (cloud|EventBridge|account)\b|not supported here|not delivered by \S+ here|not sent from here|are not read here/i;

function failureOf(error: SdkError, operation: string): Error {
  const status = error.$metadata?.httpStatusCode;
  if (status === undefined) return new Failure(error.name, error.message);
  if (status === 501 || REFUSAL.test(error.message)) return new Refused(error.message);
  const Code = error.Error?.Code ?? error.Code ?? error.name;
  const fields = present(Object.fromEntries(Object.entries(error).filter(([key]) => !OF_THE_SDK.has(key)))) as object;
  const Type = error.Error?.Type ?? error.Type;
  const { message: Message } = error;
  return new Failure(Code, `An error occurred (${Code}) when calling the ${operation} operation: ${Message}`, {
    Error: { Code, Message, ...(Type !== undefined && { Type }) },
    ResponseMetadata: { HTTPHeaders: {}, HTTPStatusCode: status },
    ...fields,
  });
}
