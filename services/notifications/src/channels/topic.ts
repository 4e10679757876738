import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { answerWithin } from '@dure/contracts/binding/deadline';
import type { FactDependencies } from '../application/record-facts.ts';
import { messageBody, OrderMilestone } from '../messages.ts';

/**
 * Publishes milestones to the topic, with the attributes by which subscriptions filter: `milestone`, and
 * `withoutFollowers` and `withoutEndpoints` where nobody listens.
 */
export function createPublishMilestone(topicArn: string): FactDependencies['publish'] {
  const sns = new SNSClient({ maxAttempts: 3, requestHandler: answerWithin(3_000) });
  return async ({ eventId, milestone, listeners }, call) => {
    await sns.send(
      new PublishCommand({
        TopicArn: topicArn,
        Message: messageBody(OrderMilestone, { subject: milestone.orderId, data: milestone, id: eventId }, call),
        MessageAttributes: {
          milestone: text(milestone.milestone),
          ...(!listeners.followers && { withoutFollowers: text('true') }),
          ...(!listeners.endpoints && { withoutEndpoints: text('true') }),
        },
      }),
    );
  };
}

const text = (StringValue: string) => ({ DataType: 'String', StringValue });
