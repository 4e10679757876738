import { http, reply } from '@dure/contracts/binding/http';
import { RedriveDeadLetters } from '@dure/contracts/journal';
import { redriveDeadLetters } from '../application/redrive-dead-letter.ts';
import { openAllQueues } from '../composition-queues.ts';
import { deadLetters } from '../composition.ts';

const open = openAllQueues();

export const redriveDeadLettersHandler = http(RedriveDeadLetters, {
  run: ({ body }, call) => redriveDeadLetters(deadLetters, open, call, body),
  answer: (result) => reply(202, result),
});
