import { GetAlert } from '@dure/contracts/alerts';
import { http, reply } from '@dure/contracts/binding/http';
import { problem } from '@dure/contracts/problem';
import { store } from '../composition.ts';
import { alertView } from './alert-view.ts';

export const getAlertHandler = http(GetAlert, {
  run: ({ params }) => store.load(params.id.toLowerCase()),
  answer: (alert) => (alert === undefined ? problem('alert-not-found') : reply(200, alertView(alert))),
});
