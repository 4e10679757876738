import type { AwsJsonClient } from '@dure/aws-protocols/aws-json-client';
import { type Identity, inertResourceTypes, type ResourceType, type ResourceTypes } from './cloudformation/index.ts';
import { type CloudWatch, cloudWatchResourceTypes } from './cloudwatch/index.ts';
import { dynamoDbResourceTypes } from './dynamodb/index.ts';
import { type EventBridge, eventBridgeResourceTypes } from './eventbridge/index.ts';
import type { EventSources } from './event-sources.ts';
import { type Iam, iamResourceTypes } from './iam/index.ts';
import { eventSourceMappingResourceTypes } from './lambda/resource-types/index.ts';
import { type S3, s3ResourceTypes } from './s3/index.ts';
import { type Scheduler, schedulerResourceTypes } from './scheduler/index.ts';
import { type Sns, snsResourceTypes } from './sns/index.ts';
import { type Sqs, sqsResourceTypes } from './sqs/index.ts';
import { type Kinesis, kinesisResourceTypes } from '@dure/kinesis';
import { type Kms, kmsResourceTypes } from '@dure/kms';
import { type SecretsManager, secretsManagerResourceTypes } from '@dure/secrets-manager';
import { type Ssm, ssmResourceTypes } from './ssm/index.ts';
import { type StepFunctions, stepFunctionsResourceTypes } from './stepfunctions/index.ts';

export interface ResourceTypeParts extends Identity {
  readonly cloudWatch: CloudWatch;
  readonly dynamodbClient: AwsJsonClient;
  readonly eventBridge: EventBridge;
  readonly eventSources: EventSources;
  readonly iam: Iam;
  readonly kinesis: Kinesis;
  readonly kms: Kms;
  readonly s3: S3;
  readonly scheduler: Scheduler;
  readonly sns: Sns;
  readonly sqs: Sqs;
  readonly secretsManager: SecretsManager;
  readonly ssm: Ssm;
  readonly stepFunctions: StepFunctions;
}

/** The resource types that templates may have: those of every service, and more that the caller's services have. */
export function createResourceTypes(
  parts: ResourceTypeParts,
  ...more: readonly Readonly<Record<string, ResourceType>>[]
): ResourceTypes {
  const { region, accountId, eventBridge, eventSources } = parts;
  const identity = { region, accountId };
  const types = [
    inertResourceTypes(identity),
    cloudWatchResourceTypes(parts.cloudWatch),
    dynamoDbResourceTypes(parts.dynamodbClient.request, region),
    eventBridgeResourceTypes({ ...identity, eventBridge: eventBridge.handle }),
    eventSourceMappingResourceTypes(eventSources),
    iamResourceTypes(parts.iam),
    kinesisResourceTypes(parts.kinesis),
    kmsResourceTypes(parts.kms),
    s3ResourceTypes(parts.s3, identity),
    schedulerResourceTypes(parts.scheduler, identity),
    snsResourceTypes(parts.sns),
    sqsResourceTypes(parts.sqs, identity),
    secretsManagerResourceTypes(parts.secretsManager),
    ssmResourceTypes(parts.ssm),
    stepFunctionsResourceTypes(parts.stepFunctions),
    ...more,
  ];
  return new Map(types.flatMap((some) => Object.entries(some)));
}
