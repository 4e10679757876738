import { consumer } from '@dure/contracts/binding/consumer';
import { consumes } from '@dure/contracts/contract';
import { on } from '@dure/contracts/binding/message';
import { OrderCancellationRequested } from '@dure/contracts/orders';
import { AwaitDelivery, CancelShipping, ShipOrder } from '@dure/contracts/shipping';
import { v7 as uuidv7 } from 'uuid';
import { changeShipping } from '../application/change-shipping.ts';
import { store } from '../composition.ts';

export const handler = consumer('commands', [
  on(consumes(ShipOrder, ['orderId', 'recipient', 'lines', 'customerId']), ({ data: { orderId, ...order } }, call) =>
    changeShipping(store, call, orderId, { type: 'ship', ...order, newId: uuidv7 }),
  ),
  on(consumes(AwaitDelivery, ['orderId']), ({ data }, call) =>
    changeShipping(store, call, data.orderId, { type: 'awaitDelivery' }),
  ),
  on(consumes(CancelShipping, ['orderId']), ({ data }, call) =>
    changeShipping(store, call, data.orderId, { type: 'cancel', answer: true }),
  ),
  on(consumes(OrderCancellationRequested, ['orderId']), ({ data }, call) =>
    changeShipping(store, call, data.orderId, { type: 'cancel', answer: false }),
  ),
]);
