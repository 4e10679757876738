import { http, reply } from '@dure/contracts/binding/http';
import { GetReplay } from '@dure/contracts/journal';
import { problem } from '@dure/contracts/problem';
import { showReplay } from '../application/show-replay.ts';
import { openEventBus, replays } from '../composition.ts';
import { replayView } from './replay-view.ts';

const open = openEventBus();

export const getReplayHandler = http(GetReplay, {
  run: ({ params }) => showReplay(replays, open, params.replayId),
  answer: (replay) => (replay === undefined ? problem('replay-not-found') : reply(200, replayView(replay))),
});
