import type { Bus } from '../bus.ts';
import { type Replay, withProgress } from '../domain/replay.ts';
import type { ReplayStore } from '../store/replay-store.ts';

/** A replay as the bus tells it now; undefined when there is none. */
export async function showReplay(replays: ReplayStore, bus: Bus, replayId: string): Promise<Replay | undefined> {
  const request = await replays.load(replayId);
  if (request === undefined) return undefined;
  const state = await bus.describeReplay(replayId);
  return withProgress(request, state ?? { status: 'failed', reason: 'The bus does not know this replay any more.' });
}
