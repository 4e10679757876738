import { AwsError } from '../../shared/protocols/aws-error.ts';
import type { Cloud, ResourceType } from './resource-type.ts';
import { RESOURCE_TYPES } from '../../workspace/cloudformation/resource-types.ts';
import type { ExistingResource, Properties, ResourceHandler } from './resource-handler.ts';
import { onlyKnown } from './properties.ts';

/** What is different for the types that `npm start` creates too: there they only come and are kept. */
interface Lifecycle {
  readonly nameProperty?: string;
  readonly replacedBy?: readonly string[];
  exists?(name: string): Promise<boolean>;
  update?: ResourceHandler['update'];
  remove(resource: ExistingResource): Promise<void>;
}

interface Parts {
  readonly cloud: Cloud;
  readonly stepFunctions: (action: string, input: Record<string, unknown>) => Promise<unknown>;
}

/** Handlers of the types whose emulators both hosts share. */
export function localTypes(parts: Parts): Map<string, ResourceHandler> {
  const handlers = new Map<string, ResourceHandler>();
  for (const [type, lifecycle] of Object.entries(lifecycles(parts))) {
    const definition = RESOURCE_TYPES[type];
    if (definition === undefined) throw new Error(`The local cloud does not know ${type}.`);
    handlers.set(type, handlerOf(type, definition, lifecycle, parts.cloud));
  }
  return handlers;
}

function handlerOf(type: string, definition: ResourceType, lifecycle: Lifecycle, cloud: Cloud): ResourceHandler {
  const { supported, accepted = [] } = definition;
  return {
    replacedBy: [],
    ...lifecycle,
    check: (properties) => onlyKnown(type, properties, [...supported, ...accepted]),
    create: (request) => definition.create(request, cloud),
  };
}

function lifecycles({ cloud, stepFunctions }: Parts): Record<string, Lifecycle> {
  const { eventBridge, ssm, sqs, sns, s3 } = cloud;
  const unsubscribe = async ({ TopicArn: topic, Endpoint: endpoint }: Properties): Promise<void> =>
    sns.unsubscribe(String(topic), String(endpoint));
  return {
    'AWS::CloudWatch::Alarm': {
      nameProperty: 'AlarmName',
      remove: async ({ physicalId }) => RESOURCE_TYPES['AWS::CloudWatch::Alarm']!.remove!(physicalId, cloud),
    },
    'AWS::Events::Archive': {
      nameProperty: 'ArchiveName',
      replacedBy: ['SourceArn'],
      exists: (ArchiveName) => found(NOT_FOUND, () => eventBridge('DescribeArchive', { ArchiveName })),
      remove: async ({ name }) =>
        void (await found(NOT_FOUND, () => eventBridge('DeleteArchive', { ArchiveName: name }))),
    },
    'AWS::Events::EventBus': {
      nameProperty: 'Name',
      exists: (Name) => found(NOT_FOUND, () => eventBridge('DescribeEventBus', { Name })),
      remove: async ({ name }) => void (await eventBridge('DeleteEventBus', { Name: name })),
    },
    'AWS::Events::Rule': {
      nameProperty: 'Name',
      replacedBy: ['EventBusName'],
      remove: async ({ physicalId }) => RESOURCE_TYPES['AWS::Events::Rule']!.remove!(physicalId, cloud),
    },
    'AWS::IAM::Role': {
      nameProperty: 'RoleName',
      remove: async ({ physicalId }) => cloud.iam.removeRole(physicalId),
    },
    'AWS::S3::Bucket': {
      nameProperty: 'BucketName',
      exists: s3.bucketExists,
      remove: ({ physicalId }) => s3.deleteBucket(physicalId),
    },
    'AWS::SNS::Subscription': {
      replacedBy: ['TopicArn', 'Protocol', 'Endpoint'],
      remove: ({ properties }) => unsubscribe(properties),
    },
    'AWS::SNS::Topic': {
      nameProperty: 'TopicName',
      replacedBy: ['FifoTopic'],
      remove: async ({ physicalId }) => sns.deleteTopic(physicalId),
    },
    'AWS::SQS::Queue': {
      nameProperty: 'QueueName',
      replacedBy: ['FifoQueue'],
      exists: async (name) => sqs.views.of(name) !== undefined,
      remove: async ({ name }) => sqs.deleteQueue(name),
    },
    'AWS::SSM::Parameter': {
      nameProperty: 'Name',
      exists: (Name) => found('ParameterNotFound', () => ssm('GetParameter', { Name })),
      remove: async ({ name }) => void (await found('ParameterNotFound', () => ssm('DeleteParameter', { Name: name }))),
    },
    'AWS::StepFunctions::StateMachine': {
      nameProperty: 'StateMachineName',
      remove: async ({ physicalId }) =>
        void (await stepFunctions('DeleteStateMachine', { stateMachineArn: physicalId })),
    },
  };
}

const NOT_FOUND = 'ResourceNotFoundException';

/** False where the request is refused because there is no such thing. */
async function found(code: string, request: () => Promise<unknown>): Promise<boolean> {
  try {
    await request();
    return true;
  } catch (error) {
    if ((error instanceof AwsError ? error.code : (error as Error).name) === code) return false;
    throw error;
  }
}
