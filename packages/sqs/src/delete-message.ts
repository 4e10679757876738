import { type Input, requiredText } from './input.ts';
import type { LongPolling } from './long-polling.ts';
import type { MessageStore } from './message-store.ts';
import type { Queue } from './queue-store.ts';
import { findByReceiptHandle } from './receipt-handle.ts';
import { invalidValue } from './sqs-error.ts';

/**
 * Deletes a received message, and returns whether there was one: deleting twice succeeds. A FIFO queue refuses an expired
 * handle, because the order of its message group depends on it.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html
 */
export function createDeleteMessage(messages: MessageStore, longPolling: LongPolling, now: () => number) {
  return function deleteMessage(queue: Queue, input: Input): boolean {
    const handle = requiredText(input, 'ReceiptHandle');
    const found = findByReceiptHandle(messages, queue, handle);
    if (found === undefined) return false;
    const { message, isLatest } = found;
    if (queue.fifo && (!isLatest || message.visible <= now())) {
      throw invalidValue('ReceiptHandle', handle, 'The receipt handle has expired.');
    }
    // An older handle deletes what nobody holds, and never what another one has received since.
    if (!isLatest && message.visible > now()) return false;
    messages.remove(message);
    // The rest of its group may follow now.
    if (queue.fifo) longPolling.notify(queue.name);
    return true;
  };
}
