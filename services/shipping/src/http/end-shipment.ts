import { http, reply } from '@dure/contracts/binding/http';
import { problem } from '@dure/contracts/problem';
import { EndShipment } from '@dure/contracts/shipping';
import { operate } from '../application/operate.ts';
import { store } from '../composition.ts';
import { shipmentView } from './shipment-view.ts';

export const endShipment = http(EndShipment, {
  run: ({ params, body }, call) =>
    operate(store, call, params.shipmentId.toLowerCase(), { status: body.outcome, note: body.note }),
  answer: (result) => {
    if (!('refused' in result)) return reply(200, shipmentView(result), { etag: result.version });
    return problem(result.refused === 'not-labelled' ? 'not-dispatched' : result.refused);
  },
});
