import type { Call } from '@dure/contracts/binding/call';
import { retryOnConflict } from '@dure/contracts/binding/commit';
import type { SparePart } from '../domain/spare-part.ts';
import type { SparePartEvent } from '../domain/spare-part-events.ts';
import type { Store } from '../store.ts';

/** Changes a spare part: load, decide, save. Answers the spare part after it, or why `decide` rejects the change. */
export function changeSparePart<Rejection extends string>(
  store: Store,
  call: Call,
  sparePartId: string,
  decide: (before: SparePart | undefined) => SparePartEvent[] | Rejection,
): Promise<SparePart | { rejected: Rejection }> {
  return retryOnConflict(async () => {
    const before = await store.load(sparePartId);
    const decision = decide(before);
    return typeof decision === 'string' ? { rejected: decision } : store.save(call, before, decision);
  });
}
