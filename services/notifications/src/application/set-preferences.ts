import type { Call } from '@dure/contracts/binding/call';
import { Conflict } from '@dure/contracts/binding/commit';
import type { Preferences } from '../domain/preferences.ts';
import type { PreferencesStore } from '../store/preferences.ts';

interface Choice {
  readonly customerId: string;
  readonly chosen: Omit<Preferences, 'version' | 'updatedAt'>;
  /** The version that the customer has seen. */
  readonly ifMatch: string;
}

export async function setPreferences(
  store: PreferencesStore,
  call: Call,
  { customerId, chosen, ifMatch }: Choice,
): Promise<Preferences | 'changed'> {
  const { version } = await store.load(customerId);
  if (ifMatch !== String(version)) return 'changed';
  const next = { ...chosen, updatedAt: call.time, version: version + 1 };
  try {
    await store.save(call, customerId, next);
    return next;
  } catch (error) {
    if (error instanceof Conflict) return 'changed';
    throw error;
  }
}
