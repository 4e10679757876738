import { consumer } from '@dure/contracts/binding/consumer';
import { sparePartRecorded } from './spare-part-recorded.ts';

export const handler = consumer('events', [sparePartRecorded]);
