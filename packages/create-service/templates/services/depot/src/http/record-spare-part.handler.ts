import { RecordSparePart } from '@dure/contracts/depot';
import { http, reply } from '@dure/contracts/binding/http';
import { problem } from '@dure/contracts/problem';
import { changeSparePart } from '../application/change-spare-part.ts';
import { store } from '../composition.ts';
import { recordSparePart } from '../domain/spare-part.ts';
import { sparePartView } from './spare-part-view.ts';

export const recordSparePartHandler = http(RecordSparePart, {
  run: ({ params: { sparePartId }, body }, call) =>
    changeSparePart(store, call, sparePartId, (before) => recordSparePart(before, sparePartId, body)),
  answer: (result) =>
    'rejected' in result ? problem(result.rejected) : reply(200, sparePartView(result), { etag: result.version }),
});
