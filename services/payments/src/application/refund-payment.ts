import { createHash } from 'node:crypto';
import type { Call } from '@dure/contracts/binding/call';
import type { Money } from '@dure/contracts/values';
import type { Rejection } from '../domain/decide.ts';
import type { StoredPayment } from '../store.ts';
import { carryOut, type Dependencies } from './carry-out.ts';
import { ProviderUnreachable } from './provider.ts';

interface Asked {
  readonly orderId: string;
  readonly amount: Money;
  readonly reason: string;
  readonly outside?: boolean;
}

export interface RefundResult {
  readonly stored: StoredPayment;
  readonly refundId: string;
}

/**
 * Gives back a part or all of what was taken, or notes what was given back `outside` the provider; answers the payment with the refund in it, or why not. A provider that
 * does not answer leaves the refund pending, and the sweep goes on with it.
 */
export async function refundPayment(
  dependencies: Dependencies,
  call: Call,
  asked: Asked,
): Promise<RefundResult | { readonly rejected: Rejection }> {
  const { orderId, amount, reason, outside } = asked;
  const refundId = refundIdOf(call, orderId);
  const resultOf = (stored: StoredPayment): RefundResult => ({ stored, refundId });
  try {
    const command = { type: 'RefundPayment', refundId, amount, reason, outside } as const;
    const result = await carryOut(dependencies, call, orderId, command, resultOf);
    return 'rejected' in result ? result : resultOf(result);
  } catch (error) {
    if (!(error instanceof ProviderUnreachable)) throw error;
    call.log.warn('refund left pending', { orderId, refundId, error });
    const { store } = dependencies;
    return resultOf(await store.save(call, await store.load(orderId), [], resultOf));
  }
}

/**
 * The same for the same Idempotency-Key: who repeats a request that died half-way goes on with its refund.
 * Source: https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-8
 */
function refundIdOf(call: Call, orderId: string): string {
  const hex = createHash('sha256')
    .update(`${call.marker?.pk ?? call.id}#${orderId}`)
    .digest('hex');
  const variant = '89ab'[Number.parseInt(hex.charAt(16), 16) % 4];
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
