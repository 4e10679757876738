import { type Input, optionalInteger, requiredText } from './input.ts';
import type { LongPolling } from './long-polling.ts';
import type { MessageStore } from './message-store.ts';
import type { Queue } from './queue-store.ts';
import { findByReceiptHandle } from './receipt-handle.ts';
import { invalidValue, missing } from './sqs-error.ts';

const MAX_SECONDS = 43_200;

/**
 * The visibility time-out of a request, in seconds: how long other receivers do not see the message.
 * @throws AwsError `InvalidParameterValueException`
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html
 */
export function visibilityTimeoutOf(input: Input, reason: string): number | undefined {
  return optionalInteger(input, 'VisibilityTimeout', [0, MAX_SECONDS], reason);
}

/**
 * Hides a received message for so many seconds from now; 0 shows it at once.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html
 */
export function createChangeVisibility(messages: MessageStore, longPolling: LongPolling, now: () => number) {
  return function changeVisibility(queue: Queue, input: Input): void {
    const handle = requiredText(input, 'ReceiptHandle');
    const seconds = visibilityTimeoutOf(input, `VisibilityTimeout must be an integer between 0 and ${MAX_SECONDS}.`);
    if (seconds === undefined) throw missing('VisibilityTimeout');
    const found = findByReceiptHandle(messages, queue, handle);
    const at = now();
    // A standard queue takes an older handle too, as long as the message is there.
    if (found === undefined || (queue.fifo && (!found.isLatest || found.message.visible <= at))) {
      const gone = 'Message does not exist or is not available for visibility timeout change.';
      throw invalidValue('ReceiptHandle', handle, gone);
    }
    const { message } = found;
    const until = at + seconds * 1000;
    if (until > (message.received ?? at) + MAX_SECONDS * 1000) {
      const limit = `Total VisibilityTimeout for the message is beyond the limit [${MAX_SECONDS} seconds]`;
      throw invalidValue('VisibilityTimeout', seconds, limit);
    }
    messages.hide(message, until);
    longPolling.notify(queue.name);
  };
}
