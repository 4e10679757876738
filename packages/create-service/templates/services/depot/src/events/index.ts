import { consumer } from '@dure/contracts/binding/consumer';
import { sparePartRecordedHandler } from './spare-part-recorded.handler.ts';

export const handler = consumer('events', [sparePartRecordedHandler]);
