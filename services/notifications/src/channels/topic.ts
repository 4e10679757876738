import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { answerWithin } from '@dure/contracts/binding/deadline';
import type { FactDependencies } from '../application/record-fact.ts';
import { messageBody, OrderMilestone } from '../messages.ts';

/** Publishes milestones to the topic, with the attribute `milestone`, by which subscriptions filter. */
export function createPublishMilestone(topicArn: string): FactDependencies['publish'] {
  const sns = new SNSClient({ maxAttempts: 3, requestHandler: answerWithin(3_000) });
  return async ({ eventId, milestone }, call) => {
    await sns.send(
      new PublishCommand({
        TopicArn: topicArn,
        Message: messageBody(OrderMilestone, { subject: milestone.orderId, data: milestone, id: eventId }, call),
        MessageAttributes: { milestone: { DataType: 'String', StringValue: milestone.milestone } },
      }),
    );
  };
}
