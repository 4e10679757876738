import { consumer } from '@dure/contracts/consumer';
import { onAny } from '@dure/contracts/message';
import { events } from '../composition.ts';
import { toRecord } from '../domain/recorded-event.ts';

// No inbox: the event's own id is the key, so that it is recorded once however often it comes.
export const handler = consumer('record', [
  onAny(async (envelope, call) => {
    const recorded = await events.put(toRecord(envelope, call.time));
    if (!recorded) call.log.info('recorded before');
  }),
]);
