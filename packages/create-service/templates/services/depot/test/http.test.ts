import { randomUUID } from 'node:crypto';
import { RecordSparePart } from '@dure/contracts/depot';
import { call } from '@dure/testing/lambda-events';
import { expect, it } from '@jest/globals';
import { api, published } from './service.ts';

const resource = '/v1/spare-parts/{sparePartId}';
const newId = () => `A-${randomUUID()}`;
const fields = RecordSparePart.example.body;
const record = (sparePartId: string, body: unknown, headers = {}) =>
  call(api, { method: 'PUT', resource, params: { sparePartId }, body, headers });
const show = (sparePartId: string, headers = {}) => call(api, { resource, params: { sparePartId }, headers });

it('records, shows and publishes', async () => {
  const sparePartId = newId();
  expect(await record(sparePartId, fields)).toMatchObject({ status: 200, body: { sparePartId, ...fields } });
  const changed = { ...fields, label: 'Summer campaign' };
  expect(await record(sparePartId, changed)).toMatchObject({ status: 200, headers: { etag: '"2"' } });

  const shown = await show(sparePartId);
  expect(shown).toMatchObject({ status: 200, body: changed, headers: { etag: '"2"' } });
  expect(shown.body['_links']).toEqual({ self: { href: `/v1/spare-parts/${sparePartId}` } });
  expect((await show(sparePartId, { 'If-None-Match': '"2"' })).status).toBe(304);

  const events = await published(sparePartId);
  expect(events.map(({ type, sequence, data }) => [type, sequence, data['label']])).toEqual([
    ['dure.depot.SparePartRecorded.v1', 1, 'Spring campaign'],
    ['dure.depot.SparePartRecorded.v1', 2, 'Summer campaign'],
  ]);
});

it('has the effect of once for one idempotency key', async () => {
  const sparePartId = newId();
  const headers = { 'Idempotency-Key': sparePartId };
  const first = await record(sparePartId, fields, headers);
  await record(sparePartId, { ...fields, label: 'Summer campaign' });
  const repeated = await record(sparePartId, fields, headers);
  expect(repeated.body).toEqual(first.body);
  expect(repeated.headers['idempotency-replayed']).toBe('true');
  expect(await record(sparePartId, { ...fields, label: 'Other' }, headers)).toMatchObject({
    status: 422,
    body: { type: 'urn:dure:problem:idempotency-key-reused' },
  });
  expect(await published(sparePartId)).toHaveLength(2);
});

it.each([
  ['label', { ...fields, label: '' }],
  ['label', { ...fields, label: undefined }],
  ['amount.amount', { ...fields, amount: { amount: -1, currency: 'EUR' } }],
  ['amount.currency', { ...fields, amount: { amount: 1, currency: 'ABC' } }],
  ['amount.more', { ...fields, amount: { ...fields.amount, more: true } }],
  ['more', { ...fields, more: true }],
])('refuses a wrong %s and changes nothing', async (field, body) => {
  const sparePartId = newId();
  expect(await record(sparePartId, body)).toMatchObject({ status: 400, body: { errors: [{ in: 'body', field }] } });
  expect((await show(sparePartId)).status).toBe(404);
});

it('refuses another currency', async () => {
  const sparePartId = newId();
  await record(sparePartId, fields);
  expect(await record(sparePartId, { ...fields, amount: { amount: 1, currency: 'KRW' } })).toMatchObject({
    status: 409,
    body: { type: 'urn:dure:problem:spare-part-currency' },
  });
});

it('refuses an id that is none', async () => {
  expect(await show('not an id')).toMatchObject({ status: 400, body: { errors: [{ in: 'path' }] } });
});

it('is healthy while its table answers', async () => {
  expect(await call(api, { resource: '/v1/health' })).toMatchObject({ status: 200, body: { status: 'ok' } });
});
