import { http, reply } from '@dure/contracts/binding/http';
import { GetEvent } from '@dure/contracts/journal';
import { problem } from '@dure/contracts/problem';
import { store } from '../composition.ts';
import { eventView } from './event-view.ts';

export const getEventHandler = http(GetEvent, {
  run: ({ params }) => store.load(params.id),
  answer: (event) =>
    event === undefined
      ? problem('event-not-found')
      : reply(200, eventView(event), { etag: `${event.id}-${Date.parse(event.recordedAt)}` }),
});
