import { randomUUID } from 'node:crypto';
import type { MessageStore, StoredMessage } from './message-store.ts';
import type { Queue } from './queue-store.ts';
import { sqsError } from './sqs-error.ts';

interface Receipt {
  readonly messageId: string;
  /** The message's place among all messages, by which it is found. */
  readonly sequence: number;
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** A handle by which a receiver names a message, as opaque as SQS's. */
export function newReceiptHandle(queueArn: string, messageId: string, sequence: number): string {
  return Buffer.from(`${randomUUID()} ${queueArn} ${messageId} ${sequence}`).toString('base64');
}

/**
 * The message that a handle was given for, unless it is gone. `isLatest` is false once it was received again.
 * @throws AwsError `ReceiptHandleIsInvalid` for a handle that is not of this queue
 */
export function findByReceiptHandle(
  messages: MessageStore,
  queue: Queue,
  handle: string,
): { readonly message: StoredMessage; readonly isLatest: boolean } | undefined {
  const message = messages.find(queue.name, parseReceiptHandle(handle, queue.arn));
  return message && { message, isLatest: message.receipt === handle };
}

function parseReceiptHandle(handle: string, queueArn: string): Receipt {
  const [id = '', arn = '', messageId = '', place = ''] = Buffer.from(handle, 'base64').toString('utf8').split(' ');
  const known = UUID.test(id) && UUID.test(messageId) && arn === queueArn && /^\d{1,15}$/.test(place);
  if (known) return { messageId, sequence: Number(place) };
  throw sqsError('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`);
}
