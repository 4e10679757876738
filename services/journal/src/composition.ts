import { required } from '@dure/contracts/environment';
import { openTable } from '@dure/contracts/table';
import { openBus } from './bus.ts';
import { createStore } from './store.ts';
import { createDeadLetterStore } from './store/dead-letter-store.ts';
import { createReplayStore } from './store/replay-store.ts';

/** The one place that reads the environment and makes clients. */

export const table = openTable(required('TABLE_NAME'));
export const store = createStore(table);
export const replays = createReplayStore(table);
export const deadLetters = createDeadLetterStore(table);

export const stage = () => required('STAGE');

/** Called by the functions that may use the archive. */
export const bus = () => openBus({ stage: stage(), busArn: required('BUS_ARN'), archiveArn: required('ARCHIVE_ARN') });
