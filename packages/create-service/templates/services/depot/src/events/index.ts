import { consumer } from '@dure/contracts/binding/consumer';
import { orderCompletedHandler } from './order-completed.handler.ts';

export const handler = consumer('events', [orderCompletedHandler]);
