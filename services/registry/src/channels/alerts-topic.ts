import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { answerWithin } from '@dure/contracts/binding/deadline';
import type { SendNotice } from '../application/notify-owners.ts';

/** SNS takes no longer subject, and ASCII alone. */
const MAX_SUBJECT = 100;

/**
 * Publishes notices to the topic of the alerts, which delivers each to its owner once, by its id.
 * Source: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export function alertsTopic(TopicArn: string): SendNotice {
  const client = new SNSClient({ maxAttempts: 4, requestHandler: answerWithin(4_000) });
  return async ({ id, owner, title, text }) => {
    const Subject = title.replaceAll(/[^\u0020-\u007e]/g, '?').slice(0, MAX_SUBJECT);
    await client.send(new PublishCommand({ TopicArn, Subject, Message: JSON.stringify({ notice: text, id, owner }) }));
  };
}
