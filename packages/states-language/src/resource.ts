/** How a Task waits: for the answer alone, for its token to be answered, or for the execution that it started. */
export type Pattern = 'request' | 'waitForTaskToken' | 'sync' | 'sync:2';

/** A call of a service: by an optimised integration, or by `aws-sdk:` with the service's own API. */
export interface ServiceCall {
  /** As in the ARN: `dynamodb`, `states`, for `aws-sdk:` also `sfn`. */
  readonly service: string;
  /** `putItem` */
  readonly action: string;
  readonly isSdk: boolean;
}

/** What a Task's `Resource` names. */
export type TaskResource =
  | { readonly kind: 'function'; readonly functionArn: string }
  | { readonly kind: 'activity'; readonly activityArn: string }
  | {
      readonly kind: 'service';
      readonly call: ServiceCall;
      /** As histories name it: `sqs`, `aws-sdk:sqs`. */
      readonly resourceType: string;
      /** As histories name it: `putEvents.waitForTaskToken`. */
      readonly resource: string;
      readonly pattern: Pattern;
    };

interface Integration {
  /** The parameters that it takes. */
  readonly parameters: readonly string[];
  readonly patterns: readonly Pattern[];
}

const ITEM = ['TableName', 'ReturnConsumedCapacity', 'ExpressionAttributeNames'];
const CHANGE = [
  ...ITEM,
  ...['ConditionExpression', 'ExpressionAttributeValues', 'ReturnItemCollectionMetrics', 'ReturnValues'],
];
const MESSAGE = ['MessageAttributes', 'MessageDeduplicationId', 'MessageGroupId'];
const REQUEST: readonly Pattern[] = ['request'];
const CALLBACK: readonly Pattern[] = ['request', 'waitForTaskToken'];

/** Source: https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html */
const OPTIMISED: Readonly<Record<string, Integration>> = {
  'lambda:invoke': { parameters: ['FunctionName', 'Payload'], patterns: CALLBACK },
  'events:putEvents': { parameters: ['Entries'], patterns: CALLBACK },
  'sqs:sendMessage': { parameters: [...MESSAGE, 'QueueUrl', 'MessageBody', 'DelaySeconds'], patterns: CALLBACK },
  'sns:publish': {
    parameters: [...MESSAGE, 'TopicArn', 'TargetArn', 'Message', 'MessageStructure', 'Subject'],
    patterns: CALLBACK,
  },
  'dynamodb:getItem': {
    parameters: [...ITEM, 'Key', 'AttributesToGet', 'ConsistentRead', 'ProjectionExpression'],
    patterns: REQUEST,
  },
  'dynamodb:putItem': { parameters: [...CHANGE, 'Item'], patterns: REQUEST },
  'dynamodb:updateItem': { parameters: [...CHANGE, 'Key', 'UpdateExpression'], patterns: REQUEST },
  'dynamodb:deleteItem': { parameters: [...CHANGE, 'Key'], patterns: REQUEST },
  'states:startExecution': {
    parameters: ['StateMachineArn', 'Input', 'Name', 'TraceHeader'],
    patterns: ['request', 'waitForTaskToken', 'sync', 'sync:2'],
  },
};

/** The services whose API `aws-sdk:` reaches here, by their name in the ARN. */
export const SDK_SERVICES = [
  'dynamodb',
  'eventbridge',
  'kinesis',
  'lambda',
  's3',
  'scheduler',
  'sfn',
  'sns',
  'sqs',
  'ssm',
];

export const SUPPORTED_RESOURCES =
  `the ARN of a Lambda function or of an activity, arn:aws:states:::aws-sdk:SERVICE:ACTION for ${SDK_SERVICES.join(', ')}, ` +
  Object.entries(OPTIMISED)
    .map(([name, { patterns }]) => {
      const more = patterns.filter((pattern) => pattern !== 'request').map((pattern) => `.${pattern}`);
      return `arn:aws:states:::${name}${more.length === 0 ? '' : ` (also ${more.join(', ')})`}`;
    })
    .join(', ');

/** Reads a Task's `Resource`; undefined when it is none of those supported. */
export function parseResource(resource: string): TaskResource | undefined {
  if (/^arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/.test(resource)) {
    return { kind: 'function', functionArn: resource };
  }
  if (/^arn:aws[\w-]*:states:[\w-]+:\d{12}:activity:[\w.-]+$/.test(resource)) {
    return { kind: 'activity', activityArn: resource };
  }
  const [, sdk, service = '', action = '', suffix] =
    /^arn:aws[\w-]*:states:[\w-]*:\d*:(aws-sdk:)?(\w+):(\w+)(?:\.(waitForTaskToken|sync|sync:2))?$/.exec(resource) ??
    [];
  const pattern = (suffix ?? 'request') as Pattern;
  const isSdk = sdk !== undefined;
  const patterns = isSdk ? sdkPatterns(service) : OPTIMISED[`${service}:${action}`]?.patterns;
  if (patterns?.includes(pattern) !== true) return undefined;
  const name = suffix === undefined ? action : `${action}.${suffix}`;
  const resourceType = `${sdk ?? ''}${service}`;
  return { kind: 'service', call: { service, action, isSdk }, resourceType, resource: name, pattern };
}

function sdkPatterns(service: string): readonly Pattern[] {
  return SDK_SERVICES.includes(service) ? CALLBACK : [];
}

/** The parameters that the call takes here; undefined when the service itself checks them. */
export function parametersOf(call: ServiceCall): readonly string[] | undefined {
  return call.isSdk ? undefined : OPTIMISED[`${call.service}:${call.action}`]?.parameters;
}
