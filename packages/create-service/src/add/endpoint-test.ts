import { type Called, hrefOf } from './called.ts';
import type { NewEndpoint } from './route.ts';

const SAVED = `...fields, updatedAt: '2026-01-05T09:30:00.000Z' }`;

const REFUSED = `{
    status: 400,
    body: { errors: [{ in: 'body', field: 'more' }] },
  }`;

/** The test of an endpoint: against the service as Lambda loads it, on a table of its own. */
export function test(service: string, { kind, path, method, name, resource }: NewEndpoint, it: Called): string {
  const writes = kind === 'create' || kind === 'put';
  const cases = { create, get, list, put, delete: remove }[kind](it, hrefOf(resource.item, 'key'));
  const lines = [
    `import { randomUUID } from 'node:crypto';`,
    !writes && `import { beginCall } from '@dure/contracts/binding/call';`,
    writes && `import { ${name} } from '@dure/contracts/${service}';`,
    `import { call, type TestRequest } from '@dure/testing/lambda-events';`,
    `import { expect, it } from '@jest/globals';`,
    `import { api } from './service.ts';`,
  ];
  const made = kind === 'create' ? it.parents : it.keys;
  return `${lines.filter((line) => line !== false).join('\n')}

const { ${it.things} } = await import('../src/composition.ts');

const fields = ${writes ? `${name}.example.body` : `{ label: 'Spring campaign' }`};
const newId = () => \`A-\${randomUUID()}\`;
const newParams = () => ({ ${made.map((key) => `${key}: newId()`).join(', ')} });
const send = (request: Omit<TestRequest, 'method' | 'resource'>) =>
  call(api, { method: '${method}', resource: '/v1${path}', ...request });

${cases}`;
}

const notFound = (it: Called) => `{
    status: 404,
    body: { type: 'urn:dure:problem:${it.kebab}-not-found' },
  }`;

const create = (
  it: Called,
  href: string,
) => `it('creates ${it.article} ${it.prose}, and says where it is', async () => {
  const params = newParams();
  const { status, headers, body } = await send({ params, body: fields });
  expect({ status, body }).toMatchObject({ status: 201, body: { ...params, ...fields } });
  const key = { ...params, ${it.id}: String(body['${it.id}']) };
  expect(headers['location']).toBe(${href});
  expect(await ${it.things}.load(key)).toMatchObject(fields);
});

it('creates one for one idempotency key', async () => {
  const request = { params: newParams(), body: fields, headers: { 'Idempotency-Key': newId() } };
  const first = await send(request);
  expect((await send(request)).body).toEqual(first.body);
});

it('refuses a field that it does not have', async () => {
  expect(await send({ params: newParams(), body: { ...fields, more: true } })).toMatchObject(${REFUSED});
});
`;

const get = (it: Called) => `it('shows ${it.article} ${it.prose}', async () => {
  const params = newParams();
  await ${it.things}.save(beginCall(), { ...params, ${SAVED});
  expect(await send({ params })).toMatchObject({ status: 200, body: { ...params, ...fields } });
});

it('shows none that is not there', async () => {
  expect(await send({ params: newParams() })).toMatchObject(${notFound(it)});
});
`;

const list = (it: Called) => `it('lists ${it.many} page by page, and no others', async () => {
  const { ${it.id}: _, ...params } = newParams();
  const ids = ['A-1', 'A-2', 'A-3'];
  for (const key of [newParams(), ...ids.map((${it.id}) => ({ ...params, ${it.id} }))]) {
    await ${it.things}.save(beginCall(), { ...key, ${SAVED});
  }
  const idsOf = ({ body }: { body: Record<string, unknown> }) =>
    (body['items'] as { ${it.id}: string }[]).map(({ ${it.id} }) => ${it.id});
  const first = await send({ params, query: { limit: '2' } });
  expect(idsOf(first)).toEqual(['A-1', 'A-2']);
  expect(first.body['_links']).toMatchObject({ next: { href: expect.stringContaining('?after=A-2&limit=2') } });
  const rest = await send({ params, query: { after: 'A-2', limit: '2' } });
  expect(idsOf(rest)).toEqual(['A-3']);
  expect(rest.body['_links']).not.toHaveProperty('next');
});
`;

const put = (it: Called) => `it('records ${it.article} ${it.prose}, and replaces it', async () => {
  const params = newParams();
  expect(await send({ params, body: fields })).toMatchObject({ status: 200, body: { ...params, ...fields } });
  const changed = { ...fields, label: 'Summer campaign' };
  expect(await send({ params, body: changed })).toMatchObject({ status: 200, body: changed });
  expect(await ${it.things}.load(params)).toMatchObject(changed);
});

it('refuses a field that it does not have, and changes nothing', async () => {
  const params = newParams();
  expect(await send({ params, body: { ...fields, more: true } })).toMatchObject(${REFUSED});
  expect(await ${it.things}.load(params)).toBeUndefined();
});
`;

const remove = (it: Called) => `it('removes ${it.article} ${it.prose}, once', async () => {
  const params = newParams();
  await ${it.things}.save(beginCall(), { ...params, ${SAVED});
  expect((await send({ params })).status).toBe(204);
  expect(await ${it.things}.load(params)).toBeUndefined();
  expect(await send({ params })).toMatchObject(${notFound(it)});
});
`;
