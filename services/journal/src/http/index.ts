import { api } from '@dure/contracts/binding/api';
import { table } from '../composition.ts';
import { getEventHandler } from './get-event.handler.ts';
import { getForeignEventHandler } from './get-foreign-event.handler.ts';
import { listCallsHandler } from './list-calls.handler.ts';
import { listEventsHandler } from './list-events.handler.ts';
import { listForeignEventsHandler } from './list-foreign-events.handler.ts';

export const handler = api({ table }, [
  listEventsHandler,
  getEventHandler,
  listForeignEventsHandler,
  getForeignEventHandler,
  listCallsHandler,
]);
