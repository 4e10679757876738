import type { Call } from '@dure/contracts/binding/call';
import type { Bus } from '../event-bus.ts';
import { type Replay, type ReplayRequest, withProgress } from '../domain/replay.ts';
import type { ReplayStore } from '../store/replay-store.ts';

export type ReplayRejection = 'consumer-not-found' | 'range-in-future' | 'too-many-replays';

type Input = Pick<ReplayRequest, 'replayId' | 'consumer' | 'from' | 'to'>;

/**
 * Starts a replay and stores it. The bus is asked first, under a name derived from the id. If the request dies before
 * storing, the replay is visible on the bus only; that is harmless, since consumers are idempotent.
 */
export async function startReplay(
  replays: ReplayStore,
  bus: Bus,
  call: Call,
  input: Input,
): Promise<Replay | { rejected: ReplayRejection }> {
  if (Date.parse(input.to) > Date.parse(call.time)) return { rejected: 'range-in-future' };
  const rules = await bus.rulesOf(input.consumer);
  if (rules.length === 0) return { rejected: 'consumer-not-found' };
  const request = { ...input, requestedAt: call.time, actor: call.actor };
  const started = await bus.startReplay(request, rules);
  if (started !== 'started') return { rejected: started };
  await replays.save(call, request);
  return withProgress(request, { status: 'starting' });
}
