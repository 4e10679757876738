import { consumer } from '@dure/contracts/binding/consumer';
import { recordForeignEventHandler } from './record-foreign-event.handler.ts';
import { recordEventHandler } from './record-event.handler.ts';

export const handler = consumer('record', [recordEventHandler, recordForeignEventHandler]);
