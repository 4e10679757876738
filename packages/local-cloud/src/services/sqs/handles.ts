import type { Arrivals } from './arrivals.ts';
import { type Input, optionalInteger, requiredText } from './input.ts';
import type { MessageStore, StoredMessage } from './messages.ts';
import type { Queue } from './queues.ts';
import { parseReceipt } from './receipt.ts';
import { invalidValue, missing } from './sqs-error.ts';

const MAX_VISIBILITY_SECONDS = 43_200;

/** What a receiver does with a message that it was handed: delete it, or hide it for longer or no more. */
export function createHandles(messages: MessageStore, arrivals: Arrivals, now: () => number) {
  /** The message that this handle was given for, unless it was received again since, or is gone. */
  function held(queue: Queue, handle: string): StoredMessage | undefined {
    const message = messages.find(queue.name, parseReceipt(handle, queue.arn));
    return message?.receipt === handle ? message : undefined;
  }

  return {
    /**
     * Succeeds for what is deleted already. A FIFO queue refuses a handle whose time is over, as the order of its group
     * depends on it. True when there was something to delete.
     * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteMessage.html
     */
    delete(queue: Queue, input: Input): boolean {
      const handle = requiredText(input, 'ReceiptHandle');
      const message = held(queue, handle);
      if (queue.fifo) {
        const stored = message ?? messages.find(queue.name, parseReceipt(handle, queue.arn));
        if (stored !== undefined && (message === undefined || message.visible <= now())) {
          throw invalidValue('ReceiptHandle', handle, 'The receipt handle has expired.');
        }
      }
      if (message === undefined) return false;
      messages.remove(message);
      // The rest of its group may follow now.
      if (queue.fifo) arrivals.notify(queue.name);
      return true;
    },

    /**
     * Hides a message for so many seconds from now; 0 shows it at once.
     * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html
     */
    changeVisibility(queue: Queue, input: Input): void {
      const handle = requiredText(input, 'ReceiptHandle');
      const reason = `VisibilityTimeout must be an integer between 0 and ${MAX_VISIBILITY_SECONDS}.`;
      const seconds = optionalInteger(input, 'VisibilityTimeout', [0, MAX_VISIBILITY_SECONDS], reason);
      if (seconds === undefined) throw missing('VisibilityTimeout');
      // A standard queue takes an older handle too, as long as the message is there.
      const message = queue.fifo ? held(queue, handle) : messages.find(queue.name, parseReceipt(handle, queue.arn));
      const at = now();
      if (message === undefined || (queue.fifo && message.visible <= at)) {
        const gone = 'Message does not exist or is not available for visibility timeout change.';
        throw invalidValue('ReceiptHandle', handle, gone);
      }
      const until = at + seconds * 1000;
      if (until > (message.received ?? at) + MAX_VISIBILITY_SECONDS * 1000) {
        const limit = `Total VisibilityTimeout for the message is beyond the limit [${MAX_VISIBILITY_SECONDS} seconds]`;
        throw invalidValue('VisibilityTimeout', seconds, limit);
      }
      messages.hide(message, until);
      arrivals.notify(queue.name);
    },
  };
}
