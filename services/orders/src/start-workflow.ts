import { consumes } from '@dure/contracts/contract';
import { on } from '@dure/contracts/binding/message';
import { OrderPlaced } from '@dure/contracts/orders';
import { outboxReader } from '@dure/contracts/binding/outbox-reader';
import { startCheckout } from './application/start-workflow.ts';
import { checkout, orders } from './composition.ts';

const workflow = checkout();

export const handler = outboxReader('start-workflow', [
  on(consumes(OrderPlaced, ['orderId']), ({ data }, call) => startCheckout(orders, workflow, call, data.orderId)),
]);
