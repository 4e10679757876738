import { consumer } from '@dure/contracts/binding/consumer';
import { recordForeign } from './record-foreign.ts';
import { record } from './record.ts';

export const handler = consumer('record', [record, recordForeign]);
