import type { Outcome } from '../domain/outcome.ts';
import { type InFlight, pendingRefund } from '../domain/payment.ts';
import { NotYetDecided, type PaymentProvider, ProviderRefused, ProviderUnreachable, type Unknown } from './provider.ts';

/** Providers forget a key after 24 hours; a request must not be repeated with a key that may be forgotten. */
const KEY_MINUTES = 23 * 60;

/**
 * Until when "nothing found" may mean "not there yet": longer than a function that began to authorise can still be
 * alive, so that no request of its is on the way any more. What the provider's search may be behind comes on top.
 */
const SURE_MINUTES = 1;

/**
 * How long a hold that the provider will not let go of is asked about. No card network holds money longer than 31 days, so
 * that it has lapsed by itself. Source: https://docs.stripe.com/payments/extended-authorization
 */
const HOLD_LAPSES_MINUTES = 31 * 24 * 60;

interface Asked {
  readonly orderId: string;
  readonly payment: InFlight;
  /** ISO 8601. */
  readonly now: string;
}

/**
 * Asks the provider for what a payment in flight stands for; asked again, it has its effect once.
 * @throws ProviderUnreachable, NotYetDecided: the payment stays as it is, ask again later
 * @throws ProviderRefused when the provider contradicts what is known here
 */
export async function askProvider(provider: PaymentProvider, { orderId, payment, now }: Asked): Promise<Outcome> {
  const minutes = (Date.parse(now) - Date.parse(payment.since)) / 60_000;
  switch (payment.status) {
    case 'authorising': {
      if (minutes > KEY_MINUTES) return { type: 'unknown', reason: 'not answered in time' };
      const { paymentId, amount, paymentMethod } = payment.charge;
      return provider.authorise({ orderId, amount, paymentMethod, key: `${paymentId}-authorise` });
    }
    case 'capturing': {
      const { reference, charge } = payment;
      return known(await provider.capture({ reference, amount: charge.amount, key: `${charge.paymentId}-capture` }));
    }
    case 'refunding':
      return refund(provider, payment, minutes > KEY_MINUTES);
    case 'voiding':
      return payment.reference === undefined
        ? voidWhatIsFound(provider, orderId, minutes)
        : voidOne(provider, payment.reference, minutes);
    default:
      return payment satisfies never;
  }
}

/** One that is `old` is looked for first, as its key may be forgotten: only what never came is asked for again. */
async function refund(provider: PaymentProvider, payment: Extract<InFlight, { status: 'refunding' }>, old: boolean) {
  const pending = pendingRefund(payment.refunds);
  if (pending === undefined) throw new Error('A payment that is being refunded has a refund that is pending.');
  const { reference, charge } = payment;
  const { refundId } = pending;
  const found = old ? known(await provider.findRefund({ reference, refundId })) : undefined;
  if (found !== undefined && found.type !== 'none') return found;
  const amount = { amount: pending.amount, currency: charge.amount.currency };
  return known(await provider.refund({ reference, amount, refundId }));
}

async function voidOne(provider: PaymentProvider, reference: string, minutes: number): Promise<Outcome> {
  const answer = known(await provider.void(reference));
  if (answer.type === 'taken') return { type: 'taken', reference };
  if (answer.type === 'refused') {
    if (minutes > HOLD_LAPSES_MINUTES) return { type: 'voided' };
    throw new ProviderRefused(`The provider does not void the hold: ${answer.reason}`);
  }
  return answer;
}

/** Lets go of whatever the provider has for the order, once it is sure that nothing more can come. */
async function voidWhatIsFound(provider: PaymentProvider, orderId: string, minutes: number): Promise<Outcome> {
  const { holds, lagMinutes } = known(await provider.find(orderId));
  const taken = holds.find((hold) => hold.status === 'taken');
  if (taken !== undefined) return { type: 'taken', reference: taken.reference };
  if (holds.some((hold) => hold.status === 'pending')) throw new NotYetDecided('The provider has not decided yet.');
  if (holds.length === 0 && minutes < SURE_MINUTES + lagMinutes) {
    throw new NotYetDecided('A request may still be on its way, or not to be found yet.');
  }
  const relevant = holds.filter((hold) => hold.status !== 'declined');
  for (const { reference } of relevant.filter((hold) => hold.status === 'held')) {
    const outcome = await voidOne(provider, reference, minutes);
    if (outcome.type === 'taken') return outcome;
  }
  const [first] = relevant;
  if (first === undefined) return { type: 'voided' };
  const amount = relevant.reduce((sum, hold) => sum + hold.amount.amount, 0);
  return { type: 'voided', released: { amount, currency: first.amount.currency } };
}

function known<Answer extends { type: string }>(answer: Answer | Unknown): Exclude<Answer, Unknown> {
  if (answer.type === 'unknown') throw new ProviderUnreachable((answer as Unknown).reason);
  return answer as Exclude<Answer, Unknown>;
}
