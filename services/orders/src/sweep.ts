import { scheduled } from '@dure/contracts/binding/scheduled';
import { settleLostOrders } from './application/settle-lost-orders.ts';
import { checkout, orders, sweepAfterSeconds, workflows } from './composition.ts';

const dependencies = { orders, workflows, workflow: checkout() };

export const handler = scheduled('sweep', async (call) => ({
  ...(await settleLostOrders(dependencies, call, sweepAfterSeconds())),
}));
