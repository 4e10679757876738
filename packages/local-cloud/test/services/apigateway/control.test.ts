import {
  ConflictException,
  CreateApiKeyCommand,
  CreateStageCommand,
  CreateUsagePlanKeyCommand,
  DeleteApiKeyCommand,
  DeleteUsagePlanKeyCommand,
  GetAccountCommand,
  GetApiKeyCommand,
  GetApiKeysCommand,
  GetDeploymentsCommand,
  GetExportCommand,
  GetResourcesCommand,
  GetRestApiCommand,
  GetRestApisCommand,
  GetStageCommand,
  GetStagesCommand,
  GetTagsCommand,
  GetUsageCommand,
  GetUsagePlanCommand,
  GetUsagePlanKeyCommand,
  GetUsagePlanKeysCommand,
  GetUsagePlansCommand,
  NotFoundException,
  paginateGetRestApis,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAccountCommand,
  UpdateApiKeyCommand,
  UpdateStageCommand,
  UpdateUsagePlanCommand,
} from '@aws-sdk/client-api-gateway';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deployApi, lambdaUri, ok, startGateway, type TestGateway } from './gateway.ts';

let test: TestGateway;
let restApiId: string;

beforeAll(async () => {
  test = await startGateway();
  test.onInvoke(() => ok({ statusCode: 200, body: '{}' }));
  restApiId = deployApi(test, {
    api: { Name: 'dev-orders', EndpointConfiguration: { Types: ['REGIONAL'] }, Description: 'Orders' },
    methods: [
      { path: '/v1/orders', method: 'GET' },
      { path: '/v1/orders', method: 'POST', properties: { ApiKeyRequired: true } },
    ],
  });
});

afterAll(() => test.close());

const stageName = 'dev';
const patchStage = (...patchOperations: object[]): ReturnType<typeof stage> =>
  test.client.send(new UpdateStageCommand({ restApiId, stageName, patchOperations }));
const stage = () => test.client.send(new GetStageCommand({ restApiId, stageName }));

describe('REST APIs', () => {
  it('are listed by pages and described', async () => {
    const second = test.create('RestApi', { Name: 'second' });
    const names: (string | undefined)[] = [];
    for await (const page of paginateGetRestApis({ client: test.client, pageSize: 1 }, {})) {
      names.push(...(page.items ?? []).map(({ name }) => name));
    }
    expect(names).toEqual(['dev-orders', 'second']);
    test.gateway.resourceTypes['AWS::ApiGateway::RestApi']!.remove({ physicalId: second, properties: {} });
    expect((await test.client.send(new GetRestApisCommand({ limit: 500 }))).items).toHaveLength(1);
    expect(await test.client.send(new GetRestApiCommand({ restApiId }))).toMatchObject({
      id: restApiId,
      name: 'dev-orders',
      description: 'Orders',
      createdDate: new Date(test.clock.now),
      endpointConfiguration: { types: ['REGIONAL'] },
      apiKeySource: 'HEADER',
    });
    await expect(test.client.send(new GetRestApiCommand({ restApiId: 'nothing' }))).rejects.toThrow(NotFoundException);
  });

  it('have resources with methods', async () => {
    const { items = [] } = await test.client.send(new GetResourcesCommand({ restApiId }));
    expect(items.map(({ path }) => path)).toEqual(['/', '/v1', '/v1/orders']);
    expect(items[2]).toMatchObject({
      pathPart: 'orders',
      parentId: items[1]!.id,
      resourceMethods: { GET: {}, POST: {} },
    });
    const embedded = await test.client.send(new GetResourcesCommand({ restApiId, embed: ['methods'] }));
    expect(embedded.items?.[2]?.resourceMethods?.['POST']).toMatchObject({
      httpMethod: 'POST',
      apiKeyRequired: true,
      authorizationType: 'NONE',
      methodIntegration: { type: 'AWS_PROXY', uri: lambdaUri('api') },
    });
  });
});

describe('stages and deployments', () => {
  it('are listed, and a stage can be made of a deployment', async () => {
    const { items = [] } = await test.client.send(new GetDeploymentsCommand({ restApiId, limit: 500 }));
    expect(items).toEqual([{ id: expect.any(String), createdDate: new Date(test.clock.now) }]);
    await expect(test.client.send(new GetStageCommand({ restApiId, stageName: 'prod' }))).rejects.toThrow(
      NotFoundException,
    );
    const deploymentId = items[0]!.id;
    const create = new CreateStageCommand({ restApiId, stageName: 'prod', deploymentId });
    expect(await test.client.send(create)).toMatchObject({ stageName: 'prod', deploymentId });
    await expect(test.client.send(create)).rejects.toThrow(ConflictException);
    const { item = [] } = await test.client.send(new GetStagesCommand({ restApiId }));
    expect(item.map((each) => each.stageName)).toEqual(['dev', 'prod']);
    expect(await test.request(`/${restApiId}/prod/v1/orders`)).toMatchObject({ status: 200 });
  });

  it('take what the Serverless Framework sends after a deployment', async () => {
    const destinationArn = 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/api-gateway/orders-dev';
    const updated = await patchStage(
      { op: 'replace', path: '/tracingEnabled', value: 'true' },
      { op: 'replace', path: '/*/*/metrics/enabled', value: 'true' },
      { op: 'replace', path: '/accessLogSettings/destinationArn', value: destinationArn },
      { op: 'replace', path: '/accessLogSettings/format', value: 'id $context.requestId' },
      { op: 'replace', path: '/*/*/logging/dataTrace', value: 'false' },
      { op: 'replace', path: '/*/*/logging/loglevel', value: 'OFF' },
    );
    expect(updated).toMatchObject({
      tracingEnabled: true,
      accessLogSettings: { destinationArn, format: 'id $context.requestId' },
      methodSettings: { '*/*': { metricsEnabled: true, dataTraceEnabled: false, loggingLevel: 'OFF' } },
    });
    const response = await test.request(`/${restApiId}/dev/v1/orders`);
    expect(test.accessLog).toEqual([{ destinationArn, line: `id ${String(response.headers['x-amzn-requestid'])}` }]);
    await patchStage({ op: 'remove', path: '/accessLogSettings' });
    expect(await stage()).not.toHaveProperty('accessLogSettings');
  });

  it('keep their settings through the next deployment', async () => {
    await patchStage({ op: 'replace', path: '/variables/colour', value: 'green' });
    test.create('Deployment', { RestApiId: restApiId, StageName: 'dev' });
    expect(await stage()).toMatchObject({ variables: { colour: 'green' }, tracingEnabled: true });
    await patchStage({ op: 'remove', path: '/variables/colour' });
    expect((await stage()).variables).toEqual({});
  });

  it('throttle as an operator says, at once', async () => {
    const path = '/~1v1~1orders/GET/throttling';
    const before = await stage();
    await patchStage(
      { op: 'replace', path: `${path}/rateLimit`, value: '1' },
      { op: 'replace', path: `${path}/burstLimit`, value: '0' },
    );
    expect(await test.request(`/${restApiId}/dev/v1/orders`)).toMatchObject({ status: 429 });
    await patchStage({ op: 'remove', path: '/~1v1~1orders/GET' });
    expect(await test.request(`/${restApiId}/dev/v1/orders`)).toMatchObject({ status: 200 });
    expect((await stage()).methodSettings).toEqual(before.methodSettings);
  });

  it.each([
    [{ op: 'replace', path: '/canarySettings/percentTraffic', value: '5' }, '/canarySettings/percentTraffic'],
    [{ op: 'replace', path: '/*/*/caching/enabled', value: 'true' }, '/*/*/caching/enabled'],
    [{ op: 'copy', path: '/canarySettings' }, 'copy'],
    [{ op: 'replace', path: '/deploymentId', value: 'nothing' }, 'nothing'],
    [{ op: 'replace', path: '/*/*/throttling/rateLimit', value: 'fast' }, 'fast'],
    [{ op: 'replace', path: '/accessLogSettings/format', value: 'no id' }, 'requestId'],
  ])('refuse %j', async (operation, reason) => {
    await expect(patchStage(operation)).rejects.toThrow(reason);
  });

  it('have tags', async () => {
    const resourceArn = `arn:aws:apigateway:us-east-1::/restapis/${restApiId}/stages/dev`;
    await test.client.send(new TagResourceCommand({ resourceArn, tags: { owner: 'a team', service: 'orders' } }));
    expect((await stage()).tags).toEqual({ owner: 'a team', service: 'orders' });
    await test.client.send(new UntagResourceCommand({ resourceArn, tagKeys: ['owner'] }));
    expect((await test.client.send(new GetTagsCommand({ resourceArn }))).tags).toEqual({ service: 'orders' });
  });
});

describe('API keys and usage plans, as an operator makes them', () => {
  it('open a method, count, and close it', async () => {
    const client = test.client;
    const usagePlanId = test.create('UsagePlan', { UsagePlanName: 'partners', Quota: { Limit: 9, Period: 'MONTH' } });
    const key = await client.send(new CreateApiKeyCommand({ name: 'partner-a', enabled: true, customerId: 'a' }));
    expect(key).toMatchObject({ id: expect.any(String), value: expect.stringMatching(/^[\w-]{40}$/), enabled: true });
    const keyId = key.id;
    await client.send(new CreateUsagePlanKeyCommand({ usagePlanId, keyId, keyType: 'API_KEY' }));
    const call = (): ReturnType<TestGateway['request']> =>
      test.request(`/${restApiId}/dev/v1/orders`, { method: 'POST', headers: { 'x-api-key': key.value! } });
    expect(await call()).toMatchObject({ status: 403 });
    const value = `${restApiId}:dev`;
    const patch = (...patchOperations: object[]) =>
      client.send(new UpdateUsagePlanCommand({ usagePlanId, patchOperations }));
    await patch({ op: 'add', path: '/apiStages', value });
    expect(await call()).toMatchObject({ status: 200 });

    await patch(
      { op: 'replace', path: '/throttle/rateLimit', value: '0' },
      { op: 'replace', path: '/throttle/burstLimit', value: '0' },
    );
    expect(await call()).toMatchObject({ status: 429 });
    await patch({ op: 'remove', path: '/throttle' });
    await patch({ op: 'replace', path: '/quota/limit', value: '1' });
    expect((await call()).json()).toEqual({ message: 'Limit Exceeded' });
    await patch({ op: 'remove', path: '/quota' });
    expect(await client.send(new GetUsagePlanCommand({ usagePlanId }))).toMatchObject({
      name: 'partners',
      apiStages: [{ apiId: restApiId, stage: 'dev' }],
    });
    const days = { startDate: '2026-01-14', endDate: '2026-01-14' };
    const usage = await client.send(new GetUsageCommand({ usagePlanId, keyId, ...days }));
    expect(usage).toMatchObject({ usagePlanId, items: { [keyId!]: [[1, 0]] } });

    const updateKey = (path: string, to: string) =>
      client.send(new UpdateApiKeyCommand({ apiKey: keyId, patchOperations: [{ op: 'replace', path, value: to }] }));
    await updateKey('/enabled', 'false');
    expect(await call()).toMatchObject({ status: 403 });
    await updateKey('/enabled', 'true');
    expect(await call()).toMatchObject({ status: 200 });
    await expect(updateKey('/value', 'x')).rejects.toThrow('/value');

    // As the framework does before it removes a stack.
    await patch({ op: 'remove', path: '/apiStages', value });
    expect(await call()).toMatchObject({ status: 403 });
    await client.send(new DeleteApiKeyCommand({ apiKey: keyId }));
    await expect(client.send(new GetApiKeyCommand({ apiKey: keyId }))).rejects.toThrow(NotFoundException);
    expect((await client.send(new GetUsagePlanKeysCommand({ usagePlanId }))).items).toEqual([]);
  });

  it('are listed, with values only where that is asked', async () => {
    const value = 'a-value-of-twenty-letters';
    const apiKey = test.create('ApiKey', { Name: 'listed', Value: value, Enabled: true, Description: 'd' });
    const usagePlanId = test.create('UsagePlan', {});
    test.create('UsagePlanKey', { KeyId: apiKey, KeyType: 'API_KEY', UsagePlanId: usagePlanId });
    const { items: hidden } = await test.client.send(new GetApiKeysCommand({ nameQuery: 'listed' }));
    expect(hidden).toHaveLength(1);
    expect(hidden![0]).not.toHaveProperty('value');
    const { items } = await test.client.send(new GetApiKeysCommand({ nameQuery: 'listed', includeValues: true }));
    expect(items).toMatchObject([{ id: apiKey, value, description: 'd' }]);
    expect((await test.client.send(new GetApiKeyCommand({ apiKey, includeValue: true }))).value).toBe(value);
    expect((await test.client.send(new GetApiKeyCommand({ apiKey }))).value).toBeUndefined();
    const plans = await test.client.send(new GetUsagePlansCommand({ keyId: apiKey }));
    expect(plans.items?.map(({ id }) => id)).toEqual([usagePlanId]);
    const of = { usagePlanId, keyId: apiKey };
    expect(await test.client.send(new GetUsagePlanKeyCommand(of))).toMatchObject({ name: 'listed', type: 'API_KEY' });
    await test.client.send(new DeleteUsagePlanKeyCommand(of));
    await expect(test.client.send(new GetUsagePlanKeyCommand(of))).rejects.toThrow(NotFoundException);
  });

  it('are refused where they would be ambiguous or unknown', async () => {
    const value = 'another-of-twenty-letters';
    const keyId = test.create('ApiKey', { Name: 'one', Value: value, Enabled: true });
    await expect(test.client.send(new CreateApiKeyCommand({ name: 'two', value }))).rejects.toThrow(ConflictException);
    await expect(test.client.send(new CreateApiKeyCommand({ value: 'short' }))).rejects.toThrow('20 to 128');
    const ApiStages = [{ ApiId: restApiId, Stage: 'dev' }];
    const [first, second] = [test.create('UsagePlan', { ApiStages }), test.create('UsagePlan', { ApiStages })];
    const join = (usagePlanId: string, key = keyId) =>
      test.client.send(new CreateUsagePlanKeyCommand({ usagePlanId, keyId: key, keyType: 'API_KEY' }));
    await join(first);
    await expect(join(first)).rejects.toThrow(ConflictException);
    await expect(join(second)).rejects.toThrow('cannot have more than one Usage Plan');
    await expect(join(first, 'nothing')).rejects.toThrow(NotFoundException);
  });
});

it('the account has a role for logs', async () => {
  const value = 'arn:aws:iam::123456789012:role/logs';
  const patchOperations = [{ op: 'replace' as const, path: '/cloudwatchRoleArn', value }];
  await test.client.send(new UpdateAccountCommand({ patchOperations }));
  expect(await test.client.send(new GetAccountCommand({}))).toMatchObject({
    cloudwatchRoleArn: value,
    throttleSettings: { burstLimit: 5000, rateLimit: 10_000 },
  });
});

it('refuses by name what it does not have', async () => {
  const exported = new GetExportCommand({ restApiId, stageName, exportType: 'oas30' });
  await expect(test.client.send(exported)).rejects.toThrow(
    `API Gateway GET /restapis/${restApiId}/stages/dev/exports/oas30 is not supported here.`,
  );
});
