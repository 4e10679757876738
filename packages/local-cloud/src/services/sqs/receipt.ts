import { randomUUID } from 'node:crypto';
import { sqsError } from './sqs-error.ts';

interface Receipt {
  readonly messageId: string;
  /** The message's place among all messages, by which it is found. */
  readonly sequence: number;
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** A handle by which a receiver names a message that it was given, as opaque as SQS's. */
export function newReceipt(queueArn: string, messageId: string, sequence: number): string {
  return Buffer.from(`${randomUUID()} ${queueArn} ${messageId} ${sequence}`).toString('base64');
}

/** @throws AwsError `ReceiptHandleIsInvalid` for what was never handed out by this queue */
export function parseReceipt(handle: string, queueArn: string): Receipt {
  const [id = '', arn = '', messageId = '', place = ''] = Buffer.from(handle, 'base64').toString('utf8').split(' ');
  const known = UUID.test(id) && UUID.test(messageId) && arn === queueArn && /^\d{1,15}$/.test(place);
  if (known) return { messageId, sequence: Number(place) };
  throw sqsError('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`);
}
