import { http, reply } from '@dure/contracts/binding/http';
import { RedriveDeadLetters } from '@dure/contracts/journal';
import { redriveDeadLetters } from '../application/redrive-dead-letter.ts';
import { openRedriving } from '../composition-queues.ts';

const redriving = openRedriving();

export const redriveDeadLettersHandler = http(RedriveDeadLetters, {
  run: ({ body }, call) => redriveDeadLetters(redriving, call, body),
  answer: (result) => reply(202, result),
});
