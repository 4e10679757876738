import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { ApiGatewayResourceType } from '../apigateway/index.ts';
import type { AwsJsonService } from '../../shared/protocols/aws-json.ts';
import type { CloudWatch } from '../cloudwatch/index.ts';
import type { Iam } from '../iam/index.ts';
import type { CloudLog } from '../../shared/types.ts';
import type { S3 } from '../s3/index.ts';
import type { Sns } from '../sns/index.ts';
import type { Sqs } from '../sqs/index.ts';

/** The emulators that resources are created in. */
export interface Cloud {
  readonly accountId: string;
  readonly region: string;
  readonly stage: string;
  readonly dynamodb: DynamoDBClient;
  readonly sqs: Sqs;
  readonly sns: Sns;
  readonly s3: S3;
  queueUrl(queueArn: string): string;
  readonly eventBridge: AwsJsonService;
  readonly ssm: AwsJsonService;
  readonly alarms: CloudWatch['alarms'];
  readonly iam: Iam;
  /** API Gateway's resource types, by CloudFormation's names. Each checks its properties itself. */
  readonly apis?: Readonly<Record<string, ApiGatewayResourceType>>;
  createStateMachine(input: {
    name: string;
    definition: string;
    roleArn?: string;
  }): Promise<{ stateMachineArn: string }>;
  readonly log: CloudLog;
}

/** One resource of one service's stack, its properties resolved. */
export interface ResourceRequest {
  readonly service: string;
  readonly logicalId: string;
  /** The name to use where the template gives none. */
  readonly defaultName: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** What `Ref` and `Fn::GetAtt` of a created resource answer. */
export interface CreatedResource {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface ResourceType {
  /** Properties that are put into effect. */
  readonly supported: readonly string[];
  /** Properties that change nothing on a laptop: encryption, backups, tags. */
  readonly accepted?: readonly string[];
  /** The part of the properties that is put into effect, where that is less: only it has to resolve. */
  narrow?(properties: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>;
  /** Creates the resource, or brings an existing one in line. Keeps what is stored in it. */
  create(request: ResourceRequest, cloud: Cloud): Promise<CreatedResource>;
  /** Removes a resource that is no longer in its template, for what would go on acting otherwise. */
  remove?(ref: string, cloud: Cloud): Promise<void>;
}

/** A property as a string. @throws TypeError if it is something else */
export function text({ properties }: ResourceRequest, name: string): string | undefined {
  const value = properties[name];
  if (value === undefined || typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new TypeError(`${name} has to be a string.`);
}
