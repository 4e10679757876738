import { beginCall } from '@dure/contracts/binding/call';
import { expect, it } from '@jest/globals';
import { recordForeignEvent } from '../../src/application/record-foreign-event.ts';
import type { ForeignStore } from '../../src/store/foreign-store.ts';

it('is forgotten with the record of its stage', async () => {
  const expiries: (number | undefined)[] = [];
  const store: Pick<ForeignStore, 'record'> = { record: async (_event, expiresAt) => void expiries.push(expiresAt) };
  const call = { ...beginCall(), time: '1970-01-01T00:00:00.000Z', log: { ...beginCall().log, warn: () => undefined } };
  const event = { source: 'com.evil', 'detail-type': 'Anything' };
  for (const days of [7, 365]) await recordForeignEvent(store, call, { event, reason: 'foreign' }, days);
  expect(expiries).toEqual([7 * 86_400, 90 * 86_400]);
});
