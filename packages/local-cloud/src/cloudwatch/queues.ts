import type { FauxqsServer } from 'fauxqs';
import { unchecked } from '../signature.ts';
import type { RecordValue } from './measures.ts';

const EVENTS: Readonly<{ [status: string]: readonly string[] }> = {
  published: ['NumberOfMessagesSent'],
  // Fauxqs tells of a message when it is deleted, not when it is received.
  consumed: ['NumberOfMessagesReceived', 'NumberOfMessagesDeleted'],
};

/** Counts what goes through the queues, as it happens. Source: https://www.npmjs.com/package/fauxqs#message-spy */
export function countMessages(fauxqs: FauxqsServer, record: RecordValue): void {
  const count = (message: { service: string; status: string; queueName?: string }): boolean => {
    if (message.service !== 'sqs') return false;
    const dimensions = { QueueName: message.queueName ?? '' };
    for (const name of EVENTS[message.status] ?? []) record({ namespace: 'AWS/SQS', name, dimensions, value: 1 });
    return false;
  };
  // Waits for a message that never comes, and so is shown each.
  fauxqs.spy.waitForMessage(count as Parameters<FauxqsServer['spy']['waitForMessage']>[0]).catch(() => {});
}

/** Measures how much lies in each queue, and how old the oldest of it is. A queue at rest is told empty once. */
export function queueSampler(fauxqs: FauxqsServer, record: RecordValue, now: () => number): () => Promise<void> {
  const busy = new Set<string>();
  return async () => {
    const response = await fetch(`http://127.0.0.1:${fauxqs.port}/_fauxqs/queues`, {
      headers: { authorization: unchecked('sqs') },
      signal: AbortSignal.timeout(5000),
    });
    for (const { name } of (await response.json()) as { name: string }[]) sample(name);
  };

  function sample(name: string): void {
    const messages = fauxqs.inspectQueue(name)?.messages;
    if (messages === undefined) return;
    const { ready, delayed, inflight } = messages;
    const there = ready.length + delayed.length + inflight.length;
    if (there === 0 && !busy.delete(name)) return;
    if (there > 0) busy.add(name);
    const oldest = [...ready, ...inflight.map(({ message }) => message)].reduce(
      (least, { sentTimestamp }) => Math.min(least, sentTimestamp),
      now(),
    );
    const measured = {
      ApproximateNumberOfMessagesVisible: ready.length,
      ApproximateNumberOfMessagesDelayed: delayed.length,
      ApproximateNumberOfMessagesNotVisible: inflight.length,
      ApproximateAgeOfOldestMessage: (now() - oldest) / 1000,
    };
    for (const [metric, value] of Object.entries(measured)) {
      record({ namespace: 'AWS/SQS', name: metric, dimensions: { QueueName: name }, value });
    }
  }
}
