import type { Call } from '@dure/contracts/binding/call';
import { networkOf } from '../domain/origin.ts';
import type { Bounds } from './bounds.ts';

export type Refusal = 'forged-form' | 'unknown-redirect' | 'unknown-client' | 'too-often';

export interface RefusalParts {
  readonly bounds: Bounds;
  readonly refusals: { publish(call: Call, reason: Refusal, network: string): Promise<void> };
}

/** Of one network and reason. */
const A_MINUTE = 1;
/** Of all together: whoever has many networks fills neither the table nor the journal. */
const ALL_A_MINUTE = 60;

/** Publishes that a request was refused. What comes more often is in the log alone. */
export async function noteRefusal(
  { bounds, refusals }: RefusalParts,
  call: Call,
  reason: Refusal,
  address: string,
): Promise<void> {
  const network = networkOf(address);
  if (!(await bounds.take(call, { what: `refused-${reason}`, most: A_MINUTE, per: 'minute' }, network))) return;
  if (!(await bounds.take(call, { what: 'refused', most: ALL_A_MINUTE, per: 'minute' }, 'all'))) return;
  await refusals.publish(call, reason, network);
}
