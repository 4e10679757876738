/** How a payment method behaves when it is charged. */
export interface PaymentMethod {
  /** Why the card is declined; undefined when it is approved. */
  readonly declines?: 'card_declined';
  /** How many attempts with one key fail with 503 before the card is checked. */
  readonly failures?: number;
  /** How many refunds of a payment are refused. */
  readonly refusedRefunds?: number;
  /** Milliseconds until the card's bank has decided; no request is answered before that. */
  readonly decidesAfterMs?: number;
  /** By how many milliseconds the first answer is delayed, although the decision is made. */
  readonly answersAfterMs?: number;
}

export interface Delays {
  /** How long `pm_sandbox_timeout` takes to approve: longer than any client waits. Milliseconds. */
  readonly timeoutMs: number;
  /** By how much the first answer for `pm_sandbox_late` is late. Milliseconds. */
  readonly lateMs: number;
}

export const defaultDelays: Delays = { timeoutMs: 10_000, lateMs: 3_000 };

/** The payment methods of the sandbox by id; the first two are named as Stripe's test cards. */
export const paymentMethods = (delays: Delays): ReadonlyMap<string, PaymentMethod> =>
  new Map<string, PaymentMethod>([
    ['pm_card_visa', {}],
    ['pm_card_visa_chargeDeclined', { declines: 'card_declined' }],
    ['pm_sandbox_timeout', { decidesAfterMs: delays.timeoutMs }],
    ['pm_sandbox_flaky', { failures: 2 }],
    ['pm_sandbox_late', { answersAfterMs: delays.lateMs }],
    ['pm_sandbox_refund_refused', { refusedRefunds: 1 }],
  ]);
