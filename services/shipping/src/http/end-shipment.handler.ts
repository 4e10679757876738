import { http, reply } from '@dure/contracts/binding/http';
import { problem } from '@dure/contracts/problem';
import { EndShipment } from '@dure/contracts/shipping';
import { recordOperatorUpdate } from '../application/record-operator-update.ts';
import { store } from '../composition.ts';
import { shipmentView } from './shipment-view.ts';

export const endShipmentHandler = http(EndShipment, {
  run: ({ params, body }, call) =>
    recordOperatorUpdate(store, call, params.shipmentId.toLowerCase(), { status: body.outcome, note: body.note }),
  answer: (result) => {
    if (!('rejected' in result)) return reply(200, shipmentView(result), { etag: result.version });
    return problem(result.rejected === 'not-labelled' ? 'not-dispatched' : result.rejected);
  },
});
