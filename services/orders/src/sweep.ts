import { scheduled } from '@dure/contracts/scheduled';
import { countStuckOrders } from './application/count-stuck-orders.ts';
import { settleLostOrders } from './application/settle-lost-orders.ts';
import { checkout, orders, stuckAfterSeconds, sweepAfterSeconds, workflows } from './composition.ts';

const dependencies = { orders, workflows, workflow: checkout() };

export const handler = scheduled('sweep', async (call) => ({
  settled: await settleLostOrders(dependencies, call, sweepAfterSeconds()),
  stuck: await countStuckOrders(workflows, call, stuckAfterSeconds()),
}));
