import type { Sqs, SqsOptions } from '@dure/sqs';
import type { RecordValue } from '../cloudwatch/index.ts';

type Counted = Parameters<NonNullable<SqsOptions['counted']>>;

const METRICS: Readonly<Record<Counted[1], string>> = {
  sent: 'NumberOfMessagesSent',
  received: 'NumberOfMessagesReceived',
  deleted: 'NumberOfMessagesDeleted',
};

/** Counts what goes through the queues, as it happens. */
export function countMessages([QueueName, event, count]: Counted, record: RecordValue): void {
  for (let each = 0; each < count; each += 1) {
    record({ namespace: 'AWS/SQS', name: METRICS[event], dimensions: { QueueName }, value: 1 });
  }
}

/** Measures each queue's depth and the age of its oldest message. An empty queue is reported once. */
export function queueSampler({ all }: Sqs['views'], record: RecordValue, now: () => number): () => void {
  const busy = new Set<string>();
  return () => {
    for (const { name, visible, delayed, inFlight, oldest } of all()) {
      const there = visible + delayed + inFlight;
      if (there === 0 && !busy.delete(name)) continue;
      if (there > 0) busy.add(name);
      const measured = {
        ApproximateNumberOfMessagesVisible: visible,
        ApproximateNumberOfMessagesDelayed: delayed,
        ApproximateNumberOfMessagesNotVisible: inFlight,
        ApproximateAgeOfOldestMessage: (now() - (oldest ?? now())) / 1000,
      };
      for (const [metric, value] of Object.entries(measured)) {
        record({ namespace: 'AWS/SQS', name: metric, dimensions: { QueueName: name }, value });
      }
    }
  };
}
