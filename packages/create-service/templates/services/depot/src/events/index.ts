import { consumer } from '@dure/contracts/binding/consumer';
import { orderCompleted } from './order-completed.ts';

export const handler = consumer('events', [orderCompleted]);
