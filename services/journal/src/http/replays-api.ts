import { api } from '@dure/contracts/binding/api';
import { table } from '../composition.ts';
import { getReplay } from './get-replay.ts';
import { startReplay } from './start-replay.ts';

/** Apart from the others, because it alone may replay the archive. */
export const handler = api({ table }, [startReplay, getReplay]);
