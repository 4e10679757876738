import { randomUUID } from 'node:crypto';
import { beginCall } from '@dure/contracts/binding/call';
import { Conflict } from '@dure/contracts/binding/commit';
import { RecordSparePart } from '@dure/contracts/depot';
import { expect, it } from '@jest/globals';
import { changeSparePart } from '../src/application/change-spare-part.ts';
import { recordSparePart } from '../src/domain/spare-part.ts';
import type { SparePartEvent } from '../src/domain/spare-part-events.ts';
import { published, store } from './service.ts';

const newId = () => `A-${randomUUID()}`;
const fields = RecordSparePart.example.body;
const recorded = (sparePartId: string, label: string): SparePartEvent => ({
  type: 'SparePartRecorded',
  sparePartId,
  ...fields,
  label,
});

it('loads what was saved, and nothing that was not', async () => {
  const sparePartId = newId();
  expect(await store.load(sparePartId)).toBeUndefined();
  const saved = await store.save(beginCall(), undefined, [recorded(sparePartId, 'one'), recorded(sparePartId, 'two')]);
  expect(saved).toMatchObject({ label: 'two', version: 2 });
  expect(await store.load(sparePartId)).toEqual(saved);
  expect((await published(sparePartId)).map(({ sequence }) => sequence)).toEqual([1, 2]);
});

it('refuses what was decided upon an older version, and publishes nothing of it', async () => {
  const sparePartId = newId();
  const first = await store.save(beginCall(), undefined, [recorded(sparePartId, 'one')]);
  await store.save(beginCall(), first, [recorded(sparePartId, 'two')]);
  for (const older of [undefined, first]) {
    await expect(store.save(beginCall(), older, [recorded(sparePartId, 'three')])).rejects.toThrow(Conflict);
  }
  expect(await store.load(sparePartId)).toMatchObject({ label: 'two' });
  expect(await published(sparePartId)).toHaveLength(2);
});

it('loses none of many changes at once, and numbers them without a gap', async () => {
  const sparePartId = newId();
  const labels = Array.from({ length: 8 }, (_, index) => `label ${index}`);
  await Promise.all(
    labels.map((label) =>
      changeSparePart(store, beginCall(), sparePartId, (before) =>
        recordSparePart(before, sparePartId, { ...fields, label }),
      ),
    ),
  );
  const events = await published(sparePartId);
  expect(events.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(events.map(({ data }) => data['label']).sort()).toEqual(labels);
});

it('numbers what many changes at once cause without a gap, and says which of them lost too often', async () => {
  const sparePartId = newId();
  const labels = Array.from({ length: 40 }, (_, index) => `label ${index}`);
  const results = await Promise.allSettled(
    labels.map((label) =>
      changeSparePart(store, beginCall(), sparePartId, (before) =>
        recordSparePart(before, sparePartId, { ...fields, label }),
      ),
    ),
  );
  const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  expect(reasons.filter((reason) => !(reason instanceof Conflict))).toEqual([]);
  const events = await published(sparePartId);
  expect(events.map(({ sequence }) => sequence)).toEqual(
    Array.from({ length: labels.length - reasons.length }, (_, index) => index + 1),
  );
  expect(events.map(({ data }) => data['label']).sort()).toEqual(
    labels.filter((_, index) => results[index]?.status === 'fulfilled').sort(),
  );
});
