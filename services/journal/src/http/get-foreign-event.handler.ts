import { http, reply } from '@dure/contracts/binding/http';
import { GetForeignEvent } from '@dure/contracts/journal';
import { problem } from '@dure/contracts/problem';
import { foreignEvents } from '../composition.ts';
import { foreignEventView } from './foreign-event-view.ts';
import { maskedDetail } from './masked.ts';

export const getForeignEventHandler = http(GetForeignEvent, {
  run: ({ params }) => foreignEvents.load(params.id.toLowerCase()),
  answer: (event) =>
    event === undefined
      ? problem('foreign-event-not-found')
      : reply(200, { ...foreignEventView(event), detail: maskedDetail(event.detail) }),
});
