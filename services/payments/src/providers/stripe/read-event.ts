import Stripe from 'stripe';
import type { ProviderNotice } from '../../application/handle-provider-notice.ts';

/** Five minutes, as Stripe recommends. Source: https://docs.stripe.com/webhooks#replay-prevention */
const TOLERANCE_SECONDS = 300;

interface Signed {
  readonly body: string;
  readonly signature: string;
  /** One, or two with a space between them while it is rotated. */
  readonly secret: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Reads a Stripe webhook; undefined when it is not signed with a secret of the setting, or its time differs by more than five minutes.
 * The SDK compares signatures in constant time, but does not limit times in the future.
 */
export function readStripeEvent({ body, signature, secret, now }: Signed): ProviderNotice | undefined {
  if (Math.abs(now / 1000 - signedAt(signature)) > TOLERANCE_SECONDS) return undefined;
  for (const one of secret.split(/\s+/)) {
    const notice = readBy(one, body, signature, now);
    if (notice !== undefined) return notice;
  }
  return undefined;
}

function readBy(secret: string, body: string, signature: string, now: number): ProviderNotice | undefined {
  try {
    const event = Stripe.webhooks.constructEvent(body, signature, secret, TOLERANCE_SECONDS, undefined, now);
    return { id: event.id, type: event.type, reference: referenceOf(event), alarming: isAlarming(event) };
  } catch (error) {
    if (error instanceof Stripe.errors.StripeSignatureVerificationError) return undefined;
    throw error;
  }
}

/** Seconds since the epoch; out of any tolerance unless there is exactly one such time. */
function signedAt(signature: string): number {
  const times = signature.split(',').filter((part) => part.startsWith('t='));
  const [time = ''] = times;
  return times.length === 1 && /^t=\d{1,12}$/.test(time) ? Number(time.slice(2)) : -Infinity;
}

function referenceOf({ data: { object } }: Stripe.Event): string | undefined {
  if (!('object' in object)) return undefined;
  if (object.object === 'payment_intent') return object.id;
  if (object.object !== 'charge' && object.object !== 'refund' && object.object !== 'dispute') return undefined;
  const intent = object.payment_intent;
  return typeof intent === 'string' ? intent : intent?.id;
}

/** Money moved in a way that was not requested here, and only a person can deal with it. */
function isAlarming({ type, data }: Stripe.Event): boolean {
  if (type === 'charge.dispute.created' || type === 'refund.failed') return true;
  return type === 'refund.updated' && data.object.status === 'failed';
}
