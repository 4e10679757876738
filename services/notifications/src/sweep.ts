import { scheduled } from '@dure/contracts/binding/scheduled';
import { sweepDeliveries } from './application/sweep-deliveries.ts';
import { deliveries, summon } from './composition.ts';

const using = { deliveries, summon: summon() };

export const handler = scheduled('sweep', (call) => sweepDeliveries(using, call));
