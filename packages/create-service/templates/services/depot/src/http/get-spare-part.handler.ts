import { GetSparePart } from '@dure/contracts/depot';
import { http, reply } from '@dure/contracts/binding/http';
import { problem } from '@dure/contracts/problem';
import { store } from '../composition.ts';
import { sparePartView } from './spare-part-view.ts';

export const getSparePartHandler = http(GetSparePart, {
  run: ({ params }) => store.load(params.sparePartId),
  answer: (found) =>
    found === undefined ? problem('spare-part-not-found') : reply(200, sparePartView(found), { etag: found.version }),
});
