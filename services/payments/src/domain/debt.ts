/** What the provider refused to give back and the customer is to have. */
export interface Debt {
  /** The refund that was refused, and why it was made. */
  readonly refundId: string;
  readonly reason: string;
  /** Minor units; never more than is left of what was taken. */
  readonly amount: number;
  /** When the provider refused it last (ISO 8601), and how often again since it is owed. */
  readonly since: string;
  readonly attempts: number;
}

/** How long after a refusal what is owed is asked for again, time by time; then a person pays it. */
const RETRY_MINUTES = [60, 4 * 60, 16 * 60, 64 * 60];

/** When the provider should be asked again for what is owed; undefined when it was asked often enough. */
export function retryAt({ since, attempts }: Debt): string | undefined {
  const minutes = RETRY_MINUTES[attempts];
  return minutes === undefined ? undefined : new Date(Date.parse(since) + minutes * 60_000).toISOString();
}

export const refusedAgain = (debt: Debt | undefined, since: string): Debt | undefined =>
  debt && { ...debt, since, attempts: debt.attempts + 1 };

/**
 * The debt after a refund. What was not asked for by the order pays it off, whoever made it; an order's own refund does
 * so only in as far as no more can be owed than is `left` of what was taken.
 */
export function paidOff(
  debt: Debt | undefined,
  refund: { readonly amount: number; readonly due?: boolean },
  left: number,
): Debt | undefined {
  if (debt === undefined) return undefined;
  const amount = Math.min(left, refund.due === true ? debt.amount : debt.amount - refund.amount);
  return amount > 0 ? { ...debt, amount } : undefined;
}
