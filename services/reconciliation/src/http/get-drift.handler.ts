import { http, reply } from '@dure/contracts/binding/http';
import { problem } from '@dure/contracts/problem';
import { GetDrift } from '@dure/contracts/reconciliation';
import { store } from '../composition.ts';
import { driftView } from './drift-view.ts';

export const getDriftHandler = http(GetDrift, {
  run: ({ params }) => store.loadDrift(params.driftId.toLowerCase()),
  answer: (drift) => (drift === undefined ? problem('drift-not-found') : reply(200, driftView(drift))),
});
