import { describe, expect, it } from '@jest/globals';
import { decide, MAX_REFUNDS, type PaymentCommand } from '../../src/domain/decide.ts';
import { evolve } from '../../src/domain/evolve.ts';
import { isDone } from '../../src/domain/is-done.ts';
import { decideOutcome, type Outcome } from '../../src/domain/outcome.ts';
import { dueAt, inFlight, type Payment, type Refund } from '../../src/domain/payment.ts';

const at = '2026-01-05T09:30:00.000Z';
const money = (amount: number) => ({ amount, currency: 'EUR' as const });
const charge = { paymentId: 'payment', amount: money(1000), paymentMethod: 'pm_card_visa' };
const chargeData = { paymentId: 'payment', amount: money(1000) };
const refund = (amount: number, status: Refund['status'] = 'succeeded', refundId = 'r1'): Refund => ({
  refundId,
  amount,
  reason: 'broken',
  createdAt: at,
  status,
});

const taken = { charge, reference: 'pi', refunds: [] };
const states = {
  none: { status: 'none' },
  authorising: { status: 'authorising', charge, since: at },
  authorised: { status: 'authorised', charge, reference: 'pi', since: at },
  declined: { status: 'declined', charge, reason: 'card_declined' },
  capturing: { status: 'capturing', ...taken, since: at },
  captured: { status: 'captured', ...taken },
  refunding: { status: 'refunding', ...taken, refunds: [refund(400, 'pending')], since: at },
  refunded: { status: 'refunded', ...taken, refunds: [refund(1000)] },
  voiding: { status: 'voiding', charge, reference: 'pi', since: at, cause: 'cancelled', reason: 'out of stock' },
  voided: { status: 'voided', charge, released: money(1000), cause: 'cancelled', reason: 'out of stock' },
} as const satisfies Record<Payment['status'], Payment>;
type Status = keyof typeof states;

const authorise: PaymentCommand = { type: 'AuthorisePayment', charge };
const capture: PaymentCommand = { type: 'CapturePayment' };
const cancel: PaymentCommand = { type: 'CancelPayment', reason: 'why', refundId: 'r2' };
const refundOf = (amount: number, refundId = 'r3'): PaymentCommand => ({
  type: 'RefundPayment',
  refundId,
  amount: money(amount),
  reason: 'broken',
});

const declined = (cause: string, reason: string) => ({
  type: 'PaymentDeclined',
  data: { ...chargeData, cause, reason },
});
const authorised = { type: 'PaymentAuthorised', data: chargeData };
const captured = { type: 'PaymentCaptured', data: chargeData };
const captureFailed = (reason: string) => ({ type: 'PaymentCaptureFailed', data: { reason } });
const requested = { type: 'CancellationRequested', reason: 'why', refundId: 'r2' };
const voided = { type: 'PaymentVoided', data: { reason: 'why' } };

describe('AuthorisePayment', () => {
  it.each<[Status, unknown]>([
    ['none', [{ type: 'AuthorisationStarted', charge }]],
    ['authorising', []],
    ['authorised', [authorised]],
    ['declined', [declined('declined', 'card_declined')]],
    ['capturing', [authorised]],
    ['captured', [authorised]],
    ['refunding', [authorised]],
    ['refunded', [declined('cancelled', 'refunded')]],
    ['voiding', [declined('cancelled', 'out of stock')]],
    ['voided', [declined('cancelled', 'out of stock')]],
  ])('when %s', (status, events) => {
    expect(decide(authorise, states[status])).toEqual(events);
  });

  it('after a cancellation is declined, although the money was captured', () => {
    const cancelled = { ...states.captured, cancelled: { reason: 'why', refundId: 'r2' } };
    expect(decide(authorise, cancelled)).toEqual([declined('cancelled', 'why')]);
  });

  it.each([
    { amount: money(999) },
    { amount: { ...money(1000), currency: 'USD' as const } },
    { paymentMethod: 'pm_x' },
  ])('with %p is rejected for an order that has a payment', (change) => {
    expect(decide({ type: 'AuthorisePayment', charge: { ...charge, ...change } }, states.authorised)).toBe(
      'another-payment',
    );
  });
});

describe('CapturePayment', () => {
  it.each<[Status]>([['captured'], ['refunding'], ['refunded']])(
    'fails for what is %s and was cancelled, because its money goes back',
    (status) => {
      const payment = { ...states[status], cancelled: { reason: 'why', refundId: 'r2' } } as Payment;
      expect(decide(capture, payment)).toEqual([captureFailed('cancelled')]);
    },
  );

  it.each<[Status, unknown]>([
    ['none', [captureFailed('not authorised')]],
    ['authorising', [captureFailed('not authorised but authorising')]],
    ['authorised', [{ type: 'CaptureStarted' }]],
    ['declined', [captureFailed('not authorised but declined')]],
    ['capturing', []],
    ['captured', [captured]],
    ['refunding', [captured]],
    ['refunded', [captured]],
    ['voiding', [captureFailed('not authorised but voiding')]],
    ['voided', [captureFailed('not authorised but voided')]],
  ])('when %s', (status, events) => {
    expect(decide(capture, states[status])).toEqual(events);
  });
});

describe('CancelPayment', () => {
  const refundedAgain = {
    refundId: 'r1',
    amount: money(1000),
    totalRefunded: money(1000),
    captured: money(1000),
    reason: 'broken',
  };
  it.each<[Status, unknown]>([
    ['none', [voided]],
    ['authorising', [{ type: 'VoidStarted', reason: 'why' }]],
    ['authorised', [{ type: 'VoidStarted', reason: 'why' }]],
    ['declined', [voided]],
    ['capturing', [requested]],
    ['captured', [requested, { type: 'RefundStarted', refundId: 'r2', amount: 1000, reason: 'why', due: true }]],
    ['refunding', [requested]],
    ['refunded', [{ type: 'PaymentRefunded', data: refundedAgain }]],
    ['voiding', []],
    ['voided', [{ type: 'PaymentVoided', data: { released: money(1000), reason: 'out of stock' } }]],
  ])('when %s', (status, events) => {
    expect(decide(cancel, states[status])).toEqual(events);
  });

  it('while it is in progress requests nothing more', () => {
    const cancelled = { reason: 'why', refundId: 'r0' };
    expect(decide(cancel, { ...states.capturing, cancelled })).toEqual([]);
    expect(decide(cancel, { ...states.refunding, cancelled })).toEqual([]);
  });

  it('tries again under a new id after its refund was refused', () => {
    const cancelled = { reason: 'why', refundId: 'r0' };
    const payment = { ...states.captured, refunds: [refund(1000, 'failed', 'r0')], cancelled };
    expect(decide(cancel, payment)).toEqual([
      requested,
      { type: 'RefundStarted', refundId: 'r2', amount: 1000, reason: 'why', due: true },
    ]);
  });

  it('of a payment of zero refunds nothing', () => {
    const payment = { ...states.captured, charge: { ...charge, amount: money(0) } };
    expect(decide(cancel, payment)).toEqual([requested, voided]);
  });
});

const refundRefused = { type: 'PaymentRefundRefused', data: { refundId: 'r1', reason: 'no' } };

describe('RefundAmount', () => {
  const ask = (amount: number, refundId = 'r3'): PaymentCommand => ({
    ...(refundOf(amount, refundId) as Extract<PaymentCommand, { type: 'RefundPayment' }>),
    type: 'RefundAmount',
  });
  const refusal = (reason: string, refundId = 'r3', owed?: number) => [
    { type: 'PaymentRefundRefused', data: { refundId, reason, ...(owed !== undefined && { owed: money(owed) }) } },
  ];
  const part = { ...states.captured, refunds: [refund(400)] } as Payment;

  it.each([
    [
      'begins a refund',
      states.captured,
      ask(400),
      [{ type: 'RefundStarted', refundId: 'r3', amount: 400, reason: 'broken', due: true }],
    ],
    ['reports that nothing was captured', states.authorised, ask(400), refusal('not-captured')],
    [
      'gives back no more than is left',
      part,
      ask(1000),
      [{ type: 'RefundStarted', refundId: 'r3', amount: 600, reason: 'broken', due: true }],
    ],
    [
      'waits for another refund of all that is left',
      { ...states.refunding, refunds: [refund(1000, 'pending')] },
      ask(1, 'r3'),
      'refund-in-progress',
    ],
    ['waits for another refund', states.refunding, ask(1), 'refund-in-progress'],
    ['goes on with its own', states.refunding, ask(400, 'r1'), []],
    [
      'reports again that it was refused, and is owed',
      { ...states.captured, refunds: [refund(400, 'failed')] },
      ask(400, 'r1'),
      refusal('refused before', 'r1', 400),
    ],
  ] as [string, Payment, PaymentCommand, unknown][])('%s', (_, payment, command, expected) => {
    expect(decide(command, payment)).toEqual(expected);
  });

  it('reports a refund again', () => {
    expect(decide(ask(400, 'r1'), part)).toMatchObject([
      { type: 'PaymentRefunded', data: { refundId: 'r1', amount: money(400), totalRefunded: money(400) } },
    ]);
  });

  it('reports a refund of zero once a person has made up for a refused one', () => {
    const refunds = [refund(400, 'failed'), refund(300, 'succeeded', 'h1')];
    const less = { ...states.captured, refunds } as Payment;
    expect(decide(ask(400, 'r1'), less)).toEqual(refusal('refused before', 'r1', 100));
    const enough = { ...states.captured, refunds: [...refunds, refund(100, 'succeeded', 'h2')] } as Payment;
    expect(decide(ask(400, 'r1'), enough)).toMatchObject([
      { type: 'PaymentRefunded', data: { refundId: 'r1', amount: money(0), totalRefunded: money(400) } },
    ]);
  });

  it('reports a refund of zero when everything was refunded before', () => {
    expect(decide(ask(400), states.refunded)).toMatchObject([
      { type: 'PaymentRefunded', data: { refundId: 'r3', amount: money(0), totalRefunded: money(1000) } },
    ]);
  });

  it('reports it again while another refund is in progress, which continues', () => {
    const both: Payment = { ...states.refunding, refunds: [refund(400), refund(100, 'pending', 'r2')] };
    const events = decide(ask(400, 'r1'), both);
    expect(events).toMatchObject([{ type: 'PaymentRefunded', data: { refundId: 'r1' } }]);
    if (typeof events === 'string') throw new Error('It must be answered.');
    expect(events.reduce<Payment>((payment, event) => evolve(payment, event, at), both)).toEqual(both);
  });
});

describe('RefundPayment', () => {
  const pending = states.refunding;
  const many = {
    ...states.captured,
    refunds: Array.from({ length: MAX_REFUNDS }, (_, n) => refund(1, 'succeeded', `r${n}`)),
  };
  it.each<[string, Payment, PaymentCommand, unknown]>([
    [
      'of a part',
      states.captured,
      refundOf(400),
      [{ type: 'RefundStarted', refundId: 'r3', amount: 400, reason: 'broken' }],
    ],
    ['of nothing', states.captured, refundOf(0), 'refund-empty'],
    ['of too much', states.captured, refundOf(1001), 'refund-too-large'],
    ['of more than is left', { ...states.captured, refunds: [refund(700)] }, refundOf(301), 'refund-too-large'],
    [
      'of what a refused refund leaves',
      { ...states.captured, refunds: [refund(700, 'failed')] },
      refundOf(1000),
      [{ type: 'RefundStarted', refundId: 'r3', amount: 1000, reason: 'broken' }],
    ],
    ['while another is under way', pending, refundOf(1), 'refund-in-progress'],
    ['that is under way', pending, refundOf(400, 'r1'), []],
    ['under the id of another', pending, refundOf(401, 'r1'), 'key-reused'],
    ['one too often', many, refundOf(1, 'r-new'), 'too-many-refunds'],
    ['before anything', states.none, refundOf(1), 'payment-not-found'],
    ['of what is held', states.authorised, refundOf(1), 'not-captured'],
    ['of what is being taken', states.capturing, refundOf(1), 'not-captured'],
    ['of what was let go', states.voided, refundOf(1), 'not-captured'],
  ])('%s', (_, payment, command, expected) => {
    expect(decide(command, payment)).toEqual(expected);
  });

  it('in another currency is rejected', () => {
    const command = { ...refundOf(1), amount: { amount: 1, currency: 'USD' as const } } as PaymentCommand;
    expect(decide(command, states.captured)).toBe('currency-mismatch');
  });
});

describe('settling', () => {
  it('releases a hold that is too old, and no other', () => {
    expect(decide({ type: 'settle', expireBefore: at }, states.authorised)).toMatchObject([{ type: 'VoidStarted' }]);
    expect(decide({ type: 'settle', expireBefore: '2026-01-05T09:29:59.999Z' }, states.authorised)).toEqual([]);
    expect(decide({ type: 'settle', expireBefore: at }, states.captured)).toEqual([]);
  });

  it('is due by status', () => {
    const due = Object.fromEntries(Object.entries(states).map(([status, payment]) => [status, dueAt(payment, 60)]));
    const minute = '2026-01-05T09:31:00.000Z';
    expect(due).toEqual({
      authorised: '2026-01-05T10:30:00.000Z',
      authorising: minute,
      capturing: minute,
      refunding: minute,
      voiding: minute,
    });
    expect(dueAt({ ...states.voiding, cause: 'provider-unavailable' }, 60)).toBe(at);
  });
});

describe("the provider's answer", () => {
  const cancelled = { reason: 'why', refundId: 'r2' };
  const restOf = (amount: number) => ({ type: 'RefundStarted', refundId: 'r2', amount, reason: 'why', due: true });
  const refunded = {
    refundId: 'r1',
    amount: money(400),
    totalRefunded: money(400),
    captured: money(1000),
    reason: 'broken',
  };
  it.each<[string, Payment, Outcome, unknown, Status]>([
    [
      'approved',
      states.authorising,
      { type: 'approved', reference: 'pi' },
      [{ ...authorised, reference: 'pi' }],
      'authorised',
    ],
    ['declined', states.authorising, { type: 'declined', reason: 'no' }, [declined('declined', 'no')], 'declined'],
    [
      'unknown',
      states.authorising,
      { type: 'unknown', reason: 'no answer' },
      [declined('provider-unavailable', 'no answer')],
      'voiding',
    ],
    ['captured', states.capturing, { type: 'captured' }, [captured], 'captured'],
    [
      'captured, but cancelled',
      { ...states.capturing, cancelled },
      { type: 'captured' },
      [captured, restOf(1000)],
      'refunding',
    ],
    [
      'not captured',
      states.capturing,
      { type: 'refused', reason: 'no' },
      [captureFailed('no'), { type: 'VoidStarted', reason: 'no' }],
      'voiding',
    ],
    [
      'voided',
      states.voiding,
      { type: 'voided' },
      [{ type: 'PaymentVoided', data: { reason: 'out of stock' } }],
      'voided',
    ],
    [
      'taken after all',
      states.voiding,
      { type: 'taken', reference: 'pi' },
      [
        { type: 'CaptureDiscovered', reference: 'pi', refundId: 'payment', reason: 'out of stock' },
        { type: 'RefundStarted', refundId: 'payment', amount: 1000, reason: 'out of stock', due: true },
      ],
      'refunding',
    ],
    ['refunded', states.refunding, { type: 'refunded' }, [{ type: 'PaymentRefunded', data: refunded }], 'captured'],
    [
      'refunded, and cancelled',
      { ...states.refunding, cancelled },
      { type: 'refunded' },
      [{ type: 'PaymentRefunded', data: refunded }, restOf(600)],
      'refunding',
    ],
    [
      'not refunded',
      states.refunding,
      { type: 'refused', reason: 'no' },
      [{ type: 'RefundRefused', refundId: 'r1', reason: 'no' }, refundRefused],
      'captured',
    ],
    [
      'not refunded, and cancelled',
      { ...states.refunding, cancelled },
      { type: 'refused', reason: 'no' },
      [{ type: 'RefundRefused', refundId: 'r1', reason: 'no' }, refundRefused, restOf(1000)],
      'refunding',
    ],
  ])('%s', (_, payment, outcome, expected, status) => {
    if (!inFlight(payment)) throw new Error('Only a payment in flight has an answer to come.');
    const events = decideOutcome(outcome, payment);
    expect(events).toEqual(expected);
    expect(events.reduce((state, event) => evolve(state, event, at), payment as Payment).status).toBe(status);
  });

  it('that does not fit the request is an error', () => {
    expect(() => decideOutcome({ type: 'refunded' }, states.authorising)).toThrow('refunded');
    expect(() => decideOutcome({ type: 'captured' }, states.voiding)).toThrow('captured');
  });
});

it('counts a cancellation as answered only when nothing is left to refund', () => {
  const part = {
    refundId: 'r1',
    amount: money(400),
    totalRefunded: money(400),
    captured: money(1000),
    reason: 'broken',
  };
  expect(isDone(cancel, [{ type: 'PaymentRefunded', data: part }], states.captured)).toBe(false);
  expect(isDone(cancel, [{ type: 'PaymentRefunded', data: part }], states.refunded)).toBe(true);
});

it('changes nothing by repeating an answer', () => {
  for (const payment of Object.values(states)) {
    for (const command of [authorise, capture, cancel]) {
      const events = decide(command, payment);
      if (typeof events === 'string' || !isDone(command, events, payment)) continue;
      if (payment.status === 'none') continue;
      expect(events.reduce((state, event) => evolve(state, event, at), payment as Payment)).toEqual(payment);
    }
  }
});
