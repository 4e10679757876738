import { GetUsagePlanKeysCommand } from '@aws-sdk/client-api-gateway';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { startGateway, type TestGateway } from '../../local-cloud/test/services/apigateway/gateway.ts';
import { openApiKeys } from '../src/api-keys.ts';

const SERVICES = ['orders', 'catalog'];
let test: TestGateway;

beforeEach(async () => {
  test = await startGateway();
});
afterEach(() => test.close());

const plan = (name: string): string => test.create('UsagePlan', { UsagePlanName: name });
const keysOf = (stage: string) => openApiKeys('us-east-1', stage, SERVICES, test.client);

async function keysIn(usagePlanId: string): Promise<string[]> {
  const { items = [] } = await test.client.send(new GetUsagePlanKeysCommand({ usagePlanId }));
  return items.map(({ name = '' }) => name);
}

it('a key joins every plan of its stage once, and is returned again', async () => {
  const plans = [plan('dure-dev-orders'), plan('dure-dev-catalog')];
  const key = await keysOf('dev').give('me');
  expect(key).not.toBe('');
  expect(await keysOf('dev').give('me')).toBe(key);
  for (const id of plans) expect(await keysIn(id)).toEqual(['dure-dev-client-me']);
});

it('a key joins no plan of a stage whose name begins with that of its own stage', async () => {
  plan('dure-dev-orders');
  const others = [plan('dure-dev-live-orders'), plan('dure-devlive-orders'), plan('dure-dev-orders-archive')];
  await keysOf('dev').give('me');
  expect(await Promise.all(others.map(keysIn))).toEqual([[], [], []]);
});

it('a stage without its own plan is named, even if other stages have plans', async () => {
  plan('dure-dev-live-orders');
  await expect(keysOf('dev').give('me')).rejects.toThrow('The stage dev has no usage plan');
});
