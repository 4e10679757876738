import { randomUUID } from 'node:crypto';
import { sqsError } from './sqs-error.ts';

interface Receipt {
  readonly id: string;
  readonly queueArn: string;
  readonly messageId: string;
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** A handle by which a receiver names a message that it was given, as opaque as SQS's. */
export function newReceipt(queueArn: string, messageId: string): string {
  return Buffer.from(`${randomUUID()} ${queueArn} ${messageId}`).toString('base64');
}

/** @throws AwsError `ReceiptHandleIsInvalid` for what was never handed out by this queue */
export function parseReceipt(handle: string, queueArn: string): Receipt {
  const [id = '', arn = '', messageId = ''] = Buffer.from(handle, 'base64').toString('utf8').split(' ');
  if (UUID.test(id) && UUID.test(messageId) && arn === queueArn) return { id, queueArn: arn, messageId };
  throw sqsError('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`);
}
