import { batchConsumer } from '@dure/contracts/binding/consumer';
import { recordEvents } from '../application/record-events.ts';
import { recordDays, store } from '../composition.ts';
import { recordForeignEventHandler } from './record-foreign-event.handler.ts';
import { recordEventHandler } from './record-event.handler.ts';

const days = recordDays();

export const handler = batchConsumer('record', [recordEventHandler, recordForeignEventHandler], (asked) =>
  recordEvents(
    store,
    asked.map(({ item }) => item),
    days,
  ),
);
