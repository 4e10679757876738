import { consumes } from '@dure/contracts/contract';
import { on } from '@dure/contracts/binding/message';
import { OrderCompleted } from '@dure/contracts/orders';
import { changeSparePart } from '../application/change-spare-part.ts';
import { store } from '../composition.ts';

/** Each order has one spare part, under the id of the order, so that a repetition under another message id has no effect. */
export const orderCompletedHandler = on(
  consumes(OrderCompleted, ['orderId', 'customerId', 'total']),
  ({ data }, call) =>
    changeSparePart(store, call, {
      type: 'recordOrder',
      sparePartId: data.orderId,
      orderId: data.orderId,
      fields: { label: `Order of ${data.customerId}`, amount: data.total },
    }),
);
