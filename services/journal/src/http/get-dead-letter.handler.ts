import { http, reply } from '@dure/contracts/binding/http';
import { GetDeadLetter } from '@dure/contracts/journal';
import { problem } from '@dure/contracts/problem';
import { deadLetters } from '../composition.ts';
import { deadLetterView } from './dead-letter-view.ts';
import { maskedBody } from './masked.ts';

export const getDeadLetterHandler = http(GetDeadLetter, {
  run: ({ params }) => deadLetters.load(params.id.toLowerCase()),
  answer: (letter) =>
    letter === undefined
      ? problem('dead-letter-not-found')
      : reply(200, { ...deadLetterView(letter), body: maskedBody(letter.body) }),
});
