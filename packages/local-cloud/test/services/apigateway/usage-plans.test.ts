import { DatabaseSync } from 'node:sqlite';
import { CreateApiKeyCommand, CreateUsagePlanKeyCommand, GetUsageCommand } from '@aws-sdk/client-api-gateway';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { deployApi, ok, startGateway, type Response, type TestGateway } from './gateway.ts';

const KEY = 'a-key-of-twenty-letters';
const DAY_MS = 86_400_000;

let test: TestGateway;
let apiId: string;

beforeEach(async () => {
  test = await startGateway();
  test.onInvoke(() => ok({ statusCode: 200, body: '{}' }));
  const properties = { ApiKeyRequired: true };
  apiId = deployApi(test, {
    methods: [
      { path: '/items', method: 'GET', properties },
      { path: '/items', method: 'POST', properties },
      { path: '/health', method: 'GET' },
    ],
    stage: {
      MethodSettings: [
        { ResourcePath: '/*', HttpMethod: '*', ThrottlingRateLimit: 1000, ThrottlingBurstLimit: 1000 },
        { ResourcePath: '/~1health', HttpMethod: 'GET', ThrottlingRateLimit: 1, ThrottlingBurstLimit: 2 },
      ],
    },
  });
});

afterEach(() => test.close());

function plan(properties: Record<string, unknown>, value = KEY): { planId: string; keyId: string } {
  const planId = test.create('UsagePlan', { ApiStages: [{ ApiId: apiId, Stage: 'dev' }], ...properties });
  const keyId = test.create('ApiKey', { Name: `key-${value}`, Value: value, Enabled: true });
  test.create('UsagePlanKey', { KeyId: keyId, KeyType: 'API_KEY', UsagePlanId: planId });
  return { planId, keyId };
}

const get = (value = KEY, method = 'GET'): Promise<Response> =>
  test.request(`/${apiId}/dev/items`, { method, headers: { 'X-API-Key': value } });
const statuses = async (count: number, call = get): Promise<number[]> => {
  const all: number[] = [];
  while (all.length < count) all.push((await call()).status);
  return all;
};

describe('an API key (api-gateway-api-usage-plans.html)', () => {
  it('opens the methods that need one, and reaches the function', async () => {
    const { keyId } = plan({});
    expect(await get()).toMatchObject({ status: 200 });
    expect(test.invocations.at(-1)!.event).toMatchObject({
      requestContext: { identity: { apiKey: KEY, apiKeyId: keyId } },
    });
    expect(await get('another-key-of-twenty-letters')).toMatchObject({ status: 403 });
  });

  it('opens nothing when it is disabled, in no plan, or in one of another stage', async () => {
    const disabled = 'a-disabled-key-of-letters';
    plan({});
    const disabledId = test.create('ApiKey', { Name: 'd', Value: disabled });
    const planless = 'a-planless-key-of-letters';
    test.create('ApiKey', { Name: 'p', Value: planless, Enabled: 'true' });
    const otherApi = deployApi(test, { methods: [{ path: '/', method: 'GET' }] });
    const elsewhere = 'a-key-of-another-api-here';
    plan({ ApiStages: [{ ApiId: otherApi, Stage: 'dev' }] }, elsewhere);
    const planId = test.create('UsagePlan', { ApiStages: [{ ApiId: apiId, Stage: 'dev' }] });
    test.create('UsagePlanKey', { KeyId: disabledId, KeyType: 'API_KEY', UsagePlanId: planId });
    for (const value of [disabled, planless, elsewhere]) expect(await get(value)).toMatchObject({ status: 403 });
  });
});

describe('throttling (api-gateway-request-throttling.html)', () => {
  it('lets a burst through, then the rate, per key', async () => {
    plan({ Throttle: { RateLimit: 2, BurstLimit: 3 } });
    plan({ Throttle: { RateLimit: 2, BurstLimit: 3 } }, 'a-second-key-of-letters');
    expect(await statuses(4)).toEqual([200, 200, 200, 429]);
    expect(await get('a-second-key-of-letters')).toMatchObject({ status: 200 });
    test.clock.now += 500;
    expect(await statuses(2)).toEqual([200, 429]);
    const refused = await get();
    expect(refused.headers['x-amzn-errortype']).toBe('TooManyRequestsException');
    expect(refused.json()).toEqual({ message: 'Too Many Requests' });
  });

  it('has limits of a method for a plan, over those of the plan', async () => {
    const Throttle = { '/items/POST': { RateLimit: 1, BurstLimit: 1 } };
    plan({ ApiStages: [{ ApiId: apiId, Stage: 'dev', Throttle }], Throttle: { RateLimit: 100, BurstLimit: 100 } });
    expect(await statuses(2, () => get(KEY, 'POST'))).toEqual([200, 429]);
    expect(await statuses(2)).toEqual([200, 200]);
  });

  it("has limits of a stage for all clients, with a method's own over those of all", async () => {
    const health = (): Promise<Response> => test.request(`/${apiId}/dev/health`);
    expect(await statuses(3, health)).toEqual([200, 200, 429]);
    test.clock.now += 1000;
    expect(await statuses(2, health)).toEqual([200, 429]);
  });
});

describe('a quota (aws-properties-apigateway-usageplan-quotasettings.html)', () => {
  it('lasts for its period', async () => {
    plan({ Quota: { Limit: 2, Period: 'DAY' } });
    expect(await statuses(3)).toEqual([200, 200, 429]);
    expect((await get()).json()).toEqual({ message: 'Limit Exceeded' });
    test.clock.now += DAY_MS;
    expect(await get()).toMatchObject({ status: 200 });
  });

  it.each([
    // 2026-01-14 is a Wednesday.
    ['WEEK', 0, 3, 4],
    ['WEEK', 4, 0, 1],
    ['MONTH', 0, 17, 18],
    ['MONTH', 14, 0, 1],
  ])('%s with offset %i still counts after %i days and begins anew after %i', async (Period, Offset, within, after) => {
    plan({ Quota: { Limit: 1, Period, Offset } });
    const start = test.clock.now;
    expect(await get()).toMatchObject({ status: 200 });
    test.clock.now = start + within * DAY_MS;
    expect(await get()).toMatchObject({ status: 429 });
    test.clock.now = start + after * DAY_MS;
    expect(await get()).toMatchObject({ status: 200 });
  });

  it('is not used up by what was throttled or needs no key', async () => {
    const { planId, keyId } = plan({ Throttle: { RateLimit: 1, BurstLimit: 1 }, Quota: { Limit: 5, Period: 'DAY' } });
    expect(await statuses(3)).toEqual([200, 429, 429]);
    await test.request(`/${apiId}/dev/health`);
    const dates = { startDate: '2026-01-13', endDate: '2026-01-14' };
    const { items } = await test.client.send(new GetUsageCommand({ usagePlanId: planId, ...dates }));
    expect(items).toEqual({
      [keyId]: [
        [0, 5],
        [1, 4],
      ],
    });
    expect(test.gateway.describe()).toEqual([
      {
        id: apiId,
        name: 'test',
        mocks: 0,
        stages: ['dev'],
        routes: ['GET /items', 'POST /items', 'GET /health'],
        usage: [
          {
            ...{ plan: expect.any(String), key: keyId, keyName: `key-${KEY}`, keyValue: KEY },
            ...{ used: 1, limit: 5, period: 'DAY' },
          },
        ],
      },
    ]);
  });
});

it('keys that the API made, and what was used of a quota, survive a restart', async () => {
  const database = new DatabaseSync(':memory:');
  const first = await startGateway(database);
  const id = deployApi(first, { methods: [{ path: '/items', method: 'GET', properties: { ApiKeyRequired: true } }] });
  const planId = first.create('UsagePlan', {
    ApiStages: [{ ApiId: id, Stage: 'dev' }],
    Quota: { Limit: 3, Period: 'WEEK' },
  });
  const made = await first.client.send(new CreateApiKeyCommand({ name: 'made', enabled: true }));
  await first.client.send(new CreateUsagePlanKeyCommand({ usagePlanId: planId, keyId: made.id, keyType: 'API_KEY' }));
  const call = (gateway: TestGateway): Promise<Response> =>
    gateway.request(`/${id}/dev/items`, { headers: { 'x-api-key': made.value! } });
  expect([(await call(first)).status, (await call(first)).status]).toEqual([200, 200]);
  await first.close();

  const second = await startGateway(database);
  expect([(await call(second)).status, (await call(second)).status]).toEqual([200, 429]);
  await second.close();
});
