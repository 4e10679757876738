import { http, reply } from '@dure/contracts/binding/http';
import { RedriveDeadLetter } from '@dure/contracts/journal';
import { problem } from '@dure/contracts/problem';
import { redriveDeadLetter } from '../application/redrive-dead-letter.ts';
import { openRedriving } from '../composition-queues.ts';
import { deadLetterView } from './dead-letter-view.ts';

const redriving = openRedriving();

export const redriveDeadLetterHandler = http(RedriveDeadLetter, {
  run: ({ params }, call) => redriveDeadLetter(redriving, call, params.id.toLowerCase()),
  answer: (letter) => ('rejected' in letter ? problem(letter.rejected) : reply(202, deadLetterView(letter))),
});
