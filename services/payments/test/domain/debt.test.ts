import { describe, expect, it } from '@jest/globals';
import { decide, MAX_REFUNDS, type PaymentCommand } from '../../src/domain/decide.ts';
import type { PaymentEvent } from '../../src/domain/events.ts';
import { evolve } from '../../src/domain/evolve.ts';
import { isDone } from '../../src/domain/is-done.ts';
import { decideOutcome, type Outcome } from '../../src/domain/outcome.ts';
import { debtOf, dueAt, inFlight, type Payment } from '../../src/domain/payment.ts';

const hours = (count: number) => new Date(Date.UTC(2026, 0, 5, count)).toISOString();
const money = (amount: number) => ({ amount, currency: 'EUR' as const });
const charge = { paymentId: 'payment', amount: money(1000), paymentMethod: 'pm_card_visa' };
const captured: Payment = { status: 'captured', charge, reference: 'pi', refunds: [] };

const after = (payment: Payment, events: readonly PaymentEvent[], at: string): Payment =>
  events.reduce((it, event) => evolve(it, event, at), payment);

type Step = { readonly payment: Payment; readonly events: readonly PaymentEvent[]; readonly done: boolean };

/** Runs a command on a payment whose provider gives this answer. */
function carriedOut(command: PaymentCommand, before: Payment, answer: 'refunded' | 'refused', at = hours(0)): Step {
  const first = decide(command, before);
  if (typeof first === 'string') throw new Error(first);
  let step: Omit<Step, 'done'> = { events: first, payment: after(before, first, at) };
  const outcome: Outcome = answer === 'refused' ? { type: answer, reason: 'no' } : { type: answer };
  while (inFlight(step.payment)) {
    const events = decideOutcome(outcome, step.payment);
    step = { events, payment: after(step.payment, events, at) };
  }
  return { ...step, done: isDone(command, step.events, step.payment) };
}

const amountOf = (amount: number) => ({ amount: money(amount), reason: 'parcel-lost' });
const ask = (amount: number, refundId = 'order'): PaymentCommand => ({
  type: 'RefundAmount',
  refundId,
  ...amountOf(amount),
});
const byHand = (amount: number, refundId = 'hand'): PaymentCommand => ({
  type: 'RefundPayment',
  refundId,
  ...amountOf(amount),
});
const cancel = (refundId = 'undo'): PaymentCommand => ({ type: 'CancelPayment', reason: 'why', refundId });
const settle = (now: string, refundId = 'again'): PaymentCommand => ({
  type: 'settle',
  expireBefore: '',
  retry: { now, refundId },
});
const toldOf = ({ events }: Step) => events.filter(({ type }) => /^PaymentRefund/.test(type));

describe('a refund that the provider refuses', () => {
  it('is owed if the order requested it, and the answer says how much', () => {
    const refused = carriedOut(ask(400), captured, 'refused');
    expect(refused.done).toBe(true);
    expect(debtOf(refused.payment)).toEqual({
      ...{ refundId: 'order', reason: 'parcel-lost', amount: 400 },
      ...{ since: hours(0), attempts: 0 },
    });
    expect(toldOf(refused)).toEqual([
      { type: 'PaymentRefundRefused', data: { refundId: 'order', reason: 'no', owed: money(400) } },
    ]);
    const again = carriedOut(ask(400), refused.payment, 'refunded', hours(9));
    expect(again.payment).toEqual(refused.payment);
    expect(toldOf(again)).toMatchObject([{ type: 'PaymentRefundRefused', data: { owed: money(400) } }]);
  });

  it('is everything that is left when the order is undone; a repeated command is answered without a new request', () => {
    const part = carriedOut(byHand(300), captured, 'refunded').payment;
    const refused = carriedOut(cancel(), part, 'refused');
    expect([refused.done, debtOf(refused.payment)?.amount]).toEqual([true, 700]);
    const again = carriedOut(cancel('undo-2'), refused.payment, 'refunded');
    expect(again).toMatchObject({ done: true, payment: refused.payment });
    expect(toldOf(again)).toMatchObject([
      { type: 'PaymentRefundRefused', data: { refundId: 'undo', owed: money(700) } },
    ]);
  });

  it('is not owed if a person requested it', () => {
    const refused = carriedOut(byHand(400), captured, 'refused');
    expect(debtOf(refused.payment)).toBeUndefined();
    expect(toldOf(refused)[0]).not.toHaveProperty('data.owed');
  });

  it('is never more than is left, whatever else was refused', () => {
    const part = carriedOut(ask(400), captured, 'refused').payment;
    expect(debtOf(carriedOut(cancel(), part, 'refused').payment)?.amount).toBe(1000);
    expect(carriedOut(cancel(), part, 'refunded')).toMatchObject({ done: true, payment: { status: 'refunded' } });
  });

  it('is owed even if it was refused before debts existed', () => {
    const refunds = [{ refundId: 'order', amount: 400, reason: 'x', createdAt: '', status: 'failed' as const }];
    const { payment, done } = carriedOut(ask(400), { ...captured, refunds } as Payment, 'refunded');
    expect([done, debtOf(payment)?.amount]).toEqual([true, 400]);
  });

  it('is owed even if manual refunds have reached their limit', () => {
    const one = { amount: 1, reason: 'x', createdAt: '', status: 'succeeded' as const };
    const refunds = Array.from({ length: MAX_REFUNDS }, (_, nth) => ({ ...one, refundId: `r${nth}` }));
    const { payment } = carriedOut(ask(400), { ...captured, refunds } as Payment, 'refused');
    expect(debtOf(payment)?.amount).toBe(400);
  });
});

describe('a debt', () => {
  const owing = carriedOut(ask(400), captured, 'refused').payment;

  it('is paid off by manual refunds, also in parts', () => {
    const part = carriedOut(byHand(300), owing, 'refunded');
    expect([debtOf(part.payment)?.amount, toldOf(part)]).toMatchObject([100, [{ data: { owed: money(100) } }]]);
    const paid = carriedOut(byHand(150, 'hand-2'), part.payment, 'refunded');
    expect([debtOf(paid.payment), toldOf(paid)]).toMatchObject([undefined, [{ data: { owed: money(0) } }]]);
    expect(toldOf(carriedOut(ask(400), paid.payment, 'refunded'))).toMatchObject([
      { type: 'PaymentRefunded', data: { refundId: 'order', amount: money(0) } },
    ]);
  });

  it('is recorded as paid another way, without asking the provider, up to what is owed', () => {
    const another = (amount: number): PaymentCommand => ({ ...byHand(amount), outside: true }) as PaymentCommand;
    expect(decide(another(401), owing)).toBe('refund-too-large');
    expect(decide(another(1), captured)).toBe('refund-too-large');
    const paid = carriedOut(another(400), owing, 'refused');
    expect(paid).toMatchObject({ done: true, payment: { status: 'captured', refunds: [{}, { outside: true }] } });
    expect(debtOf(paid.payment)).toBeUndefined();
    expect(toldOf(paid)).toMatchObject([{ data: { totalRefunded: money(400), owed: money(0) } }]);
  });

  it('is retried after 1, 4, 16 and 64 hours, and then left to a person', () => {
    let [payment, now] = [owing, 0];
    for (const pause of [1, 4, 16, 64]) {
      expect(dueAt(payment, 60)).toBe(hours(now + pause));
      expect(decide(settle(hours(now + pause - 0.5)), payment)).toEqual([]);
      now += pause;
      const retried = carriedOut(settle(hours(now), `again-${now}`), payment, 'refused', hours(now));
      expect(retried.done).toBe(true);
      expect(debtOf(retried.payment)?.amount).toBe(400);
      payment = retried.payment;
    }
    expect(dueAt(payment, 60)).toBeUndefined();
    expect(decide(settle(hours(9_999)), payment)).toEqual([]);
    expect(debtOf(carriedOut(byHand(400), payment, 'refunded').payment)).toBeUndefined();
  });

  it('is settled once the provider accepts', () => {
    const retried = carriedOut(settle(hours(1)), owing, 'refunded', hours(1));
    expect(debtOf(retried.payment)).toBeUndefined();
    expect(toldOf(retried)).toMatchObject([
      { type: 'PaymentRefunded', data: { refundId: 'again', reason: 'parcel-lost', owed: money(0) } },
    ]);
  });
});
