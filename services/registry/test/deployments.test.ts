import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { call } from '@dure/testing/lambda-events';
import { expect, it } from '@jest/globals';
import {
  api,
  canDeploy,
  composition,
  get,
  labelOf,
  live,
  manifestOf,
  newService,
  newStage,
  object,
  published,
  record,
  stageWith,
  tableName,
} from './service.ts';

const schema = object({ id: { type: 'string' } });
const made = (service = newService()) => manifestOf(service, { Placed: { schema } });
const released = async (service?: string) => {
  const manifest = made(service);
  return { service: manifest.service, label: await labelOf(manifest) };
};
const url = 'https://example.com/shop';

it('begins a stage by its bootstrap, and closes it', async () => {
  const stage = newStage();
  const [first, second, third] = [await released(), await released(), await released()];
  const refused = { status: 409, body: { type: 'urn:dure:problem:stage-not-bootstrapped' } };
  expect((await get('/stages/{stage}', { stage })).status).toBe(404);
  expect(await record(stage, first, 0)).toMatchObject(refused);
  expect(await record(stage, first, 0, { state: 'live', bootstrap: true })).toMatchObject({
    status: 200,
    body: { state: 'live', token: 1, replaced: [] },
    headers: { etag: '"1"' },
  });
  expect(await record(stage, second, 1, { state: 'live', bootstrap: true })).toMatchObject({ status: 200 });
  expect((await get('/stages/{stage}', { stage })).body['bootstrap']).toBe('open');
  expect(await record(stage, third, 2)).toMatchObject({ status: 200 });
  const shown = await get('/stages/{stage}', { stage });
  expect(shown).toMatchObject({ status: 200, body: { bootstrap: 'closed', token: 3 }, headers: { etag: '"3"' } });
  expect(shown.body['items']).toHaveLength(3);
  expect(await record(stage, await released(), 3, { state: 'live', bootstrap: true })).toMatchObject({
    status: 409,
    body: { type: 'urn:dure:problem:stage-bootstrapped' },
  });
});

it('does not know an empty stage, which may begin again', async () => {
  const stage = await stageWith(made());
  const [{ service, label }] = (await get('/stages/{stage}', { stage })).body['items'] as [
    { service: string; label: string },
  ];
  await record(stage, { service, label }, 1, { state: 'removed' });
  const verdict = await canDeploy(stage, await released());
  expect([verdict.answer, verdict.blockers[0]?.code]).toEqual(['unknown', 'stage-empty']);
  expect(await record(stage, await released(), 2, { state: 'live', bootstrap: true })).toMatchObject({ status: 200 });
});

it('asks for If-Match, and for the token that is', async () => {
  const stage = await stageWith(made());
  const { service, label } = await released();
  const params = { stage, service, label };
  const path = { method: 'PUT', resource: '/v1/stages/{stage}/deployments/{service}/{label}', params } as const;
  expect(await call(api, { ...path, body: { state: 'live' } })).toMatchObject({ status: 428 });
  expect(await record(stage, { service, label }, 0)).toMatchObject({ status: 412 });
  expect((await get('/stages/{stage}', { stage })).body['token']).toBe(1);
  expect(await record(stage, { service, label: 'none' }, 1)).toMatchObject({ status: 404 });
  expect((await record(stage, { service, label }, 1, { state: 'gone' })).body).toMatchObject({
    errors: [{ in: 'body', field: 'state' }],
  });
});

it('replaces a live release, which drains; a repetition changes nothing', async () => {
  const service = newService();
  const old = made(service);
  const stage = await stageWith(old);
  const before = { service, label: await labelOf(old) };
  const after = await released(service);
  expect(await record(stage, after, 1, { state: 'candidate' })).toMatchObject({
    body: { state: 'candidate', token: 2 },
  });
  expect(await record(stage, after, 2)).toMatchObject({ body: { state: 'live', token: 3, replaced: [before.label] } });
  expect(await record(stage, after, 2)).toMatchObject({ status: 200, body: { state: 'live', token: 3 } });
  const params = { stage, ...before };
  const drained = await get('/stages/{stage}/deployments/{service}/{label}', params);
  const { since, until } = drained.body as { since: string; until: string };
  expect(drained.body).toMatchObject({ state: 'draining' });
  expect(Date.parse(until) - Date.parse(since)).toBe(14 * 86_400_000);
  expect((await published(stage)).map(({ sequence, data }) => [sequence, data['state'], data['replaced']])).toEqual([
    [1, 'live', []],
    [2, 'candidate', []],
    [3, 'live', [before.label]],
  ]);
});

it('takes out a candidate, and drains what was live', async () => {
  const service = newService();
  const stage = await stageWith(made(service));
  const next = await released(service);
  await record(stage, next, 1, { state: 'candidate' });
  expect(await record(stage, next, 2, { state: 'removed' })).toMatchObject({ body: { state: 'removed', token: 3 } });
  expect(await record(stage, next, 2, { state: 'removed' })).toMatchObject({ status: 200, body: { state: 'removed' } });
  const params = { stage, ...next };
  expect((await get('/stages/{stage}/deployments/{service}/{label}', params)).status).toBe(404);
});

it('registers addresses with a deployment, and removes them with the last release', async () => {
  const service = newService();
  const stage = await stageWith(made());
  const release = await released(service);
  const eu = { region: 'eu-central-1', url };
  const us = { region: 'us-east-1', url };
  const listed = async () => (await get('/stages/{stage}/endpoints', { stage }, { service })).body['items'] as object[];
  expect(await record(stage, release, 1, { state: 'live', endpoints: [eu, us] })).toMatchObject({ body: { token: 4 } });
  expect(await listed()).toMatchObject([eu, us]);
  expect(await record(stage, release, 4, { state: 'live', endpoints: [eu] })).toMatchObject({ body: { token: 6 } });
  expect(await listed()).toMatchObject([eu]);
  expect(await record(stage, release, 6, { state: 'removed', endpoints: [eu] })).toMatchObject({ status: 400 });
  expect(await record(stage, release, 6, { state: 'removed' })).toMatchObject({ body: { token: 8 } });
  expect(await listed()).toEqual([]);
  const types = (await published(stage)).map(({ type, sequence }) => `${sequence} ${type.split('.')[2]}`);
  expect(types).toEqual([
    '1 DeploymentRecorded',
    ...['2 DeploymentRecorded', '3 EndpointRegistered', '4 EndpointRegistered'],
    ...['5 DeploymentRecorded', '6 EndpointRemoved'],
    ...['7 DeploymentRecorded', '8 EndpointRemoved'],
  ]);
});

it.each([
  ['endpoints[0].url', [{ region: 'local', url: 'ftp://example.com' }]],
  ['endpoints[0].region', [{ region: 'Mars', url }]],
  [
    'endpoints[1].region',
    [
      { region: 'local', url },
      { region: 'local', url },
    ],
  ],
])('refuses a wrong %s and records nothing', async (field, endpoints) => {
  const stage = await stageWith(made());
  expect(await record(stage, await released(), 1, { state: 'live', endpoints })).toMatchObject({
    status: 400,
    body: { errors: [{ in: 'body', field }] },
  });
  expect((await get('/stages/{stage}', { stage })).body['token']).toBe(1);
});

it('leaves the stage as it was or as it is to be when a recording is killed', async () => {
  const { table } = composition;
  const { client } = table;
  const service = newService();
  const stage = await stageWith(made(service));
  const next = await released(service);
  const send = client.send.bind(client);
  const killed = new Error('killed');
  for (const lost of ['the request', 'the answer']) {
    Object.assign(client, {
      send: async (command: Parameters<typeof send>[0]) => {
        if (command.constructor.name !== 'TransactWriteCommand') return send(command);
        if (lost === 'the answer') await send(command);
        throw killed;
      },
    });
    try {
      expect((await record(stage, next, 1, { state: 'live', endpoints: [{ region: 'local', url }] })).status).toBe(500);
    } finally {
      Object.assign(client, { send });
    }
    const { body } = await get('/stages/{stage}', { stage });
    const states = (body['items'] as { state: string }[]).map(({ state }) => state).sort();
    const { Items: endpoints = [] } = await client.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': `ENDPOINT#${stage}` },
      }),
    );
    const { Item: token } = await client.send(
      new GetCommand({ TableName: tableName, Key: { pk: `STAGE#${stage}`, sk: 'TOKEN' } }),
    );
    if (lost === 'the request') expect([states, endpoints.length, token?.['token']]).toEqual([['live'], 0, 1]);
    else expect([states, endpoints.length, token?.['token']]).toEqual([['draining', 'live'], 1, 3]);
  }
  // The client that got no answer asks again, and nothing more happens.
  expect(await record(stage, next, 1, { state: 'live', endpoints: [{ region: 'local', url }] })).toMatchObject({
    status: 200,
    body: { token: 3 },
  });
  expect(await published(stage)).toHaveLength(3);
});

it('pages through a stage', async () => {
  const manifests = Array.from({ length: 5 }, () => made());
  const stage = await stageWith(...manifests);
  const seen: string[] = [];
  let query: Record<string, string> = { limit: '2' };
  for (;;) {
    const { body } = await get('/stages/{stage}', { stage }, query);
    seen.push(...(body['items'] as { service: string }[]).map(({ service }) => service));
    const { next } = body['_links'] as { next?: { href: string } };
    if (next === undefined) break;
    query = Object.fromEntries(new URL(next.href, 'http://localhost').searchParams);
  }
  expect(seen).toEqual(manifests.map(({ service }) => service).sort());
  expect((await get('/stages/{stage}', { stage }, { cursor: 'bm9wZQ' })).status).toBe(400);
});

it('drains live releases one after the other', async () => {
  const service = newService();
  const stage = await stageWith(made(service));
  const second = await released(service);
  const token = await live(stage, second, 1);
  expect(await live(stage, await released(service), token)).toBe(3);
  const states = ((await get('/stages/{stage}', { stage })).body['items'] as { state: string }[]).map(
    ({ state }) => state,
  );
  expect(states.sort()).toEqual(['draining', 'draining', 'live']);
});
