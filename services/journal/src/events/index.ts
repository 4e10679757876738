import { consumer } from '@dure/contracts/consumer';
import { record } from './record.ts';

export const handler = consumer('record', [record]);
