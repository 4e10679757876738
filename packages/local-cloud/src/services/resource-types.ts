import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { CloudLog } from '../shared/types.ts';
import { inertResourceTypes } from './cloudformation/inert-resource-types.ts';
import type { Identity, ResourceType, ResourceTypes } from './cloudformation/resource-type.ts';
import type { CloudWatch } from './cloudwatch/index.ts';
import { cloudWatchResourceTypes } from './cloudwatch/resource-types.ts';
import { dynamoDbResourceTypes } from './dynamodb/resource-types.ts';
import type { EventBridge } from './eventbridge/index.ts';
import { eventBridgeResourceTypes } from './eventbridge/resource-types.ts';
import type { EventSources } from './event-sources.ts';
import type { Iam } from './iam/index.ts';
import { iamResourceTypes } from './iam/resource-types.ts';
import { eventSourceMappingResourceTypes } from './lambda/resource-types/index.ts';
import type { S3 } from './s3/index.ts';
import { s3ResourceTypes } from './s3/resource-types.ts';
import type { Sns } from './sns/index.ts';
import { snsResourceTypes } from './sns/resource-types.ts';
import type { Sqs } from './sqs/index.ts';
import { sqsResourceTypes } from './sqs/resource-types.ts';
import type { Ssm } from './ssm/index.ts';
import { ssmResourceTypes } from './ssm/resource-types.ts';
import type { StepFunctions } from './stepfunctions/index.ts';
import { stepFunctionsResourceTypes } from './stepfunctions/resource-types.ts';

export interface ResourceTypeParts extends Identity {
  readonly cloudWatch: CloudWatch;
  readonly dynamodbClient: DynamoDBClient;
  readonly eventBridge: EventBridge;
  readonly eventSources: EventSources;
  readonly iam: Iam;
  readonly s3: S3;
  readonly sns: Sns;
  readonly sqs: Sqs;
  readonly ssm: Ssm;
  readonly stepFunctions: StepFunctions;
  readonly log: CloudLog;
}

/** The resource types that templates may have: those of every service, and more that the caller's services have. */
export function createResourceTypes(
  parts: ResourceTypeParts,
  ...more: readonly Readonly<Record<string, ResourceType>>[]
): ResourceTypes {
  const { region, accountId, eventBridge, eventSources, log } = parts;
  const identity = { region, accountId };
  const { scheduler, mappings } = eventSources;
  const types = [
    inertResourceTypes(identity),
    cloudWatchResourceTypes(parts.cloudWatch),
    dynamoDbResourceTypes(parts.dynamodbClient),
    eventBridgeResourceTypes({ ...identity, eventBridge: eventBridge.handle, scheduler }),
    eventSourceMappingResourceTypes(mappings),
    iamResourceTypes(parts.iam),
    s3ResourceTypes(parts.s3, identity),
    snsResourceTypes(parts.sns, log),
    sqsResourceTypes(parts.sqs, identity),
    ssmResourceTypes(parts.ssm),
    stepFunctionsResourceTypes(parts.stepFunctions),
    ...more,
  ];
  return new Map(types.flatMap((some) => Object.entries(some)));
}
