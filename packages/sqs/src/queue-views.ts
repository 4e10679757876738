import type { MessageStore, StoredMessage } from './message-store.ts';
import type { Queue, QueueStore } from './queue-store.ts';
import { expiredBy } from './receive-message.ts';

/** A queue as the local cloud's own views and metrics see it, past SQS's protocol. */
export interface QueueView {
  readonly name: string;
  readonly arn: string;
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
  /** When the oldest message was sent, in ms since the epoch. */
  readonly oldest?: number;
  /** The queue that gets what this one cannot deliver. */
  readonly deadLetterTargetArn?: string;
  /** Those that are shown soonest. */
  messages(most: number): readonly StoredMessage[];
}

export function createViews(queues: QueueStore, messages: MessageStore, now: () => number) {
  function view(queue: Queue): QueueView {
    const at = now();
    const after = expiredBy(queue, at);
    const { oldest, ...counts } = messages.count(queue.name, at, after);
    return {
      name: queue.name,
      arn: queue.arn,
      ...counts,
      ...(oldest !== null && { oldest }),
      ...(queue.redrive && { deadLetterTargetArn: queue.redrive.deadLetterTargetArn }),
      messages: (most) => messages.list(queue.name, after, most),
    };
  }
  return {
    all: (): QueueView[] => queues.all().map(view),
    of(name: string): QueueView | undefined {
      const queue = queues.find(name);
      return queue && view(queue);
    },
  };
}
