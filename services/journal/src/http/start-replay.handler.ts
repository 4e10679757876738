import { http, reply } from '@dure/contracts/binding/http';
import { StartReplay } from '@dure/contracts/journal';
import { problem } from '@dure/contracts/problem';
import { v7 as uuidv7 } from 'uuid';
import { startReplay } from '../application/start-replay.ts';
import { openEventBus, replays } from '../composition.ts';
import { withProgress } from '../domain/replay.ts';
import { replayView } from './replay-view.ts';

const open = openEventBus();

export const startReplayHandler = http(StartReplay, {
  run: ({ body }, call) => startReplay(replays, open, call, { replayId: uuidv7(), ...body }),
  answer: (started) => {
    if ('rejected' in started) return problem(started.rejected);
    // A repeated request is answered from the stored result, which has no state yet.
    const view = replayView(withProgress(started, { status: 'starting' }));
    return reply(202, view, { headers: { location: view._links.self.href } });
  },
});
