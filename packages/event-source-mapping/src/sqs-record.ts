import type { Message as SdkMessage, MessageAttributeValue } from '@aws-sdk/client-sqs';
import type { SQSRecord, SQSMessageAttribute } from 'aws-lambda';

/** A message on the wire: binary is base64. */
export type Message = Omit<SdkMessage, 'MessageAttributes'> & {
  readonly MessageAttributes?: Readonly<Record<string, WireAttribute>>;
};
type WireAttribute = Omit<MessageAttributeValue, 'BinaryValue'> & { readonly BinaryValue?: string };

/**
 * A received message as a function gets it.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event
 */
export function toSqsRecord(message: Message, eventSourceARN: string): SQSRecord {
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: { ...(message.Attributes as SQSRecord['attributes'] | undefined) } as SQSRecord['attributes'],
    messageAttributes: mapValues(message.MessageAttributes ?? {}, toAttribute),
    ...(message.MD5OfMessageAttributes !== undefined && { md5OfMessageAttributes: message.MD5OfMessageAttributes }),
    md5OfBody: message.MD5OfBody ?? '',
    eventSource: 'aws:sqs',
    eventSourceARN,
    awsRegion: eventSourceARN.split(':')[3] ?? '',
  };
}

function toAttribute(value: WireAttribute): SQSMessageAttribute {
  return {
    ...(value.StringValue !== undefined && { stringValue: value.StringValue }),
    ...(value.BinaryValue !== undefined && { binaryValue: value.BinaryValue }),
    stringListValues: [],
    binaryListValues: [],
    dataType: value.DataType as SQSMessageAttribute['dataType'],
  };
}

function mapValues<T, R>(object: Readonly<Record<string, T>>, map: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, map(value)]));
}
