import type { Call } from '@dure/contracts/binding/call';
import { retryOnConflict } from '@dure/contracts/binding/commit';
import { decide, type SparePart, type SparePartCommand, type SparePartRejection } from '../domain/spare-part.ts';
import type { Store } from '../store.ts';

/** Carries out a command on a spare part: load, decide, save. Answers the spare part after it, or why not. */
export function changeSparePart(
  store: Store,
  call: Call,
  command: SparePartCommand,
): Promise<SparePart | { rejected: SparePartRejection }> {
  return retryOnConflict(async () => {
    const before = await store.load(command.sparePartId);
    const decision = decide(command, before);
    return typeof decision === 'string' ? { rejected: decision } : store.save(call, before, decision);
  });
}
