import type { Call } from '@dure/contracts/binding/call';
import { AlreadyHandled } from '@dure/contracts/binding/commit';
import { metric } from '@dure/contracts/binding/log';
import { carryOut, type Dependencies } from './carry-out.ts';

const TAKEN: readonly string[] = ['captured', 'refunding', 'refunded'];

/**
 * Takes what is held for an order, once, and measures whether it was taken.
 * @throws ProviderUnreachable when it is not known whether it is taken
 */
export async function capturePayment(dependencies: Dependencies, call: Call, orderId: string): Promise<void> {
  const started = performance.now();
  const tell = (outcome: 'captured' | 'failed') =>
    call.log.info('capture', { orderId, ...metric('capture', outcome, performance.now() - started) });
  try {
    const end = await carryOut(dependencies, call, orderId, { type: 'CapturePayment' });
    tell(!('rejected' in end) && TAKEN.includes(end.payment.status) ? 'captured' : 'failed');
  } catch (error) {
    if (!(error instanceof AlreadyHandled)) tell('failed');
    throw error;
  }
}
