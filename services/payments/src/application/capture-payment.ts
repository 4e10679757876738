import type { Call } from '@dure/contracts/call';
import { carryOut, type Dependencies } from './carry-out.ts';

/** Takes what is held for an order, once. @throws ProviderUnreachable when it is not known whether it is taken */
export async function capturePayment(dependencies: Dependencies, call: Call, orderId: string): Promise<void> {
  await carryOut(dependencies, call, orderId, { type: 'CapturePayment' });
}
