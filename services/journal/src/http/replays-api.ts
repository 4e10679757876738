import { api } from '@dure/contracts/binding/api';
import { table } from '../composition.ts';
import { getReplayHandler } from './get-replay.handler.ts';
import { startReplayHandler } from './start-replay.handler.ts';

/** A separate function, because only it may replay the archive. */
export const handler = api({ table }, [startReplayHandler, getReplayHandler]);
