import { configurations } from '@dure/contracts/all-configurations';
import { expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import { get, newService, post, published, put } from './service.ts';

const VALUE = '/configuration/{service}/{name}';
const named = { service: 'gateway', name: 'view-deadline' };
const publish = (value: unknown, revision?: number) => put(VALUE, named, { value, why: 'A slow week' }, revision);

it('every declared value has a default that fits, and its own name', () => {
  for (const { schema, initial } of configurations) expect(z.parse(schema, initial)).toEqual(initial);
  const names = configurations.map(({ owner, name }) => `${owner}/${name}`);
  expect(names).toEqual([...new Set(names)].sort());
});

it('shows the default, then what is published, goes back, and tells it', async () => {
  expect(await get(VALUE, named)).toMatchObject({
    status: 200,
    headers: { etag: '"0"' },
    body: { ...named, revision: 0, value: 3_000, default: 3_000, schema: { type: 'integer', minimum: 100 } },
  });
  expect((await get(`${VALUE}/revisions`, named)).body['items']).toEqual([]);
  expect((await post(`${VALUE}/rollbacks`, named, { to: 1, why: 'No' }, 0)).status).toBe(422);
  for (const [value, pointer] of [
    [50, '/value'],
    ['3s', '/value'],
    [undefined, '/value'],
  ] as const) {
    const { status, body } = await publish(value, 0);
    expect([status, body['errors']]).toMatchObject([400, [{ pointer }]]);
  }
  expect(await publish(2_000, 0)).toMatchObject({ status: 200, headers: { etag: '"1"' }, body: { value: 2_000 } });
  expect((await publish(1_500)).status).toBe(428);
  expect((await publish(1_500, 2)).status).toBe(412);
  expect(await publish(1_500, 1)).toMatchObject({
    status: 200,
    headers: { etag: '"2"' },
    body: { why: 'A slow week' },
  });
  expect((await get('/configuration', {}, { service: 'gateway' })).body['items']).toMatchObject([{ value: 1_500 }]);
  expect(await post(`${VALUE}/rollbacks`, named, { to: 1, why: 'It was better' }, 2)).toMatchObject({
    status: 201,
    headers: { etag: '"3"' },
    body: { value: 2_000, restores: 1, default: 3_000 },
  });
  expect(await get(`${VALUE}/revisions/{revision}`, { ...named, revision: '2' })).toMatchObject({
    status: 200,
    body: { ...named, revision: 2, value: 1_500 },
  });
  const revisions = await get(`${VALUE}/revisions`, named);
  expect(revisions.body['items']).toMatchObject([{ revision: 3, restores: 1 }, { revision: 2 }, { revision: 1 }]);
  expect(await published('gateway/view-deadline')).toMatchObject([
    { type: 'dure.control-plane.ConfigurationPublished.v1', sequence: 1, data: { ...named, json: '2000' } },
    { sequence: 2, data: { json: '1500' } },
    { sequence: 3, data: { json: '2000' } },
  ]);
});

it('knows no value that no service declares', async () => {
  const unknown = { service: newService(), name: 'view-deadline' };
  expect((await get(VALUE, unknown)).status).toBe(404);
  expect((await put(VALUE, unknown, { value: 1, why: 'A try' })).status).toBe(404);
  expect((await get(`${VALUE}/revisions`, unknown)).status).toBe(404);
  expect((await get(`${VALUE}/revisions/{revision}`, { ...unknown, revision: '1' })).status).toBe(404);
  expect((await post(`${VALUE}/rollbacks`, unknown, { to: 1, why: 'A try' }, 1)).status).toBe(404);
});
