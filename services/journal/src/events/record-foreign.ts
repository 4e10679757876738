import { onForeign } from '@dure/contracts/message';
import { recordForeignEvent } from '../application/record-foreign-event.ts';
import { foreignEvents } from '../composition.ts';

export const recordForeign = onForeign((message, call) => recordForeignEvent(foreignEvents, call, message));
