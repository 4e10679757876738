import { deadLetterTargetOf, lambdaEventOf, type Subscription } from '@dure/sns';
import type { FindRoute } from '../eventbridge/index.ts';

const DAY_MS = 86_400_000;

/**
 * How a function gets notifications: asynchronously, so that its own errors are Lambda's to retry. Where Lambda takes no
 * invocation, SNS tries again for 23 days; where there is no such function, the notification is a dead letter at once.
 * Source: https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
 */
export function functionRoute({ arn, topic, endpoint, attributes }: Subscription): ReturnType<FindRoute> {
  return {
    route: { arn: topic, rule: arn },
    target: {
      ...{ id: '', arn: endpoint, bus: undefined, inputOf: undefined, messageGroupId: undefined },
      textOf: (notification) => lambdaEventOf(notification, arn),
      isDeadLetterPlain: true,
      ...{ maxRetries: 100_015, maxAgeMs: 23 * DAY_MS },
      deadLetterQueue: deadLetterTargetOf(attributes['RedrivePolicy']),
    },
  };
}
