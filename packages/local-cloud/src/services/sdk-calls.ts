import { createRequire } from 'node:module';

/** Calls a service by the SDK: `service` as in the ARNs of `aws-sdk:` integrations, `action` as `putItem`. */
export interface SdkCalls {
  /** @throws the SDK's error */
  call(service: string, action: string, input: object): Promise<object>;
  /** Whether the service has the action. */
  has(service: string, action: string): boolean;
  close(): void;
}

interface Client {
  send(command: object): Promise<object>;
  destroy(): void;
}

type Constructor = new (input: object) => never;

type Endpoint = 'DynamoDB' | 'EventBridge' | 'Kinesis' | 'S3' | 'SNS' | 'SQS' | 'SSM' | 'Scheduler' | 'Step Functions';

/** The package, the client and the emulator of each service. */
const SERVICES: Readonly<Record<string, readonly [name: string, client: string, endpoint: Endpoint]>> = {
  dynamodb: ['@aws-sdk/client-dynamodb', 'DynamoDBClient', 'DynamoDB'],
  eventbridge: ['@aws-sdk/client-eventbridge', 'EventBridgeClient', 'EventBridge'],
  kinesis: ['@aws-sdk/client-kinesis', 'KinesisClient', 'Kinesis'],
  s3: ['@aws-sdk/client-s3', 'S3Client', 'S3'],
  scheduler: ['@aws-sdk/client-scheduler', 'SchedulerClient', 'Scheduler'],
  sfn: ['@aws-sdk/client-sfn', 'SFNClient', 'Step Functions'],
  sns: ['@aws-sdk/client-sns', 'SNSClient', 'SNS'],
  sqs: ['@aws-sdk/client-sqs', 'SQSClient', 'SQS'],
  ssm: ['@aws-sdk/client-ssm', 'SSMClient', 'SSM'],
};

// Loaded when it is first needed: each takes 20 to 100 ms.
const require = createRequire(import.meta.url);

/**
 * The SDK's clients, for calls by state machines and for what streams give up.
 * @param config what each client is made with, by the name of its emulator
 */
export function createSdkCalls(config: (endpoint: Endpoint) => object): SdkCalls {
  const clients = new Map<string, Client>();

  function exportsOf(service: string): Record<string, Constructor> {
    const [name] = SERVICES[service] ?? [];
    return name === undefined ? {} : (require(name) as Record<string, Constructor>);
  }

  function clientOf(service: string): Client {
    const known = clients.get(service);
    if (known !== undefined) return known;
    const [, client = '', endpoint] = SERVICES[service] ?? [];
    const Made = exportsOf(service)[client];
    if (Made === undefined || endpoint === undefined) throw new Error(`There is no client of the service ${service}.`);
    // Step Functions asks S3 for no checksums.
    const quiet = { disableHostPrefix: true, responseChecksumValidation: 'WHEN_REQUIRED' };
    const made: Client = new Made({ ...config(endpoint), ...quiet });
    clients.set(service, made);
    return made;
  }

  const commandOf = (service: string, action: string): Constructor | undefined =>
    exportsOf(service)[`${action.charAt(0).toUpperCase()}${action.slice(1)}Command`];

  return {
    async call(service, action, input) {
      const Command = commandOf(service, action);
      if (Command === undefined) throw new Error(`The service ${service} has no action ${action}.`);
      return clientOf(service).send(new Command(input));
    },
    has: (service, action) => commandOf(service, action) !== undefined,
    close() {
      for (const client of clients.values()) client.destroy();
    },
  };
}
