/** A replay as it was requested. */
export interface ReplayRequest {
  readonly replayId: string;
  readonly consumer: string;
  readonly from: string;
  readonly to: string;
  readonly requestedAt: string;
  readonly actor: string;
}

/** The state that the bus reports. */
export interface ReplayState {
  readonly status: 'starting' | 'running' | 'completed' | 'cancelled' | 'failed';
  readonly lastReplayedAt?: string;
  readonly reason?: string;
}

export interface Replay extends ReplayRequest, ReplayState {
  readonly progress: number;
}

/** A replay proceeds by the events' times, so the last replayed time gives its progress. */
export function withProgress(request: ReplayRequest, state: ReplayState): Replay {
  return { ...request, ...state, progress: progressOf(request, state) };
}

function progressOf({ from, to }: ReplayRequest, { status, lastReplayedAt }: ReplayState): number {
  if (status === 'completed') return 1;
  if (lastReplayedAt === undefined) return 0;
  const done = (Date.parse(lastReplayedAt) - Date.parse(from)) / (Date.parse(to) - Date.parse(from));
  return Math.round(Math.min(1, Math.max(0, done)) * 1000) / 1000;
}
