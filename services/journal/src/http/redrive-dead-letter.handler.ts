import { http, reply } from '@dure/contracts/binding/http';
import { RedriveDeadLetter } from '@dure/contracts/journal';
import { problem } from '@dure/contracts/problem';
import { redriveDeadLetter } from '../application/redrive-dead-letter.ts';
import { openAllQueues } from '../composition-queues.ts';
import { deadLetters } from '../composition.ts';
import { deadLetterView } from './dead-letter-view.ts';

const open = openAllQueues();

export const redriveDeadLetterHandler = http(RedriveDeadLetter, {
  run: ({ params }, call) => redriveDeadLetter(deadLetters, open, call, params.id.toLowerCase()),
  answer: (letter) => ('rejected' in letter ? problem(letter.rejected) : reply(202, deadLetterView(letter))),
});
