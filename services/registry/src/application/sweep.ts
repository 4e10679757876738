import type { Call } from '@dure/contracts/binding/call';
import { Conflict } from '@dure/contracts/binding/commit';
import { noticed } from '../domain/deprecation.ts';
import { inForce } from '../domain/override.ts';
import type { Stores } from './judge.ts';

type Needed = Pick<Stores, 'stages' | 'contracts' | 'overrides'>;

/**
 * Does what is due: announces sunsets that are near, ends overrides after their time, and takes out what has drained in
 * every stage. What another run does meanwhile is left to it.
 */
export async function sweep(
  { stages, contracts, overrides }: Needed,
  call: Call,
): Promise<{ announced: number; ended: number; drained: number }> {
  const counts = { announced: 0, ended: 0, drained: 0 };
  for (const deprecation of await contracts.deprecations()) {
    const notice = noticed(deprecation, call.time);
    if (notice !== undefined) counts.announced += await done(() => contracts.notice(call, notice.after, notice.days));
  }
  for (const override of await overrides.all()) {
    if (!inForce(override, call.time)) counts.ended += await done(() => overrides.end(call, override));
  }
  for (const stage of await stages.names()) counts.drained += await drain(stage);
  return counts;

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
