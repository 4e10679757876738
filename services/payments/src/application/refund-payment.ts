import { createHash } from 'node:crypto';
import type { Call } from '@dure/contracts/binding/call';
import type { Money } from '@dure/contracts/values';
import type { Rejection } from '../domain/decide.ts';
import type { StoredPayment } from '../store.ts';
import { changePayment, type Dependencies } from './change-payment.ts';
import { ProviderUnreachable } from './provider.ts';

interface Input {
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
 * Refunds a part or all of what was taken, or records a refund that was made `outside` the provider. Returns the payment
 * with the refund, or the reason for the rejection. If the provider does not answer, the refund stays pending, and the
 * sweep continues it.
 */
export async function refundPayment(
  dependencies: Dependencies,
  call: Call,
  input: Input,
): Promise<RefundResult | { readonly rejected: Rejection }> {
  const { orderId, amount, reason, outside } = input;
  const refundId = refundIdOf(call, orderId);
  const resultOf = (stored: StoredPayment): RefundResult => ({ stored, refundId });
  try {
    const command = { type: 'RefundPayment', refundId, amount, reason, outside } as const;
    const result = await changePayment(dependencies, call, orderId, command, resultOf);
    return 'rejected' in result ? result : resultOf(result);
  } catch (error) {
    if (!(error instanceof ProviderUnreachable)) throw error;
    call.log.warn('refund left pending', { orderId, refundId, error });
    const { store } = dependencies;
    return resultOf(await store.save(call, await store.load(orderId), [], resultOf));
  }
}

/**
 * The same for the same Idempotency-Key, so that a repeated request continues the refund of one that died half-way.
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
