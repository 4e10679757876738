import { scheduled } from '@dure/contracts/binding/scheduled';
import { settleSilentShipments } from './application/settle-silent-shipments.ts';
import { dependencies, pauseMinutes } from './composition.ts';

const asked = dependencies();

export const handler = scheduled('sweep', (call) => settleSilentShipments(asked, call, pauseMinutes()));
