import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { debtOf, inFlight, refundedAmount } from '../../src/domain/payment.ts';
import type { Fault } from '../support/model-provider.ts';
import { type Message, refundIdOf, type Round, simulate, total } from '../support/simulation.ts';

const message: fc.Arbitrary<Message> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ type: 'authorise' as const }) },
  { weight: 3, arbitrary: fc.constant({ type: 'capture' as const }) },
  { weight: 2, arbitrary: fc.constant({ type: 'cancel' as const }) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 700 }).map((amount) => ({ type: 'refund' as const, amount })) },
  {
    weight: 2,
    arbitrary: fc.integer({ min: 0, max: 700 }).map((amount) => ({ type: 'refundAmount' as const, amount })),
  },
);

const round: fc.Arbitrary<Round> = fc.record({
  messages: fc.array(message, { maxLength: 3 }),
  redeliver: fc.boolean(),
  sweep: fc.boolean(),
  minutes: fc.integer({ min: 1, max: 3 }),
});

const faults = ['lost', 'unheard', 'delayed', 'crash-before', 'crash-after', 'refused', 'lied', 'undecided'] as const;
const fault: fc.Arbitrary<Fault> = fc.oneof(
  { weight: 6, arbitrary: fc.constant('none' as const) },
  { weight: 4, arbitrary: fc.constantFrom(...faults) },
);

const ANSWERS = {
  authorise: ['PaymentAuthorised', 'PaymentDeclined'],
  capture: ['PaymentCaptured', 'PaymentCaptureFailed'],
  cancel: ['PaymentVoided', 'PaymentRefunded', 'PaymentRefundRefused'],
  refundAmount: ['PaymentRefunded', 'PaymentRefundRefused'],
};

const sum = (numbers: readonly number[]) => numbers.reduce((one, other) => one + other, 0);

type World = Awaited<ReturnType<typeof simulate>>;

function expectMoneyIsRight({ payment, intents }: World): void {
  const captures = sum(intents.map((intent) => intent.captures));
  const refunded = sum(intents.map((intent) => intent.refunded));
  const held = intents.filter((intent) => intent.status === 'held' || intent.status === 'pending');
  expect(intents.length).toBeLessThanOrEqual(1);
  expect(captures).toBe(payment.status === 'captured' || payment.status === 'refunded' ? 1 : 0);
  expect(refunded).toBeLessThanOrEqual(captures * total.amount);
  expect(refunded).toBe('refunds' in payment ? refundedAmount(payment.refunds) : 0);
  expect(held).toHaveLength(payment.status === 'authorised' ? 1 : 0);
}

/** A cancelled payment is refunded, or owed. */
function expectCancelledIsUndone({ messages, intents, payment }: World): void {
  if (!messages.some((one) => one.type === 'cancel')) return;
  expect(intents.filter((intent) => intent.status === 'held')).toHaveLength(0);
  const kept = sum(intents.map((intent) => intent.captures * total.amount - intent.refunded));
  expect(kept).toBe(debtOf(payment)?.amount ?? 0);
}

function expectEveryCommandIsAnswered({ messages, published }: World): void {
  for (const [id, { type }] of messages.entries()) {
    if (type === 'refund') continue;
    const events = published.filter((one) => one.callId === String(id)).map((one) => one.event.type);
    expect(events.some((event) => ANSWERS[type].includes(event))).toBe(true);
  }
}

/** Only what the order requested is owed, and only what is left can be. */
function expectDebtsAreRight({ payment, intents, published }: World): void {
  const kept = sum(intents.map((intent) => intent.captures * total.amount - intent.refunded));
  const owed = debtOf(payment)?.amount ?? 0;
  expect(owed).toBeLessThanOrEqual(kept);
  const failed = 'refunds' in payment ? payment.refunds.filter(({ status, due }) => status === 'failed' && due) : [];
  if (failed.length === 0) expect(owed).toBe(0);
  const last = published.findLast(
    ({ event: { type } }) => type === 'PaymentRefunded' || type === 'PaymentRefundRefused',
  );
  if (last !== undefined) expect(('owed' in last.event.data && last.event.data.owed?.amount) || 0).toBe(owed);
}

/** Whoever requested a refund gets its outcome, the same every time. */
function expectRefundsAreReportedTruly({ payment, messages, published }: World): void {
  const made = 'refunds' in payment ? payment.refunds : [];
  for (const [id, { type }] of messages.entries()) {
    if (type !== 'refundAmount') continue;
    const refundId = refundIdOf(id);
    const answers = published
      .map(({ event }) => event)
      .filter(({ data }) => 'refundId' in data && data.refundId === refundId);
    const refund = made.find((one) => one.refundId === refundId && one.status === 'succeeded');
    expect(answers.length).toBeGreaterThan(0);
    for (const answer of answers) {
      // When nothing was left, it is a refund of zero.
      if (answer.type === 'PaymentRefunded') expect(answer.data.amount.amount).toBe(refund?.amount ?? 0);
      else expect([answer.type, refund]).toEqual(['PaymentRefundRefused', undefined]);
    }
  }
}

it('captures at most once, refunds at most what was captured, answers and settles, despite crashes and losses', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(round, { minLength: 1, maxLength: 6 }),
      fc.infiniteStream(fault),
      fc.infiniteStream(fc.integer({ min: 0, max: 11 })),
      async (scheduler, rounds, faultStream, dice) => {
        const luck = { scheduler, fault: () => faultStream.next().value, dies: () => dice.next().value === 0 };
        const world = await scheduler.waitFor(simulate(rounds, luck));
        expect(world.unanswered).toBe(0);
        expect(inFlight(world.payment)).toBe(false);
        expect(world.published.map((one) => one.sequence)).toEqual(world.published.map((_, index) => index + 1));
        expectMoneyIsRight(world);
        expectCancelledIsUndone(world);
        expectDebtsAreRight(world);
        expectEveryCommandIsAnswered(world);
        expectRefundsAreReportedTruly(world);
      },
    ),
    { numRuns: Number(process.env['PAYMENTS_RUNS'] ?? 300) },
  );
}, 300_000);
