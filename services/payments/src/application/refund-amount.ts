import type { Call } from '@dure/contracts/binding/call';
import type { Money } from '@dure/contracts/values';
import { carryOut, type Dependencies } from './carry-out.ts';
import { NotYetDecided } from './provider.ts';

interface Asked {
  readonly orderId: string;
  readonly refundId: string;
  readonly amount: Money;
  readonly reason: string;
}

/**
 * Gives back a part of what was taken for an order, and tells who asked.
 * @throws ProviderUnreachable, NotYetDecided while it is not known, or while another refund is under way
 */
export async function refundAmount(dependencies: Dependencies, call: Call, asked: Asked): Promise<void> {
  const { orderId, ...command } = asked;
  const result = await carryOut(dependencies, call, orderId, { type: 'RefundAmount', ...command });
  if ('rejected' in result) throw new NotYetDecided('Another refund of this payment is under way.');
}
