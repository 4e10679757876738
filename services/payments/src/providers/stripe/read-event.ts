import Stripe from 'stripe';
import type { ProviderNotice } from '../../application/heed-notice.ts';

/** Five minutes, as Stripe advises. Source: https://docs.stripe.com/webhooks#replay-prevention */
const TOLERANCE_SECONDS = 300;

interface Signed {
  readonly body: string;
  readonly signature: string;
  readonly secret: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * What a webhook of Stripe is about; undefined when it is not signed with the secret, or too long ago. The signatures are
 * compared in constant time, by the SDK.
 */
export function readStripeEvent({ body, signature, secret, now }: Signed): ProviderNotice | undefined {
  try {
    const event = Stripe.webhooks.constructEvent(body, signature, secret, TOLERANCE_SECONDS, undefined, now);
    return { id: event.id, type: event.type, reference: referenceOf(event), alarming: isAlarming(event) };
  } catch (error) {
    if (error instanceof Stripe.errors.StripeSignatureVerificationError) return undefined;
    throw error;
  }
}

function referenceOf({ data: { object } }: Stripe.Event): string | undefined {
  if (!('object' in object)) return undefined;
  if (object.object === 'payment_intent') return object.id;
  if (object.object !== 'charge' && object.object !== 'refund' && object.object !== 'dispute') return undefined;
  const intent = object.payment_intent;
  return typeof intent === 'string' ? intent : intent?.id;
}

/** Money goes another way than was asked for here, and only a person can do something about it. */
function isAlarming({ type, data }: Stripe.Event): boolean {
  if (type === 'charge.dispute.created' || type === 'refund.failed') return true;
  return type === 'refund.updated' && data.object.status === 'failed';
}
