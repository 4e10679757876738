/** The service actions a Task may call, each also with `.waitForTaskToken`. */
const ACTIONS = ['lambda:invoke', 'events:putEvents', 'sqs:sendMessage'] as const;

export type Action = (typeof ACTIONS)[number];

/** What a Task's `Resource` names: a Lambda function by its ARN, or an optimised integration. */
export type TaskResource =
  | { readonly kind: 'function'; readonly functionArn: string }
  | {
      readonly kind: 'service';
      readonly action: Action;
      readonly resourceType: string;
      /** As histories name it: `putEvents.waitForTaskToken`. */
      readonly resource: string;
      readonly waitsForToken: boolean;
    };

export const SUPPORTED_RESOURCES =
  `the ARN of a Lambda function, ${ACTIONS.map((action) => `arn:aws:states:::${action}`).join(', ')}, ` +
  'and the last three with .waitForTaskToken';

/** The Parameters each action takes here. */
export const ACTION_PARAMETERS: Readonly<Record<Action, readonly string[]>> = {
  'lambda:invoke': ['FunctionName', 'Payload'],
  'events:putEvents': ['Entries'],
  'sqs:sendMessage': [
    ...['QueueUrl', 'MessageBody', 'DelaySeconds', 'MessageAttributes'],
    ...['MessageDeduplicationId', 'MessageGroupId'],
  ],
};

/** Reads a Task's `Resource`; undefined when it is none of those supported. */
export function parseResource(resource: string): TaskResource | undefined {
  if (/^arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/.test(resource)) {
    return { kind: 'function', functionArn: resource };
  }
  const [, service = '', name = '', pattern] =
    /^arn:aws[\w-]*:states:[\w-]*:\d*:(\w+):(\w+)(\.waitForTaskToken)?$/.exec(resource) ?? [];
  const action = ACTIONS.find((known) => known === `${service}:${name}`);
  if (action === undefined) return undefined;
  const waitsForToken = pattern !== undefined;
  return { kind: 'service', action, resourceType: service, resource: `${name}${pattern ?? ''}`, waitsForToken };
}
