/** A refund that the provider refused and that the customer is owed. */
export interface Debt {
  /** The refused refund, and its reason. */
  readonly refundId: string;
  readonly reason: string;
  /** In minor units; never more than what is left of the amount taken. */
  readonly amount: number;
  /** When the provider refused it last (ISO 8601), and how many retries were refused. */
  readonly since: string;
  readonly attempts: number;
}

/** The pauses before each retry of an owed refund; after the last one a person pays it. */
const RETRY_MINUTES = [60, 4 * 60, 16 * 60, 64 * 60];

/** When to retry an owed refund; undefined when no retry is left. */
export function retryAt({ since, attempts }: Debt): string | undefined {
  const minutes = RETRY_MINUTES[attempts];
  return minutes === undefined ? undefined : new Date(Date.parse(since) + minutes * 60_000).toISOString();
}

export const refusedAgain = (debt: Debt | undefined, since: string): Debt | undefined =>
  debt && { ...debt, since, attempts: debt.attempts + 1 };

/**
 * The debt after a refund. A refund that the order did not request pays it off, whoever made it. A refund of the order
 * itself only limits it: no more can be owed than is `left` of what was taken.
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
