import type { MessageAttributes } from '../sqs/index.ts';
import type { Subscription } from './store.ts';

/** What a publisher gave, checked. */
export interface Message {
  readonly id: string;
  readonly topicArn: string;
  readonly subject?: string;
  readonly textFor: (protocol: string) => string;
  readonly attributes: MessageAttributes;
  readonly group?: string;
  readonly deduplication?: string;
  readonly sequence?: string;
  /** As `X-Amzn-Trace-Id` says it. */
  readonly trace?: string;
}

/**
 * What a queue gets that does not want the message alone.
 * Source: https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
 */
export function notificationOf(message: Message, { arn, protocol }: Subscription, now: number): string {
  const { id, topicArn, subject, attributes, sequence } = message;
  const host = `https://sns.${topicArn.split(':')[3]}.amazonaws.com`;
  const named = Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
    name,
    { Type: DataType, Value: StringValue ?? BinaryValue },
  ]);
  return JSON.stringify({
    Type: 'Notification',
    MessageId: id,
    ...(sequence !== undefined && { SequenceNumber: sequence }),
    TopicArn: topicArn,
    ...(subject !== undefined && { Subject: subject }),
    Message: message.textFor(protocol),
    Timestamp: new Date(now).toISOString(),
    ...(sequence === undefined && {
      SignatureVersion: '1',
      Signature: 'bm90IHNpZ25lZCBvbiBhIGxhcHRvcA==',
      SigningCertURL: `${host}/SimpleNotificationService-local.pem`,
    }),
    UnsubscribeURL: `${host}/?Action=Unsubscribe&SubscriptionArn=${arn}`,
    ...(named.length > 0 && { MessageAttributes: Object.fromEntries(named) as object }),
  });
}

/**
 * The event of a function, made of the notification.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html
 */
export function lambdaEventOf(notification: string, subscriptionArn: string): string {
  const { SigningCertURL, UnsubscribeURL, ...given } = JSON.parse(notification) as Record<string, unknown>;
  const Sns = {
    Subject: null,
    MessageAttributes: {},
    ...given,
    SigningCertUrl: SigningCertURL,
    UnsubscribeUrl: UnsubscribeURL,
  };
  const record = { EventSource: 'aws:sns', EventVersion: '1.0', EventSubscriptionArn: subscriptionArn, Sns };
  return JSON.stringify({ Records: [record] });
}
