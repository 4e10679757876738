import type { Call } from '@dure/contracts/binding/call';
import type { Bus } from '../bus.ts';
import { type Replay, type ReplayRequest, withProgress } from '../domain/replay.ts';
import type { ReplayStore } from '../store/replay-store.ts';

export type ReplayRefusal = 'consumer-not-found' | 'range-in-future' | 'too-many-replays';

type Asked = Pick<ReplayRequest, 'replayId' | 'consumer' | 'from' | 'to'>;

/**
 * Starts a replay and remembers it. The bus is asked first, by a name of the replay's own: a request that dies before it
 * is remembered has started a replay that is seen on the bus alone, and no harm is done, as consumers are idempotent.
 */
export async function startReplay(
  replays: ReplayStore,
  bus: Bus,
  call: Call,
  asked: Asked,
): Promise<Replay | { refused: ReplayRefusal }> {
  if (Date.parse(asked.to) > Date.parse(call.time)) return { refused: 'range-in-future' };
  const rules = await bus.rulesOf(asked.consumer);
  if (rules.length === 0) return { refused: 'consumer-not-found' };
  const request = { ...asked, requestedAt: call.time, actor: call.actor };
  const started = await bus.startReplay(request, rules);
  if (started !== 'started') return { refused: started };
  await replays.save(call, request);
  return withProgress(request, { status: 'starting' });
}
