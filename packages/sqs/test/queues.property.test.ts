import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createSqs } from '@dure/local-cloud/services/sqs/index';
import type { Sqs } from '../src/index.ts';
import type { ReceivedMessage } from '../src/receive-message.ts';

const QueueUrl = 'http://localhost/000000000000/';
const VISIBILITY_MS = 30_000;
const MAX_RECEIVES = 3;

type Step =
  | { kind: 'send'; group: string }
  | { kind: 'receive'; most: number }
  | { kind: 'delete'; pick: number }
  | { kind: 'show'; pick: number }
  | { kind: 'wait'; seconds: number }
  | { kind: 'restart' };

const pick = fc.nat({ max: 5 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('send' as const), group: fc.constantFrom('a', 'b') }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('receive' as const), most: fc.integer({ min: 1, max: 10 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('delete' as const), pick }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('show' as const), pick }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 40 }) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
);

interface Held {
  readonly body: string;
  readonly handle: string;
  until: number;
}

/** Carries steps out on a queue with dead letters, and watches what every queue promises. */
async function run(steps: readonly Step[], fifo: boolean): Promise<void> {
  const database = new DatabaseSync(':memory:');
  let at = 1_800_000_000_000;
  const open = (): Sqs => createSqs({ database, accountId: '000000000000', region: 'us-east-1', now: () => at });
  let sqs = open();
  const [work, letters] = fifo ? ['work.fifo', 'letters.fifo'] : ['work', 'letters'];
  const kind: Record<string, string> = fifo ? { FifoQueue: 'true' } : {};
  const { queueArn: deadLetterTargetArn } = sqs.createQueue(letters, kind);
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: MAX_RECEIVES });
  sqs.createQueue(work, { ...kind, RedrivePolicy });

  const sent: string[] = [];
  const deleted = new Set<string>();
  let held: Held[] = [];
  const groupOf = (body: string): string => body.slice(0, 1);
  const act = (action: string, input: object) => sqs.request(action, { QueueUrl: QueueUrl + work, ...input });
  const lying = (name: string): string[] =>
    sqs.views
      .of(name)!
      .messages(1000)
      .map(({ body }) => body);

  for (const it of steps) {
    at += 1;
    held = held.filter(({ until }) => until > at);
    const chosen = 'pick' in it ? held[it.pick % Math.max(1, held.length)] : undefined;
    if (it.kind === 'send') {
      const body = `${it.group}${String(sent.length).padStart(4, '0')}`;
      await act('SendMessage', {
        MessageBody: body,
        ...(fifo && { MessageGroupId: it.group, MessageDeduplicationId: body }),
      });
      sent.push(body);
    } else if (it.kind === 'receive') {
      const { Messages = [] } = (await act('ReceiveMessage', {
        MaxNumberOfMessages: it.most,
        MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      })) as { Messages?: ReceivedMessage[] };
      for (const { Body: body, ReceiptHandle: handle, Attributes } of Messages) {
        // Nobody else has it, it was not deleted, and it is not handed out more often than its queue allows.
        expect(held.map((other) => other.body)).not.toContain(body);
        expect(deleted).not.toContain(body);
        expect(Number(Attributes?.['ApproximateReceiveCount'])).toBeLessThanOrEqual(MAX_RECEIVES);
        // In a FIFO queue, all that was sent before it in its group is gone, given up, or comes with it.
        const before = sent.filter((other) => groupOf(other) === groupOf(body) && other < body);
        const open = before.filter((other) => !deleted.has(other) && !lying(letters).includes(other));
        const withIt = Messages.map((message) => message.Body);
        if (fifo) expect(open.filter((other) => !withIt.includes(other))).toEqual([]);
        held.push({ body, handle, until: at + VISIBILITY_MS });
      }
      if (fifo) {
        for (const group of ['a', 'b']) {
          const order = Messages.flatMap(({ Body }) => (groupOf(Body) === group ? [Body] : []));
          expect(order).toEqual([...order].sort());
        }
      }
    } else if (it.kind === 'delete' && chosen !== undefined) {
      await act('DeleteMessage', { ReceiptHandle: chosen.handle });
      deleted.add(chosen.body);
      held = held.filter((other) => other !== chosen);
    } else if (it.kind === 'show' && chosen !== undefined) {
      await act('ChangeMessageVisibility', { ReceiptHandle: chosen.handle, VisibilityTimeout: 0 });
      held = held.filter((other) => other !== chosen);
    } else if (it.kind === 'wait') at += it.seconds * 1000;
    else if (it.kind === 'restart') {
      sqs.stop();
      sqs = open();
      held = [];
    }
    // What was sent and not deleted lies in one of the queues, once.
    const there = [...lying(work), ...lying(letters)].sort();
    expect(there).toEqual(sent.filter((body) => !deleted.has(body)).sort());
    const { inFlight } = sqs.views.of(work)!;
    expect(inFlight).toBe(held.filter(({ until }) => until > at).length);
  }
  sqs.stop();
  database.close();
}

describe.each([
  { kind: 'standard', fifo: false },
  { kind: 'FIFO', fifo: true },
])('whatever happens to a $kind queue', ({ fifo }) => {
  it('loses nothing, hands nothing out twice at a time, and keeps the order of groups', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => run(steps, fifo)),
      { numRuns: 60 },
    );
  });
});
