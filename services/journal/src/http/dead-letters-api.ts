import { api } from '@dure/contracts/binding/api';
import { table } from '../composition.ts';
import { getDeadLetterHandler } from './get-dead-letter.handler.ts';
import { listDeadLettersHandler } from './list-dead-letters.handler.ts';
import { redriveDeadLetterHandler } from './redrive-dead-letter.handler.ts';
import { redriveDeadLettersHandler } from './redrive-dead-letters.handler.ts';

/** A separate function, because only it may send to other services' queues. */
export const handler = api({ table }, [
  listDeadLettersHandler,
  getDeadLetterHandler,
  redriveDeadLetterHandler,
  redriveDeadLettersHandler,
]);
