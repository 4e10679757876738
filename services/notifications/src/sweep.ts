import { scheduled } from '@dure/contracts/binding/scheduled';
import { sweepDeliveries } from './application/sweep-deliveries.ts';
import { deliveries, scheduleAttempt } from './composition.ts';

const using = { deliveries, scheduleAttempt: scheduleAttempt() };

export const handler = scheduled('sweep', (call) => sweepDeliveries(using, call));
