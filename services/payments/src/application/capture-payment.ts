import type { Call } from '@dure/contracts/binding/call';
import { AlreadyHandled } from '@dure/contracts/binding/commit';
import { metric } from '@dure/contracts/binding/log';
import { changePayment, type Dependencies } from './change-payment.ts';

const TAKEN: readonly string[] = ['captured', 'refunding', 'refunded'];

/**
 * Captures what is held for an order, once, and measures the outcome.
 * @throws ProviderUnreachable when it is unknown whether the money was taken
 */
export async function capturePayment(dependencies: Dependencies, call: Call, orderId: string): Promise<void> {
  const started = performance.now();
  const measure = (outcome: 'captured' | 'failed') =>
    call.log.info('capture', { orderId, ...metric('capture', outcome, performance.now() - started) });
  try {
    const end = await changePayment(dependencies, call, orderId, { type: 'CapturePayment' });
    measure(!('rejected' in end) && TAKEN.includes(end.payment.status) ? 'captured' : 'failed');
  } catch (error) {
    if (!(error instanceof AlreadyHandled)) measure('failed');
    throw error;
  }
}
