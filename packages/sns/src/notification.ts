import type { MessageAttributes } from '@dure/sqs';
import type { Signatures } from './signatures.ts';
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
  /** As the topic has it: `1` or `2`. */
  readonly signatureVersion: string;
}

/** Who signs notifications. */
export interface Sender {
  readonly signatures: Signatures;
  /** Where its certificate is: `http://127.0.0.1:4566`. */
  readonly address: () => string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * What a queue gets that does not want the message alone.
 * Source: https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html
 */
export function notificationOf(
  message: Message,
  { arn, protocol }: Subscription,
  { now, signatures, address }: Sender,
): string {
  const { id, topicArn, subject, attributes, sequence, signatureVersion } = message;
  const host = `https://sns.${topicArn.split(':')[3]}.amazonaws.com`;
  const named = Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
    name,
    { Type: DataType, Value: StringValue ?? BinaryValue },
  ]);
  const fields = {
    ...{ Type: 'Notification', MessageId: id, TopicArn: topicArn, Subject: subject },
    ...{ Message: message.textFor(protocol), Timestamp: new Date(now()).toISOString() },
  };
  const { Type, MessageId, TopicArn, Subject, Message: text, Timestamp } = fields;
  return JSON.stringify({
    ...{ Type, MessageId },
    ...(sequence !== undefined && { SequenceNumber: sequence }),
    ...{ TopicArn, Subject, Message: text, Timestamp },
    ...(sequence === undefined && {
      SignatureVersion: signatureVersion,
      Signature: signatures.sign(fields, signatureVersion),
      SigningCertURL: `${address()}${signatures.certificatePath()}`,
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
    // Whatever the topic's version is, by which the signature is made: so does AWS.
    ...('SignatureVersion' in given && { SignatureVersion: '1' }),
    SigningCertUrl: SigningCertURL,
    UnsubscribeUrl: UnsubscribeURL,
  };
  const record = { EventSource: 'aws:sns', EventVersion: '1.0', EventSubscriptionArn: subscriptionArn, Sns };
  return JSON.stringify({ Records: [record] });
}
