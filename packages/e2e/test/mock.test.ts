import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { AddProduct, GetProduct, ListProducts } from '@dure/contracts/catalog';
import { connectTo, expectStatus } from '@dure/testing/cloud';
import { startLocalCloud } from '@dure/testing/local-cloud-process';
import { afterAll, beforeAll, expect, it } from '@jest/globals';

/*
 * Catalog runs, and then a mock of it on the same data, beside the journal itself.
 */
const STARTING_MS = 300_000;
let dataDir: string;
let cloud: Awaited<ReturnType<typeof startLocalCloud>>;
const address = (path: string) => `${cloud.url}/catalog/local${path}`;
const json = { 'content-type': 'application/json' };

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'dure-mock-'));
  const before = await startLocalCloud({ dataDir, only: ['catalog'] });
  await before.stop();
  cloud = await startLocalCloud({ dataDir, only: ['journal'], mock: ['catalog'] });
}, STARTING_MS);

afterAll(async () => {
  await cloud.stop();
  await rm(dataDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}, STARTING_MS);

const client = () =>
  connectTo({ url: cloud.url, serviceUrl: (service) => `${cloud.url}/${service}/local`, local: true });

it('answers at the address of the service by its contract, with links that lead there', async () => {
  const { status, body } = await client().call(GetProduct, { params: { sku: 'ANY' } });
  expect({ status, body }).toMatchObject({ status: 200, body: { title: GetProduct.example.response.title } });
  const { self } = expectStatus(await client().call(ListProducts, {}), 200).body._links;
  expect(self?.href).toBe('/catalog/local/v1/products?q=mug');
  const added = await client().call(AddProduct, { body: AddProduct.example.body });
  expect(added.headers.get('location')).toBe('/catalog/local/v1/products/MUG-WHITE');
});

it('refuses as the service does what API Gateway can see', async () => {
  const post = (body: string, headers: Record<string, string> = json) =>
    fetch(address('/v1/products'), { method: 'POST', headers, body });
  const refusals = [
    [await post('{"sku": 1}'), 400, 'invalid-request'],
    [await post('{'), 400, 'invalid-request'],
    [await post('a', { 'content-type': 'text/plain' }), 415, 'unsupported-media-type'],
    [await fetch(address('/v1/nothing')), 404, 'not-found'],
    [
      await fetch(address('/v1/products/A'), { method: 'PATCH', headers: json, body: '{"title":"A"}' }),
      428,
      'precondition-required',
    ],
    [await fetch(address('/v1/products/A'), { headers: { prefer: 'code=404' } }), 404, 'product-not-found'],
  ] as const;
  for (const [response, status, code] of refusals) {
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ status, type: `urn:dure:problem:${code}` });
  }
  const preflight = await fetch(address('/v1/products'), { method: 'OPTIONS' });
  expect(preflight.headers.get('access-control-allow-headers')).toContain('Prefer');
});

it('says that it is one, keeps the data of the service, and leaves others as they are', async () => {
  const { services } = (await (await fetch(`${cloud.url}/`, { headers: { accept: 'application/json' } })).json()) as {
    services: { name: string; mocks: number; routes: unknown[]; state: string }[];
  };
  expect(services).toMatchObject([
    ...services.filter(({ name }) => name === 'alerts'),
    { name: 'catalog', state: 'running', mocks: 7, routes: Array(7).fill(expect.any(String)) },
    { name: 'identity', state: 'running', mocks: 0 },
    { name: 'journal', state: 'running', mocks: 0 },
  ]);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const dynamoDb = new DynamoDBClient({ endpoint: cloud.endpoints['DynamoDB']!, region: 'us-east-1', credentials });
  const { TableNames = [] } = await dynamoDb.send(new ListTablesCommand());
  dynamoDb.destroy();
  expect(TableNames.some((name) => name.includes('catalog'))).toBe(true);
});
