import { http, reply } from '@dure/contracts/binding/http';
import { StartReplay } from '@dure/contracts/journal';
import { problem } from '@dure/contracts/problem';
import { v7 as uuidv7 } from 'uuid';
import { startReplay as start } from '../application/start-replay.ts';
import { bus, replays } from '../composition.ts';
import { withProgress } from '../domain/replay.ts';
import { replayView } from './replay-view.ts';

const open = bus();

export const startReplay = http(StartReplay, {
  run: ({ body }, call) => start(replays, open, call, { replayId: uuidv7(), ...body }),
  answer: (started) => {
    if ('refused' in started) return problem(started.refused);
    // A repeated request is answered from what was stored, which has no state yet.
    const view = replayView(withProgress(started, { status: 'starting' }));
    return reply(202, view, { headers: { location: view._links.self.href } });
  },
});
