import type { Call } from '@dure/contracts/binding/call';
import { retryOnConflict } from '@dure/contracts/binding/commit';
import { type Breaker, breakersOf, type ByHand, untilFault } from '../domain/breaker.ts';
import type { BreakerStore } from '../store/breaker-store.ts';
import type { Page, PageWish } from '../store/pages.ts';
import { pageOf } from './page-of.ts';

/** What an operator says; the last one counts. */
function setBreaker(store: BreakerStore, call: Call, service: string, said: Pick<ByHand, 'state' | 'until' | 'why'>) {
  return retryOnConflict(async () => {
    const revision = ((await store.load(service))?.revision ?? 0) + 1;
    await store.save(call, service, { revision, ...said, at: call.time, actor: call.actor });
  });
}

/** Opens the breaker of a service by hand; or says what is wrong with its end. */
export async function openBreaker(
  store: BreakerStore,
  call: Call,
  service: string,
  { until, why }: { readonly until: string; readonly why: string },
): Promise<Breaker | { readonly until: string }> {
  const fault = untilFault(until, call.time);
  if (fault !== undefined) return { until: fault };
  await setBreaker(store, call, service, { state: 'open', until: new Date(until).toISOString(), why });
  const { byHand, reports } = await store.all(call.time);
  return breakersOf(byHand, reports, call.time).find((breaker) => breaker.service === service)!;
}

/** Closes it, whoever opened it. */
export const closeBreaker = (store: BreakerStore, call: Call, service: string): Promise<void> =>
  setBreaker(store, call, service, { state: 'closed' });

/** By service; undefined when the cursor is not one of this list. */
export async function listBreakers(
  store: BreakerStore,
  wish: PageWish,
  now: string,
): Promise<Page<Breaker> | undefined> {
  const { byHand, reports } = await store.all(now);
  return pageOf(breakersOf(byHand, reports, now), ({ service }) => service, wish);
}
