import { http, reply } from '@dure/contracts/binding/http';
import { RedriveDeadLetters } from '@dure/contracts/journal';
import { redriveDeadLetters as redrive } from '../application/redrive-dead-letter.ts';
import { queues } from '../composition-queues.ts';
import { deadLetters } from '../composition.ts';

const open = queues();

export const redriveDeadLetters = http(RedriveDeadLetters, {
  run: ({ body }, call) => redrive(deadLetters, open, call, body),
  answer: (result) => reply(202, result),
});
