import type { Replay } from '../domain/replay.ts';

export const replayView = (replay: Replay) => ({
  ...replay,
  _links: { self: { href: `/v1/replays/${replay.replayId}` } },
});
