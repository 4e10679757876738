import type { Call } from '@dure/contracts/binding/call';
import type { Money } from '@dure/contracts/values';
import { changePayment, type Dependencies } from './change-payment.ts';
import { NotYetDecided } from './provider.ts';

interface Input {
  readonly orderId: string;
  readonly refundId: string;
  readonly amount: Money;
  readonly reason: string;
}

/**
 * Refunds a part of what was taken for an order, and answers whoever asked.
 * @throws ProviderUnreachable, NotYetDecided while the outcome is unknown, or while another refund is in flight
 */
export async function refundAmount(dependencies: Dependencies, call: Call, input: Input): Promise<void> {
  const { orderId, ...command } = input;
  const result = await changePayment(dependencies, call, orderId, { type: 'RefundAmount', ...command });
  if ('rejected' in result) throw new NotYetDecided('Another refund of this payment is in progress.');
}
