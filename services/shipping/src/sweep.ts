import { scheduled } from '@dure/contracts/binding/scheduled';
import { pollSilentShipments } from './application/poll-silent-shipments.ts';
import { dependencies, pauseMinutes } from './composition.ts';

const carrierDependencies = dependencies();

export const handler = scheduled('sweep', (call) => pollSilentShipments(carrierDependencies, call, pauseMinutes()));
