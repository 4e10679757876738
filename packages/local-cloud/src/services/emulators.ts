import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { type AwsJsonClient, createAwsJsonClient } from '@dure/aws-protocols/aws-json-client';
import type { Lambda, Shortcut } from '@dure/lambda-runtime';
import { AwsError } from '@dure/aws-protocols/aws-error';
import { type AwsJsonService, awsJsonServerOptions } from '@dure/aws-protocols/aws-json';
import { type Callers, ownHost, type Rule, signed } from '@dure/local-http/access-rules';
import { type LocalServer, type ServerOptions, openServer } from '@dure/local-http/server';
import { type CloudWatch, createCloudWatch, executionSampler, measureDelivery } from './cloudwatch/index.ts';
import { inTransaction, openDatabase } from '../shared/sqlite.ts';
import {
  createDynamoDbFront,
  type DynamoDb,
  type DynamoDbFront,
  openStreamEnds,
  startDynamoDb,
} from './dynamodb/index.ts';
import { createEventBridge, type Destinations, type EventBridge } from './eventbridge/index.ts';
import { createIam, type Iam } from './iam/index.ts';
import type { CloudLog, RecordDelivery } from '../shared/types.ts';
import { createScheduler, type Scheduler } from './scheduler/index.ts';
import { createSes, type Ses } from './ses/index.ts';
import { createKinesis, type Kinesis } from '@dure/kinesis';
import { createKms, type Kms } from '@dure/kms';
import { createSecretsManager, type SecretsManager } from '@dure/secrets-manager';
import { createSsm, type Ssm } from './ssm/index.ts';
import { createS3, type S3 } from './s3/index.ts';
import { createSns, isCertificatePath, type Sns } from './sns/index.ts';
import { countMessages, createSqs, type MessageAttributes, queueSampler, type Sqs } from './sqs/index.ts';
import { createSdkCalls } from './sdk-calls.ts';
import { createStepFunctions, type StepFunctions } from './stepfunctions/index.ts';
import { ACCOUNT_ID, CREDENTIALS } from '../shared/aws-environment.ts';
import { sdkEnvironment } from './sdk-environment.ts';

/** Where faults can be injected, which `faults/` implements. */
export interface FaultHooks {
  /** Between the bus and the targets of its rules. */
  delivering(deliver: Destinations['deliver']): Destinations['deliver'];
  /** Before the bus. */
  publishing(eventBridge: AwsJsonService): AwsJsonService;
  /** How often the next run by a schedule is made. */
  scheduledCopies(): number;
}

export interface EmulatorOptions {
  readonly region: string;
  readonly dataDir: string;
  readonly lambda: Lambda;
  readonly faults: FaultHooks;
  readonly callers: Callers;
  readonly log: CloudLog;
  readonly recordDelivery: RecordDelivery;
  /** Invokes a function asynchronously, and resolves when that has ended. Rejects where there is no such function. */
  readonly invokeAsync: (functionArn: string, payload: unknown, trace: string | undefined) => Promise<void>;
  /** The one address of all services, where there is one: `http://127.0.0.1:4566`. */
  readonly address?: string;
  /** Writes an event that a rule sends to a log group, or a line of another service. */
  readonly writeLog: (logGroupArn: string, message: string, service?: string, logStream?: string) => void;
  /** Whether there is such a log group; by default nobody asks. */
  readonly hasLogGroup?: (logGroupArn: string) => boolean;
  /** The length of a minute for metrics and alarms, in milliseconds; a minute by default. */
  readonly minuteMs?: number;
}

export interface SendOptions {
  /** Message attributes, each a String. */
  readonly attributes?: Readonly<Record<string, string>>;
  readonly messageGroupId?: string;
  /** The trace that it belongs to, as `X-Amzn-Trace-Id` says it. */
  readonly trace?: string;
  /** Of a notification of a topic. */
  readonly subject?: string;
  /** Of a stream's record. */
  readonly partitionKey?: string;
}

export interface Emulators {
  readonly database: DatabaseSync;
  readonly dynamodb: DynamoDb;
  readonly dynamodbClient: AwsJsonClient;
  readonly dynamodbFront: DynamoDbFront;
  readonly sqs: Sqs;
  readonly sns: Sns;
  readonly s3: S3;
  readonly eventBridge: EventBridge;
  readonly kinesis: Kinesis;
  readonly kms: Kms;
  readonly scheduler: Scheduler;
  readonly stepFunctions: StepFunctions;
  readonly secretsManager: SecretsManager;
  readonly ssm: Ssm;
  readonly iam: Iam;
  readonly cloudWatch: CloudWatch;
  readonly ses: Ses;
  readonly endpoints: Readonly<Record<string, string>>;
  /** Environment of a process that uses the local cloud through the AWS SDK. */
  readonly environment: Readonly<Record<string, string>>;
  /** The way of functions to DynamoDB, where most of their requests need not take the one in `environment`. */
  readonly shortcut?: Shortcut;
  queueUrl(queueArn: string): string;
  /** Sequence number of the last record in a table's stream. */
  streamEnd(tableName: string): string | undefined;
  sendToQueue(queueArn: string, body: string, options?: SendOptions): Promise<void>;
  /** Writes JSON to a bucket. */
  putObject(bucket: string, key: string, body: string): Promise<void>;
  stop(): Promise<void>;
}

/** A service that has a server of its own. */
interface Opened {
  readonly handle: (...exchange: Parameters<ServerOptions['answer']>) => unknown;
  /** Signed requests by default. */
  readonly rule?: Rule;
  readonly http2?: boolean;
}

/** A certificate is for everybody, as it is on AWS. */
const snsRule: Rule = (request, callers) =>
  isCertificatePath(request.url ?? '') ? ownHost(request, callers) : signed(request, callers);

type PutEventsOutput = { readonly FailedEntryCount?: number; readonly Entries?: unknown[] };

/** Starts the emulators of all AWS services except Lambda and API Gateway, on free ports. */
export async function startEmulators(options: EmulatorOptions): Promise<Emulators> {
  const { region, dataDir, log, lambda, faults, callers, minuteMs } = options;
  const database = openDatabase(join(dataDir, 'cloud.sqlite'));
  const dynamodb = await startDynamoDb({ dataDir: join(dataDir, 'dynamodb'), log });
  const streamEnds = openStreamEnds(join(dataDir, 'dynamodb', 'dynamodb.sqlite'));
  const client = { region, credentials: CREDENTIALS };
  const { endpoint } = dynamodb;
  const dynamodbClient = createAwsJsonClient({ endpoint, region, service: 'DynamoDB_20120810' });

  const dynamodbFront = createDynamoDbFront(dynamodb, region);
  const account = { database, accountId: ACCOUNT_ID, region };
  const sqs = createSqs({ ...account, counted: (...counted) => countMessages(counted, cloudWatch.record) });
  const sns = createSns({
    ...{ ...account, sqs, log, deliver: (...notification) => toFunction(...notification) },
    address: () => options.address ?? snsEndpoint,
  });
  const kinesis = createKinesis({ ...account, atomically: (work) => inTransaction(database, work) });
  const kms = createKms(account);
  const secretsManager = createSecretsManager(account);
  const ssm = createSsm({ ...account, secret: secretsManager.text });
  const iam = createIam(account);
  const ses = createSes({ database });
  const cloudWatch = createCloudWatch({
    ...account,
    log,
    publish: (topicArn, subject, message) => void sns.publish(topicArn, message, { subject }),
    ...(minuteMs !== undefined && { minuteMs }),
  });
  const recordDelivery: RecordDelivery = (delivery) => {
    options.recordDelivery(delivery);
    measureDelivery(delivery, cloudWatch.record);
  };
  const eventBridge = createEventBridge({
    ...account,
    log,
    recordDelivery,
    deliver: faults.delivering(({ arn, input, sqsMessageGroupId: messageGroupId, ...about }) =>
      deliver(arn, input, { ...about, ...(messageGroupId !== undefined && { messageGroupId }) }),
    ),
    deadLetter: (queueArn, body, attributes) => sendToQueue(queueArn, body, { attributes }),
    copies: faults.scheduledCopies,
  });
  const toFunction = eventBridge.outlet('sns', sns.routeOf);
  const s3 = createS3({ ...account, eventBridge, folder: join(dataDir, 's3', 'objects') });
  const scheduler = createScheduler({ ...account, eventBridge, log, copies: faults.scheduledCopies });
  const publish = faults.publishing(eventBridge.handle);
  const sdk = createSdkCalls((service) => ({ ...client, endpoint: endpoints[service], forcePathStyle: true }));
  const stepFunctions = createStepFunctions({
    ...account,
    log,
    invokeLambda: lambda.invoke,
    async putEvents(entries, roleArn) {
      iam.requirePutEvents({ roleArn, sessionName: 'states' }, entries);
      return (await publish('PutEvents', { Entries: entries })) as PutEventsOutput;
    },
    sdk,
    announce: eventBridge.announce,
    writeLog: (group, stream, line) => options.writeLog(group, line, 'stepfunctions', stream),
    ...(options.hasLogGroup && { hasLogGroup: options.hasLogGroup }),
  });
  const services = {
    AWSEvents: iam.guard(publish),
    AWSStepFunctions: stepFunctions.handle,
    AmazonSSM: ssm.handle,
    secretsmanager: secretsManager.handle,
    TrentService: kms.handle,
    GraniteServiceVersion20100801: cloudWatch.handle,
  };
  const open = ({ handle, rule = signed, http2 = false }: Opened): Promise<LocalServer> =>
    openServer({ rule, callers, http2, answer: (request, response) => void handle(request, response) });
  const servers = await Promise.all([
    openServer({ ...awsJsonServerOptions(services), callers }),
    ...[
      ses,
      sqs,
      { handle: sns.handle, rule: snsRule },
      s3,
      scheduler,
      dynamodbFront,
      { handle: kinesis.handle, http2: true },
    ].map(open),
  ]);
  const [
    json = '',
    sesEndpoint = '',
    sqsEndpoint = '',
    snsEndpoint = '',
    s3Endpoint = '',
    schedulerEndpoint = '',
    fronted = '',
    kinesisEndpoint = '',
  ] = servers.map(({ endpoint }) => endpoint);
  cloudWatch.start([
    queueSampler(sqs.views, cloudWatch.record, Date.now),
    executionSampler(stepFunctions.ended, cloudWatch.record),
  ]);

  const queueUrl = (queueArn: string): string => `${sqsEndpoint}/${ACCOUNT_ID}/${queueArn.split(':').at(-1)}`;

  async function sendToQueue(queueArn: string, body: string, options: SendOptions = {}): Promise<void> {
    const { attributes = {}, messageGroupId, trace } = options;
    const texts = Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]);
    sqs.send(queueArn, body, {
      attributes: Object.fromEntries(texts) as MessageAttributes,
      ...(messageGroupId !== undefined && { messageGroupId }),
      ...(trace !== undefined && { trace }),
    });
  }

  /** By the service in the target's ARN. */
  const deliverTo: Record<string, (arn: string, input: string, options: SendOptions) => unknown> = {
    lambda: (arn, input, { trace }) => options.invokeAsync(arn, JSON.parse(input), trace),
    logs: (arn, input) => options.writeLog(arn, input),
    kinesis: (arn, input, { partitionKey: key }) =>
      kinesis.request('PutRecord', { StreamARN: arn, PartitionKey: key, Data: Buffer.from(input) }),
    sns: (arn, input, { subject, trace }) => sns.publish(arn, input, { subject, trace }),
    sqs: sendToQueue,
    states: (arn, input) => stepFunctions.handle('StartExecution', { stateMachineArn: arn, input }),
  };

  async function deliver(arn: string, input: string, options: SendOptions): Promise<void> {
    try {
      await deliverTo[arn.split(':')[2]!]!(arn, input, options);
    } catch (error) {
      // A target that is not there, or refuses the input, will do so again.
      const isRefusal = error instanceof AwsError && error.statusCode < 500 && !error.code.includes('Throttl');
      throw isRefusal ? Object.assign(error, { retryable: false }) : error;
    }
  }

  const { direct } = dynamodbFront;
  const endpoints = {
    DynamoDB: direct === undefined ? dynamodb.endpoint : fronted,
    'DynamoDB Streams': fronted,
    SQS: sqsEndpoint,
    SNS: snsEndpoint,
    S3: s3Endpoint,
    EventBridge: json,
    Kinesis: kinesisEndpoint,
    KMS: json,
    Scheduler: schedulerEndpoint,
    'Step Functions': json,
    'Secrets Manager': json,
    SSM: json,
    SES: sesEndpoint,
    CloudWatch: json,
  };
  return {
    database,
    ...{ dynamodb, dynamodbClient, dynamodbFront, sqs, sns, s3 },
    ...{ eventBridge, kinesis, kms, scheduler, stepFunctions, secretsManager, ssm, iam, cloudWatch, ses },
    endpoints,
    environment: sdkEnvironment(endpoints, region),
    ...(direct !== undefined && { shortcut: { ...direct, from: fronted } }),
    queueUrl,
    streamEnd: streamEnds.of,
    sendToQueue,
    async putObject(Bucket, Key, Body) {
      await sdk.call('s3', 'putObject', { Bucket, Key, Body, ContentType: 'application/json' });
    },
    async stop() {
      scheduler.stop();
      await Promise.all([eventBridge.stop(), stepFunctions.stop(), cloudWatch.stop()]);
      sdk.close();
      sqs.stop();
      s3.stop();
      await Promise.all(servers.map((server) => server.close()));
      dynamodbClient.close();
      dynamodbFront.stop();
      streamEnds.close();
      await dynamodb.stop();
      database.close();
    },
  };
}
