import type { Call } from '@dure/contracts/binding/call';
import { carryOut, type Dependencies } from './carry-out.ts';

interface Asked {
  readonly orderId: string;
  readonly reason: string;
  /** Of the refund that follows if the money is taken. */
  readonly refundId: string;
}

/**
 * Lets go of an order's money, whatever became of it.
 * @throws ProviderUnreachable, NotYetDecided while it is not known; ProviderRefused when the money cannot go back
 */
export async function cancelPayment(dependencies: Dependencies, call: Call, asked: Asked): Promise<void> {
  const { orderId, ...command } = asked;
  await carryOut(dependencies, call, orderId, { type: 'CancelPayment', ...command });
}
