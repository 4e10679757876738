import type { Bus } from '../event-bus.ts';
import { type Replay, withProgress } from '../domain/replay.ts';
import type { ReplayStore } from '../store/replay-store.ts';

/** A replay with its present state on the bus; undefined when it does not exist. */
export async function showReplay(replays: ReplayStore, bus: Bus, replayId: string): Promise<Replay | undefined> {
  const request = await replays.load(replayId);
  if (request === undefined) return undefined;
  const state = await bus.describeReplay(replayId);
  return withProgress(request, state ?? { status: 'failed', reason: 'The bus no longer knows this replay.' });
}
