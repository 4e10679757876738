import type { LongPolling } from './long-polling.ts';
import type { MessageStore, StoredMessage } from './message-store.ts';
import type { Queue, QueueStore } from './queue-store.ts';

interface Parts {
  readonly queues: QueueStore;
  readonly messages: MessageStore;
  readonly longPolling: LongPolling;
}

/**
 * Moves a message that was received `maxReceiveCount` times to the dead-letter queue of its queue's redrive policy, and
 * returns whether it did. Where that queue is gone the message stays: nothing is lost.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
 */
export function createDeadLettering({ queues, messages, longPolling }: Parts) {
  return function deadLetter(queue: Queue, message: StoredMessage, at: number): boolean {
    if (queue.redrive === undefined || message.receives < queue.redrive.maxReceiveCount) return false;
    const target = queues.findByArn(queue.redrive.deadLetterTargetArn);
    if (target === undefined || target.name === queue.name) return false;
    messages.deadLetter(message, target.name, queue.arn, at, queue.fifo ? at : message.sent);
    longPolling.notify(target.name);
    return true;
  };
}
