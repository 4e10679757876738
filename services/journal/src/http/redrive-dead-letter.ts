import { http, reply } from '@dure/contracts/binding/http';
import { RedriveDeadLetter } from '@dure/contracts/journal';
import { problem } from '@dure/contracts/problem';
import { redriveDeadLetter as redrive } from '../application/redrive-dead-letter.ts';
import { queues } from '../composition-queues.ts';
import { deadLetters } from '../composition.ts';
import { deadLetterView } from './dead-letter-view.ts';

const open = queues();

export const redriveDeadLetter = http(RedriveDeadLetter, {
  run: ({ params }, call) => redrive(deadLetters, open, call, params.id.toLowerCase()),
  answer: (letter) => ('refused' in letter ? problem(letter.refused) : reply(202, deadLetterView(letter))),
});
