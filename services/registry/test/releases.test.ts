import { hashOf, type Schema } from '@dure/compatibility';
import { expect, it } from '@jest/globals';
import { call } from '@dure/testing/lambda-events';
import { api, get, labelOf, manifestOf, newDigest, newService, object, published, register } from './service.ts';

const text = { type: 'string' };
const placed = { schema: object({ id: text }) };
const put = (service: string, label: string, body: unknown) =>
  call(api, { method: 'PUT', resource: '/v1/releases/{service}/{label}', params: { service, label }, body });

it('gives labels by day and number, and the same to the same artefacts', async () => {
  const service = newService();
  const first = await register(manifestOf(service, { Placed: placed }));
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '');
  expect(first).toMatchObject({ status: 201, body: { service, label: `v1_${day}-1` } });
  expect(first.headers['location']).toContain(`/v1/releases/${service}/v1_${day}-1`);
  const second = manifestOf(service, { Placed: placed });
  expect(await labelOf(second)).toBe(`v1_${day}-2`);
  expect(await register({ ...second, commit: 'def5678' })).toMatchObject({
    status: 200,
    body: { label: `v1_${day}-2`, commit: 'abc1234' },
  });
  expect(await published(`${service}/v1_${day}-2`)).toHaveLength(1);
});

it('gives each of many at once a label of its own, without gaps', async () => {
  const service = newService();
  const labels = await Promise.all(Array.from({ length: 8 }, () => labelOf(manifestOf(service, { Placed: placed }))));
  const numbers = labels.map((label) => Number(label.split('-').at(-1))).sort((a, b) => a - b);
  expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

it('registers the same artefacts once, however often at once', async () => {
  const manifest = manifestOf(newService(), { Placed: placed });
  const labels = await Promise.all(Array.from({ length: 6 }, () => labelOf(manifest)));
  expect(new Set(labels).size).toBe(1);
  expect(await published(`${manifest.service}/${labels[0]}`)).toHaveLength(1);
});

it('answers a repeated Idempotency-Key with the release', async () => {
  const manifest = manifestOf(newService(), { Placed: placed });
  const headers = { 'Idempotency-Key': manifest.digest };
  const first = await register(manifest, headers);
  const again = await register(manifest, headers);
  expect(again).toMatchObject({ status: 201, body: first.body });
  expect(again.headers['idempotency-replayed']).toBe('true');
});

it('takes a label that a client brings, and never changes it', async () => {
  const service = newService();
  const manifest = manifestOf(service, { Placed: placed });
  expect(await put(service, '1.4.2', manifest)).toMatchObject({ status: 201, body: { label: '1.4.2' } });
  expect(await put(service, '1.4.2', manifest)).toMatchObject({ status: 200 });
  const differs = { status: 409, body: { type: 'urn:dure:problem:release-differs' } };
  expect(await put(service, '1.4.2', { ...manifest, digest: newDigest() })).toMatchObject(differs);
  expect(await put(service, '1.4.3', manifest)).toMatchObject(differs);
  expect(await put(service, '1.4.2', { ...manifest, provides: [] })).toMatchObject(differs);
  expect(await register(manifest)).toMatchObject({ status: 200, body: { label: '1.4.2' } });
});

it('passes over a label that a client has taken', async () => {
  const service = newService();
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '');
  await put(service, `v1_${day}-1`, manifestOf(service, { Placed: placed }));
  expect(await labelOf(manifestOf(service, { Placed: placed }))).toBe(`v1_${day}-2`);
});

it('shows a release and its schemas, with ETags', async () => {
  const manifest = manifestOf(newService(), { Placed: placed });
  const label = await labelOf(manifest);
  const params = { service: manifest.service, label };
  const shown = await get('/releases/{service}/{label}', params);
  const { schemas: _, ...kept } = manifest;
  expect(shown).toMatchObject({ status: 200, body: { ...kept, label } });
  const headers = { 'If-None-Match': shown.headers['etag'] };
  expect((await get('/releases/{service}/{label}', params, {}, headers)).status).toBe(304);
  const sha = hashOf(placed.schema);
  expect(await get('/schemas/{sha}', { sha })).toMatchObject({ status: 200, body: placed.schema });
  expect((await get('/schemas/{sha}', { sha: newDigest() })).status).toBe(404);
  expect((await get('/releases/{service}/{label}', { ...params, label: 'none' })).status).toBe(404);
});

it('lists the releases of a service, newest first, page by page', async () => {
  const service = newService();
  const labels: string[] = [];
  for (let count = 0; count < 5; count += 1) labels.unshift(await labelOf(manifestOf(service, { Placed: placed })));
  const seen: unknown[] = [];
  let cursor: string | undefined;
  do {
    const { body } = await get('/releases/{service}', { service }, { limit: '2', ...(cursor && { cursor }) });
    seen.push(...(body['items'] as { label: string }[]).map(({ label }) => label));
    const { next } = body['_links'] as { next?: { href: string } };
    cursor = next && (new URL(next.href, 'http://localhost').searchParams.get('cursor') ?? undefined);
  } while (cursor !== undefined);
  expect(seen).toEqual(labels);
  const other = await get('/releases/{service}', { service: newService() }, { cursor: 'bm9wZQ' });
  expect(other).toMatchObject({ status: 400, body: { type: 'urn:dure:problem:invalid-cursor' } });
});

const service = newService();
const good = manifestOf(service, { Placed: placed }, { 'labels/Printed': placed });
const [provided] = good.provides;
const [required] = good.requires;
const other = newDigest();

it.each([
  ['service', { ...good, service: 'Shop' }],
  ['digest', { ...good, digest: 'abc' }],
  ['owner.name', { ...good, owner: {} }],
  ['owner.webhook', { ...good, owner: { name: 'Team', webhook: 'http://example.com' } }],
  ['provides[0].contract', { ...good, provides: [{ ...provided, contract: 'labels/Printed' }] }],
  ['provides[0].schema', { ...good, provides: [{ ...provided, schema: other }] }],
  ['provides[1].contract', { ...good, provides: [provided, provided] }],
  ['requires[0].schema', { ...good, requires: [{ ...required, schema: other }] }],
  ['requires[0].use', { ...good, requires: [{ ...required, use: 'calls' }] }],
  ['requires[0].fields[0]', { ...good, requires: [{ ...required, fields: ['a..b'] }] }],
  [`schemas.${other}`, { ...good, schemas: { ...good.schemas, [other]: placed.schema } }],
  [
    'provides[0].deprecated.sunset',
    {
      ...good,
      provides: [{ ...provided, deprecated: { since: '2026-01-05T00:00:00Z', sunset: '2026-01-04T00:00:00Z' } }],
    },
  ],
  ['more', { ...good, more: true }],
])('refuses a manifest with a wrong %s, and registers nothing', async (field, manifest) => {
  const answer = await register(manifest);
  expect(answer).toMatchObject({ status: 400, body: { type: 'urn:dure:problem:invalid-request' } });
  expect((answer.body['errors'] as { field: string }[]).map((error) => error.field)).toContain(field.slice(0, 99));
  expect((await get('/releases/{service}', { service })).body['items']).toEqual([]);
});

it('takes schemas that it has without their being sent again', async () => {
  const before = manifestOf(newService(), { Placed: placed });
  await labelOf(before);
  const after = { ...before, digest: newDigest(), schemas: {} };
  expect(await register(after)).toMatchObject({ status: 201 });
});

it('refuses a manifest that is larger than an entry', async () => {
  const fields = Array.from({ length: 200 }, (_, index) => `${'f'.repeat(295)}${index}`);
  const requires = Object.fromEntries(
    Array.from({ length: 5 }, (_, index) => [`labels/Printed${index}`, { ...placed, fields }]),
  );
  expect(await register(manifestOf(newService(), {}, requires))).toMatchObject({
    status: 422,
    body: { type: 'urn:dure:problem:manifest-too-large' },
  });
});

/** What JSON Schema takes not, or what never ends, and the places that are wrong; more of them has `@dure/compatibility`. */
const RUBBISH: readonly (readonly [string, object, readonly string[]])[] = [
  [
    'types that are none',
    { properties: { a: { type: ['string', 'any'] }, 'b/c': { type: 5 } } },
    ['properties/a/type', 'properties/b~1c/type'],
  ],
  ['properties that are null', { properties: { a: null } }, ['properties/a']],
  ['a reference to nothing', { $ref: '#/$defs/none' }, ['$ref']],
  ['a reference to itself', { allOf: [{ $ref: '#' }] }, ['allOf/0/$ref']],
  ['a pattern that is none', { type: 'string', pattern: '(' }, ['pattern']],
  ['more levels than may be', deep(60), ['']],
  ['an endpoint with rubbish', { method: 1, path: [], responses: { x: {} } }, ['method', 'path', 'responses/x']],
];

function deep(levels: number): object {
  return levels === 0 ? {} : { properties: { a: deep(levels - 1) } };
}

it.each(RUBBISH)('refuses %s as a schema, by its place and with what would be right', async (_, rubbish, where) => {
  const kind = 'method' in rubbish ? ('endpoint' as const) : ('event' as const);
  const manifest = manifestOf(newService(), { Placed: { kind, schema: rubbish as Schema } });
  const answer = await register(manifest);
  expect(answer).toMatchObject({ status: 400, body: { type: 'urn:dure:problem:invalid-request' } });
  const errors = answer.body['errors'] as { pointer: string; detail: string }[];
  const at = `/schemas/${hashOf(rubbish)}`;
  expect(errors.map(({ pointer }) => pointer)).toEqual(where.map((it) => (it === '' ? at : `${at}/${it}`)));
  for (const { detail } of errors) expect(detail).toMatch(/^(?:must|leads|has|is) /);
  expect((await get('/releases/{service}', { service: manifest.service })).body['items']).toEqual([]);
  expect((await get('/schemas/{sha}', { sha: hashOf(rubbish) })).status).toBe(404);
});

const JSON_TYPE = { 'content-type': 'application/json' };

it('refuses a schema without end as soon as another', async () => {
  const hash = newDigest();
  const levels = 100_000;
  const { schemas: _, ...rest } = good;
  const bottomless = `${'{"not":'.repeat(levels)}{}${'}'.repeat(levels)}`;
  const body = JSON.stringify({ ...rest, schemas: {} }).replace('"schemas":{}', `"schemas":{"${hash}":${bottomless}}`);
  const answer = await call(api, { method: 'POST', resource: '/v1/releases', body, headers: JSON_TYPE });
  expect(answer.status).toBe(400);
  expect(answer.body['errors']).toMatchObject([
    {
      field: expect.stringContaining(`schemas.${hash}.not.not`),
      detail: 'must be well-formed Unicode, 200 levels deep at most',
    },
  ]);
});
