import type { Call } from '@dure/contracts/binding/call';
import { Conflict } from '@dure/contracts/binding/commit';
import { noticed, overdue } from '../domain/deprecation.ts';
import { counting } from '../domain/live-set.ts';
import { consumersOf } from '../domain/notices.ts';
import type { StoredRelease } from '../domain/release.ts';
import { inForce } from '../domain/override.ts';
import type { Stores } from './judge.ts';

type Needed = Pick<Stores, 'releases' | 'stages' | 'contracts' | 'overrides'>;

/**
 * Does what is due: announces sunsets that are near, or that have passed while somebody still requires the contract, ends overrides after their time, and takes out what has drained
 * and what never came in every stage. What another run does meanwhile is left to it.
 */
export async function sweep(
  { releases, stages, contracts, overrides }: Needed,
  call: Call,
): Promise<{ announced: number; ended: number; drained: number }> {
  let running: Promise<StoredRelease[]> | undefined;
  const counts = { announced: 0, ended: 0, drained: 0 };
  for (const deprecation of await contracts.deprecations()) {
    const notice = noticed(deprecation, call.time);
    if (notice !== undefined) counts.announced += await done(() => contracts.notice(call, notice.after, notice.days));
    const late = overdue(deprecation, call.time);
    if (late === undefined || !(await isRequired(deprecation.contract))) continue;
    counts.announced += await done(() => contracts.noticePassed(call, late.after, late.weeks));
  }
  for (const override of await overrides.all()) {
    if (!inForce(override, call.time)) counts.ended += await done(() => overrides.end(call, override));
  }
  for (const stage of await stages.names()) counts.drained += await drain(stage);
  return counts;

  /** Whether anything that runs in any stage requires the contract. */
  async function isRequired(contract: string): Promise<boolean> {
    running ??= runningReleases();
    return consumersOf(contract, await running).length > 0;
  }

  async function runningReleases(): Promise<StoredRelease[]> {
    const live = await Promise.all((await stages.names()).map((stage) => stages.load(stage)));
    const entries = live.flatMap((it) => counting(it?.entries ?? [], call.time));
    return [...(await releases.loadMany(entries.filter(({ state }) => state !== 'draining'))).values()];
  }

  /** One at a time, because each changes the token. */
  async function drain(stage: string): Promise<number> {
    let drained = 0;
    for (;;) {
      const live = await stages.load(stage);
      const entry = live?.entries.find(({ until }) => until !== undefined && until <= call.time);
      if (live === undefined || entry === undefined) return drained;
      if ((await done(() => stages.drop(call, stage, live, entry))) === 0) return drained;
      drained += 1;
    }
  }
}

async function done(write: () => Promise<void>): Promise<number> {
  try {
    await write();
    return 1;
  } catch (error) {
    if (error instanceof Conflict) return 0;
    throw error;
  }
}
