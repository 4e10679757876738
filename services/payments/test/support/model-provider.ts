import type { Money } from '@dure/contracts/values';
import type { Hold, PaymentProvider, RefusedOutcome, UnknownOutcome } from '../../src/application/provider.ts';

interface Intent {
  readonly reference: string;
  readonly orderId: string;
  readonly amount: Money;
  status: Hold['status'];
  captures: number;
  refunded: number;
}

/** What happens to one request. */
export type Fault =
  | 'none'
  /** The request is lost. */
  | 'lost'
  /** It has its effect, but the answer is lost. */
  | 'unheard'
  /** It arrives after the caller has given up. */
  | 'delayed'
  /** The caller dies before it, or after it took effect. */
  | 'crash-before'
  | 'crash-after'
  /** The provider declines or refuses. */
  | 'refused'
  /** It captures, but reports a refusal. */
  | 'lied'
  /** The provider needs time to decide; then it approves. */
  | 'undecided';

/** The process is gone; what it had not written is lost. */
export class Crash extends Error {}

const unknown: UnknownOutcome = { type: 'unknown', reason: 'no answer' };

/**
 * A provider as a provider must be: once per key, never more than is held, never more back than was taken.
 * @param keeps it refuses every refund, for good
 */
export function modelProvider(step: (name: string) => Promise<void>, nextFault: () => Fault, keeps = false) {
  const intents: Intent[] = [];
  const answers = new Map<string, unknown>();
  const delayed: (() => unknown)[] = [];
  const undecided: Intent[] = [];

  const once = <Answer>(key: string, work: () => Answer): Answer => {
    if (!answers.has(key)) answers.set(key, work());
    return answers.get(key) as Answer;
  };

  async function request<Answer>(name: string, work: (fault: Fault) => Answer): Promise<Answer | UnknownOutcome> {
    const fault = nextFault();
    await step(`before ${name}`);
    if (fault === 'crash-before') throw new Crash(name);
    if (fault === 'lost') return unknown;
    if (fault === 'delayed') {
      delayed.push(() => work('none'));
      return unknown;
    }
    const answer = work(fault);
    await step(`after ${name}`);
    if (fault === 'crash-after') throw new Crash(name);
    return fault === 'unheard' ? unknown : answer;
  }

  const byReference = (reference: string): Intent => {
    const intent = intents.find((one) => one.reference === reference);
    if (intent === undefined) throw new Error(`There is no ${reference}.`);
    return intent;
  };

  const provider: PaymentProvider = {
    authorise: ({ orderId, amount, key }) =>
      request('authorise', (fault) => {
        const first = !answers.has(key);
        const intent = once(key, () => {
          const status: Hold['status'] = fault === 'refused' ? 'declined' : fault === 'undecided' ? 'pending' : 'held';
          const made = { reference: `pi-${intents.length}`, orderId, amount, status, captures: 0, refunded: 0 };
          intents.push(made);
          if (status === 'pending') undecided.push(made);
          return { made, declined: status === 'declined' };
        });
        if (intent.made.status === 'pending' || (first && fault === 'undecided')) return unknown;
        if (intent.declined) return { type: 'declined', reason: 'card_declined' } as const;
        return { type: 'approved', reference: intent.made.reference } as const;
      }),
    capture: ({ reference, key }) =>
      request<{ type: 'captured' } | RefusedOutcome>('capture', (fault) => {
        const intent = byReference(reference);
        return once(key, () => {
          if (fault === 'refused' || intent.status !== 'held') return { type: 'refused', reason: intent.status };
          intent.status = 'taken';
          intent.captures += 1;
          return fault === 'lied' ? { type: 'refused', reason: 'unknown' } : { type: 'captured' };
        });
      }),
    void: (reference) =>
      request<{ type: 'voided'; released?: Money } | { type: 'taken' } | RefusedOutcome>('void', () => {
        const intent = byReference(reference);
        if (intent.status === 'taken') return { type: 'taken' };
        if (intent.status === 'pending') return { type: 'refused', reason: intent.status };
        intent.status = 'released';
        return { type: 'voided', released: intent.amount };
      }),
    refund: ({ reference, amount, refundId }) =>
      request<{ type: 'refunded' } | RefusedOutcome>('refund', (fault) => {
        const intent = byReference(reference);
        return once(refundId, () => {
          const left = intent.status === 'taken' ? intent.amount.amount - intent.refunded : 0;
          if (keeps || fault === 'refused' || amount.amount > left) return { type: 'refused', reason: 'too much' };
          intent.refunded += amount.amount;
          return { type: 'refunded' };
        });
      }),
    findRefund: ({ refundId }) =>
      request<{ type: 'refunded' } | { type: 'none' } | RefusedOutcome>('find refund', () => {
        return (answers.get(refundId) as { type: 'refunded' } | RefusedOutcome | undefined) ?? { type: 'none' };
      }),
    findHolds: (orderId) =>
      request('find', () => ({
        type: 'found' as const,
        holds: intents.filter((intent) => intent.orderId === orderId).map((intent) => ({ ...intent })),
        lagMinutes: 0,
      })),
    findHold: (reference) =>
      request('look', () => {
        const intent = byReference(reference);
        return { type: 'found' as const, orderId: intent.orderId, hold: { ...intent } };
      }),
    check: () => Promise.resolve(),
  };

  return {
    provider,
    intents,
    /** Lets what is on its way arrive, and what is undecided be decided. */
    pass() {
      for (const arrive of delayed.splice(0)) arrive();
      for (const intent of undecided.splice(0)) intent.status = 'held';
    },
  };
}
