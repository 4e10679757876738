import { api } from '@dure/contracts/binding/api';
import { table } from '../composition.ts';
import { getDeadLetter } from './get-dead-letter.ts';
import { listDeadLetters } from './list-dead-letters.ts';
import { redriveDeadLetter } from './redrive-dead-letter.ts';
import { redriveDeadLetters } from './redrive-dead-letters.ts';

/** Apart from the others, because it alone may send to other services' queues. */
export const handler = api({ table }, [listDeadLetters, getDeadLetter, redriveDeadLetter, redriveDeadLetters]);
