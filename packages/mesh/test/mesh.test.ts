import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { client, NoAnswer } from '@dure/contracts/binding/client';
import { endpoint } from '@dure/contracts/contract';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import type { MeshEvent } from '../src/call-through.ts';
import { FALLBACK } from '../src/fallback.ts';
import { openMesh } from '../src/mesh.ts';
import { readPolicy } from '../src/policy.ts';

const GetThing = endpoint('things', {
  ...{ name: 'GetThing', method: 'GET', path: '/things', version: 1, summary: 'Shows it', access: 'public' },
  responses: { 200: { description: 'It', body: z.strictObject({ size: z.int() }) } },
  example: { response: { size: 3 } },
} as const);

let answer: RequestListener = () => {};
const seen: Record<string, string | undefined>[] = [];
const server = createServer((request, response) => {
  seen.push({
    attempt: request.headers['x-dure-attempt'] as string,
    left: request.headers['x-dure-time-left'] as string,
  });
  answer(request, response);
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
afterAll(() => new Promise((resolve) => server.close(resolve)));
const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/things/local`;

const events: MeshEvent[] = [];
const tell = (event: MeshEvent): void => void events.push(event);
const well: RequestListener = (_, response) =>
  response.writeHead(200, { 'content-type': 'application/json' }).end('{"size":3}');
const failing: RequestListener = (_, response) => response.writeHead(503, { 'content-type': 'text/plain' }).end('busy');

beforeEach(() => {
  answer = well;
  seen.length = 0;
  events.length = 0;
});

it('sends a call with the number of its try and the time that is left', async () => {
  const getThing = client(GetThing, ['size'], openMesh({ tell }).through({ baseUrl }));
  expect((await getThing()).body).toEqual({ size: 3 });
  expect(seen).toEqual([{ attempt: '1', left: expect.stringMatching(/^[45]\d{3}$/) }]);
});

it('waits no longer than the caller of its caller', async () => {
  const getThing = client(GetThing, ['size'], openMesh({ tell }).through({ baseUrl }));
  await getThing({ call: { until: Date.now() + 3_000 } });
  expect(Number(seen[0]!['left'])).toBeLessThanOrEqual(3_000);
  answer = () => {};
  await expect(getThing({ call: { until: Date.now() + 50 } })).rejects.toThrow(NoAnswer);
});

it('goes on at another address', async () => {
  const read = readPolicy({
    ...{
      service: 'things',
      revision: 1,
      targets: { v1: { url: 'http://127.0.0.1:9' }, v2: { url: baseUrl, level: 1 } },
    },
    ...{ routes: [{ match: { operation: '*' }, to: ['v1', 'v2'] }] },
    retry: { max: 1, ratio: 1, fleetMinPerSecond: 0, on: ['no-answer'] },
  });
  if (!('policy' in read)) throw new Error(JSON.stringify(read.faults));
  const getThing = client(
    GetThing,
    ['size'],
    openMesh({ policies: { things: read.policy }, tell }).through({ baseUrl }),
  );
  expect((await getThing()).status).toBe(200);
  expect(seen).toMatchObject([{ attempt: '2' }]);
});

it('asks no more after failures in a row, and tells it, until somebody closes the breaker', async () => {
  const mesh = openMesh({ tell });
  const getThing = client(GetThing, ['size'], mesh.through({ baseUrl }));
  answer = failing;
  for (let index = 0; index < 8; index += 1) await getThing().catch(() => undefined);
  expect(seen.length).toBe(5);
  expect(events).toEqual([{ type: 'breaker-opened', service: 'things', forMs: 10_000 }]);
  await expect(getThing()).rejects.toThrow(NoAnswer);
  answer = well;
  mesh.forget('things');
  expect((await getThing()).status).toBe(200);
});

it('does not hold the service to account for a token that was not given', async () => {
  const identify = () => Promise.reject(new Error('the identity service is away'));
  const { through } = openMesh({ tell });
  const getThing = client(GetThing, ['size'], through({ baseUrl, identify }));
  for (let index = 0; index < 8; index += 1) await expect(getThing()).rejects.toThrow('No identity');
  expect((await client(GetThing, ['size'], through({ baseUrl }))()).status).toBe(200);
  expect(events).toEqual([]);
});

it('answers a fault of the policy as a problem', async () => {
  const read = readPolicy({
    ...{
      service: 'things',
      revision: 1,
      targets: { v1: { url: baseUrl } },
      routes: [{ match: { operation: '*' }, to: ['v1'] }],
    },
    fault: { share: 1, answer: 500, until: '2999-01-01T00:00:00Z' },
  });
  if (!('policy' in read)) throw new Error(JSON.stringify(read.faults));
  const getThing = client(
    GetThing,
    ['size'],
    openMesh({ policies: { things: read.policy }, tell }).through({ baseUrl }),
  );
  const { status, problem } = await getThing();
  expect([status, problem?.type, seen]).toEqual([500, 'urn:dure:problem:fault-injected', []]);
});

it('takes up another policy between two calls, and awaits what reads it', async () => {
  const policyOf = (more: object) => {
    const read = readPolicy({
      ...{
        service: 'things',
        revision: 1,
        targets: { stage: {} },
        routes: [{ match: { operation: '*' }, to: ['stage'] }],
      },
      ...more,
    });
    if (!('policy' in read)) throw new Error(JSON.stringify(read.faults));
    return read.policy;
  };
  let published: ReturnType<typeof policyOf> | undefined;
  let isRead = false;
  const refresh = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    isRead = true;
  };
  const policies = { refresh, policyOf: () => published, breakerOf: () => ({}) };
  const getThing = client(GetThing, ['size'], openMesh({ policies, tell }).through({ baseUrl }));
  expect((await getThing()).status).toBe(200);
  expect(isRead).toBe(true);
  published = policyOf({ revision: 2, fault: { share: 1, answer: 503, until: '2999-01-01T00:00:00Z' } });
  expect((await getThing()).status).toBe(503);
  published = policyOf({ revision: 3 });
  expect((await getThing()).status).toBe(200);
});

it('is late where a fault of the policy takes the time that there is', async () => {
  const read = readPolicy({
    ...{
      service: 'things',
      revision: 1,
      targets: { stage: {} },
      routes: [{ match: { operation: '*' }, to: ['stage'] }],
    },
    fault: { share: 1, delay: '1s', until: '2999-01-01T00:00:00Z' },
  });
  if (!('policy' in read)) throw new Error(JSON.stringify(read.faults));
  const { through } = openMesh({ policies: { things: read.policy }, tell });
  const error: unknown = await client(
    GetThing,
    ['size'],
    through({ baseUrl }),
  )({ within: 50 }).catch((it: unknown) => it);
  expect(error).toBeInstanceOf(NoAnswer);
  expect(error).toMatchObject({ cause: { name: 'TimeoutError' } });
});

describe('where the policy gives an answer in the place of the service', () => {
  const policyOf = (operation: string, more: object = {}) => {
    const read = readPolicy({
      ...{
        service: 'things',
        revision: 7,
        targets: { stage: {} },
        retry: { max: 0, ratio: 0, fleetMinPerSecond: 0, on: [] },
      },
      routes: [
        { match: { operation }, to: ['stage'], fallback: { body: { size: 0 } } },
        { match: { operation: '*' }, to: ['stage'] },
      ],
      ...more,
    });
    if (!('policy' in read)) throw new Error(JSON.stringify(read.faults));
    return { things: read.policy };
  };
  const asking = (policies = policyOf('GetThing'), options = {}) =>
    client(GetThing, ['size'], openMesh({ policies, tell }).through({ baseUrl, ...options }));
  const given = { type: 'fallback-given', service: 'things', operation: 'GetThing' };

  it('shows what the service says while it answers', async () => {
    expect((await asking()()).body).toEqual({ size: 3 });
    expect(events).toEqual([]);
  });

  it.each<[string, RequestListener]>([
    ['fails', failing],
    ['does not answer', (request) => request.socket.destroy()],
  ])('shows that where it %s, and where it is not asked any more, and says so', async (_, listener) => {
    answer = listener;
    const getThing = asking();
    for (let index = 0; index < 8; index += 1) {
      const { status, body, headers, etag } = await getThing();
      expect([status, body, etag]).toEqual([200, { size: 0 }, undefined]);
      expect([headers.get(FALLBACK), headers.get('cache-control')]).toEqual(['7', 'no-store']);
    }
    expect(seen.length).toBe(5);
    expect(events.filter(({ type }) => type === 'fallback-given')).toEqual(Array.from({ length: 8 }, () => given));
  });

  it('shows that for a fault of the policy, too', async () => {
    const fault = { share: 1, answer: 'none', until: '2999-01-01T00:00:00Z' };
    expect((await asking(policyOf('GetThing', { fault }))()).body).toEqual({ size: 0 });
  });

  it('leaves a refusal as it is: that is an answer', async () => {
    const type = 'urn:dure:problem:not-found';
    answer = (_, response) =>
      response.writeHead(404, { 'content-type': 'application/problem+json' }).end(JSON.stringify({ type }));
    expect(await asking()()).toMatchObject({ status: 404, problem: { type } });
  });

  it('shows nothing to whom the service could not be asked for', async () => {
    const identify = () => Promise.reject(new Error('the identity service is away'));
    await expect(asking(undefined, { identify })()).rejects.toThrow('No identity');
  });

  it('has none for another operation', async () => {
    answer = (request) => request.socket.destroy();
    await expect(asking(policyOf('GetAnother'))()).rejects.toThrow(NoAnswer);
  });

  it('never says of a change that it was made', async () => {
    const ChangeThing = endpoint('things', {
      ...{ name: 'GetThing', method: 'DELETE', path: '/things', version: 1, summary: 'Ends it', access: 'public' },
      responses: { 204: { description: 'It is no more' } },
      example: {},
    } as const);
    answer = (request) => request.socket.destroy();
    const change = client(ChangeThing, [], openMesh({ policies: policyOf('GetThing'), tell }).through({ baseUrl }));
    await expect(change()).rejects.toThrow(NoAnswer);
    expect(events).toEqual([]);
  });
});
