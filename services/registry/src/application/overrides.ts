import type { Call } from '@dure/contracts/binding/call';
import { Conflict } from '@dure/contracts/binding/commit';
import { inForce, type Override, untilFault } from '../domain/override.ts';
import type { OverrideStore } from '../store/override-store.ts';
import type { Page } from '../store/pages.ts';
import { pageOf } from './page-of.ts';

/** All of them are read with each verdict. */
const MAX_OVERRIDES = 200;

type Given = Omit<Override, 'id' | 'actor' | 'recordedAt'>;

/** Records an override; or says what is wrong with its end. */
export async function recordOverride(
  store: OverrideStore,
  call: Call,
  given: Given,
): Promise<Override | { readonly until: string } | { readonly rejected: 'too-many-overrides' }> {
  const fault = untilFault(given.until, call.time);
  if (fault !== undefined) return { until: fault };
  const all = await store.all();
  if (all.filter((it) => inForce(it, call.time)).length >= MAX_OVERRIDES) return { rejected: 'too-many-overrides' };
  const until = new Date(given.until).toISOString();
  const override = { ...given, until, id: call.id, actor: call.actor, recordedAt: call.time };
  await store.record(call, override);
  return override;
}

export async function showOverride(store: OverrideStore, id: string, now: string): Promise<Override | undefined> {
  const override = await store.load(id);
  return override !== undefined && inForce(override, now) ? override : undefined;
}

/** Those in force, oldest first. */
export async function listOverrides(
  store: OverrideStore,
  stage: string | undefined,
  at: { readonly cursor?: string | undefined; readonly limit: number },
  now: string,
): Promise<Page<Override> | undefined> {
  const shown = (await store.all()).filter((it) => inForce(it, now) && (stage === undefined || it.stage === stage));
  return pageOf(shown, ({ recordedAt, id }) => `${recordedAt}#${id}`, at);
}

/** Ends an override; false when there is none in force. */
export async function endOverride(store: OverrideStore, call: Call, id: string): Promise<boolean> {
  const override = await showOverride(store, id, call.time);
  if (override === undefined) return false;
  try {
    await store.end(call, override);
  } catch (error) {
    // Somebody else has ended it.
    if (!(error instanceof Conflict)) throw error;
  }
  return true;
}
