import { randomUUID } from 'node:crypto';
import { RecordSparePart, SparePartRecorded } from '@dure/contracts/depot';
import { busRecord, call } from '@dure/testing/lambda-events';
import { expect, it } from '@jest/globals';
import { api, deliver } from './service.ts';

const fields = RecordSparePart.example.body;
const recorded = (sparePartId: string, sequence: number, more = {}) =>
  busRecord({
    contract: SparePartRecorded,
    subject: sparePartId,
    sequence,
    data: { sparePartId, ...fields, label: `change ${sequence}` },
    ...more,
  });
const list = (sparePartId: string, query = {}) =>
  call(api, { resource: '/v1/spare-parts/{sparePartId}/changes', params: { sparePartId }, query });
const labels = ({ body }: { body: Record<string, unknown> }) =>
  (body['items'] as { label: string }[]).map(({ label }) => label);

it('lists the changes from its own events, newest first', async () => {
  const sparePartId = randomUUID();
  for (const sequence of [2, 1, 3]) {
    expect(await deliver(recorded(sparePartId, sequence))).toEqual({ batchItemFailures: [] });
  }
  const shown = await list(sparePartId);
  expect(labels(shown)).toEqual(['change 3', 'change 2', 'change 1']);
  expect(shown.body['_links']).toEqual({ self: { href: `/v1/spare-parts/${sparePartId}/changes` } });
});

it('has a change once, delivered twice and sent again under another id', async () => {
  const sparePartId = randomUUID();
  const id = randomUUID();
  for (const more of [{ id }, { id }, {}]) await deliver(recorded(sparePartId, 1, more));
  expect(labels(await list(sparePartId))).toEqual(['change 1']);
});

it('goes on where a page ends', async () => {
  const sparePartId = randomUUID();
  for (const sequence of [1, 2, 3]) await deliver(recorded(sparePartId, sequence));
  const first = await list(sparePartId, { limit: '2' });
  expect(labels(first)).toEqual(['change 3', 'change 2']);
  const { next } = first.body['_links'] as { next: { href: string } };
  expect(next.href).toBe(`/v1/spare-parts/${sparePartId}/changes?before=2&limit=2`);
  const rest = await list(sparePartId, { before: '2', limit: '2' });
  expect(labels(rest)).toEqual(['change 1']);
  expect(rest.body['_links']).not.toHaveProperty('next');
});
