import { on } from '@dure/contracts/binding/message';
import { consumes } from '@dure/contracts/contract';
import { SparePartRecorded } from '@dure/contracts/depot';
import { store } from '../composition.ts';

/** The service's own event makes the list of changes. Each change has its own key, for any order of arrival. */
export const sparePartRecordedHandler = on(
  consumes(SparePartRecorded, ['sparePartId', 'label', 'amount']),
  ({ data: { sparePartId, ...fields }, sequence = 0, time }, call) =>
    store.keepChange(call, sparePartId, { sequence, ...fields, recordedAt: time }),
);
