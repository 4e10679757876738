import type { Call } from '@dure/contracts/binding/call';
import { changePayment, type Dependencies } from './change-payment.ts';

interface Input {
  readonly orderId: string;
  readonly reason: string;
  /** The id of the refund that follows if the money was taken. */
  readonly refundId: string;
}

/**
 * Releases or refunds an order's money, in any status of its payment.
 * @throws ProviderUnreachable, NotYetDecided while the status is unknown; ProviderRefused when the money cannot go back
 */
export async function cancelPayment(dependencies: Dependencies, call: Call, input: Input): Promise<void> {
  const { orderId, ...command } = input;
  await changePayment(dependencies, call, orderId, { type: 'CancelPayment', ...command });
}
