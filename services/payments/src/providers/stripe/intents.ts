import type { Money } from '@dure/contracts/values';
import type Stripe from 'stripe';
import type { Hold, RefusedOutcome } from '../../application/provider.ts';
import { fromStripe } from './amounts.ts';
import type { Refusal } from './ask.ts';

/**
 * An intent that waits for its customer holds nothing, and never continues, because its client secret is not given out.
 */
const STATUS: Readonly<Record<string, Hold['status']>> = {
  requires_payment_method: 'declined',
  requires_confirmation: 'declined',
  requires_action: 'declined',
  processing: 'pending',
  requires_capture: 'held',
  canceled: 'released',
  succeeded: 'taken',
};

export function toHold(intent: Stripe.PaymentIntent): Hold {
  const status = STATUS[intent.status];
  if (status === undefined) throw new Error(`Stripe reports the unknown status ${intent.status} for ${intent.id}.`);
  return { reference: intent.id, amount: moneyOf(intent), status };
}

export const moneyOf = ({ amount, currency }: Stripe.PaymentIntent): Money => fromStripe(amount, currency);

/** The captured amount must be the requested one: anything else needs a person. */
export function captured(intent: Stripe.PaymentIntent, amount: Money): { type: 'captured' } | RefusedOutcome {
  const received = fromStripe(intent.amount_received, intent.currency);
  if (received.amount === amount.amount && received.currency === amount.currency) return { type: 'captured' };
  throw new Error(`Stripe captured ${received.amount} ${received.currency} of ${intent.id}, not ${amount.amount}.`);
}

const OF_THE_CUSTOMER: readonly (string | undefined)[] = ['payment_method', 'amount', 'currency'];

/** Why an authorisation is declined. @throws Error when the request was invalid regardless of the payment */
export function declineOf(refusal: Refusal): string {
  if (refusal.isRequest && !OF_THE_CUSTOMER.includes(refusal.param)) throw mistake('authorise', refusal);
  return refusal.code;
}

const OURS = /^(parameter_|resource_missing|url_invalid|secret_key_required|testmode_|livemode_)/;

/**
 * Why a capture, void or refund is refused. @throws Error when the request was invalid, or the payment does not exist
 */
export function refusedBy(what: string, refusal: Refusal): RefusedOutcome {
  if (OURS.test(refusal.code)) throw mistake(what, refusal);
  return { type: 'refused', reason: refusal.code };
}

const mistake = (what: string, { code, param }: Refusal) =>
  new Error(`Stripe rejects the request to ${what}: ${code}${param === undefined ? '' : ` (${param})`}.`);
