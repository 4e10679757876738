import { onForeign } from '@dure/contracts/binding/message';
import { recordForeignEvent } from '../application/record-foreign-event.ts';
import { foreignEvents, recordDays } from '../composition.ts';

const days = recordDays();

export const recordForeignEventHandler = onForeign((message, call) =>
  recordForeignEvent(foreignEvents, call, message, days),
);
