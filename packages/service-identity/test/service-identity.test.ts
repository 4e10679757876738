import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { client, NoAnswer } from '@dure/contracts/binding/client';
import { endpoint } from '@dure/contracts/contract';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { openServiceIdentity, type ServiceIdentity } from '@dure/service-identity';
import { SUBJECT_REFUSED } from '@dure/service-identity/refusals';

const thing = {
  version: 1,
  summary: 'For tests',
  path: '/thing',
  responses: { 204: { description: 'Yes' } },
  example: {},
};
const GetThing = endpoint('things', {
  ...{ ...thing, name: 'GetThing', method: 'GET' },
  access: { own: 'services:read', any: 'registry:read' },
});
const RemoveThing = endpoint('things', {
  ...thing,
  name: 'RemoveThing',
  method: 'DELETE',
  access: { any: 'services:write' },
});
const ShowThing = endpoint('things', { ...thing, name: 'ShowThing', method: 'GET', access: 'public' });

/** Is the identity service, and the service that is called. */
let server: Server;
let baseUrl = '';
let answers: 'tokens' | 'nothing' | 'a refusal' | 'that it ended' = 'tokens';
let asked: Record<string, string>[] = [];
let shown: (string | undefined)[] = [];
const told: string[] = [];

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url !== '/oauth/token') {
    shown.push(request.headers.authorization);
    return void response.writeHead(204).end();
  }
  const form = Object.fromEntries(new URLSearchParams(await text(request)));
  asked.push(form);
  const { subject_token: subject, scope = '' } = form;
  const token = subject === undefined ? 'own' : `${subject}.${scope.replaceAll(' ', '+')}`;
  if (answers === 'nothing') return;
  if (answers === 'that it ended' && subject !== undefined) {
    const body = { error: 'invalid_request', error_description: 'In any words.', reason: SUBJECT_REFUSED };
    return void response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }
  const [status, body] =
    answers !== 'a refusal' ? [200, { access_token: token, expires_in: 600 }] : [401, { error: 'invalid_client' }];
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

beforeAll(async () => {
  server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

let identity: ServiceIdentity;
beforeEach(() => {
  answers = 'tokens';
  asked = [];
  shown = [];
  told.length = 0;
  identity = openServiceIdentity({
    issuer: baseUrl,
    environment: {
      ...{ AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'secret' },
      AWS_SESSION_TOKEN: 'session',
    },
    tell: ({ message }) => void told.push(message),
  });
});
afterEach(() => void jest.useRealTimers());

const mina = { credentials: { authorization: 'Bearer mina' } };
const ivan = { credentials: { authorization: 'Bearer ivan' } };
const later = (seconds: number): void =>
  void jest.useFakeTimers({ now: Date.now() + seconds * 1_000, doNotFake: ['nextTick', 'setImmediate', 'setTimeout'] });

describe('on behalf of its caller, a service shows', () => {
  it('a token for the scopes of the endpoint: what a GET had is not used for a DELETE', async () => {
    const get = client(GetThing, [], identity.onBehalf({ baseUrl }));
    const remove = client(RemoveThing, [], identity.onBehalf({ baseUrl }));
    await get(mina);
    await remove(mina);
    await get(mina);
    expect(shown).toEqual([
      ...[
        'Bearer mina.services:read+registry:read',
        'Bearer mina.services:write',
        'Bearer mina.services:read+registry:read',
      ],
    ]);
    expect(asked.map(({ scope }) => scope)).toEqual([undefined, 'services:read registry:read', 'services:write']);
  });

  it('each caller’s token, which one request gets for calls at once', async () => {
    const get = client(GetThing, [], identity.onBehalf({ baseUrl }));
    await Promise.all([...Array.from({ length: 8 }, () => get(mina)), get(ivan)]);
    expect(new Set(shown).size).toBe(2);
    expect(asked).toHaveLength(3);
    // Warm, no call asks for anything.
    await Promise.all([get(mina), get(ivan), get(mina)]);
    expect(asked).toHaveLength(3);
  });

  it('the same while the identity service is away, until it expires', async () => {
    const get = client(GetThing, [], identity.onBehalf({ baseUrl }));
    await get(mina);
    answers = 'a refusal';
    later(500);
    await get(mina);
    expect(shown).toEqual(Array.from({ length: 2 }, () => 'Bearer mina.services:read+registry:read'));
    expect(told[0]).toBe('The identity service answered 401, invalid_client.');
    later(150);
    await expect(get(mina)).rejects.toThrow(NoAnswer);
    expect(shown).toHaveLength(2);
  });

  it('nothing where the caller’s session ended, which is no fault of its own', async () => {
    answers = 'that it ended';
    const get = client(GetThing, [], identity.onBehalf({ baseUrl }));
    await expect(get(mina)).rejects.toMatchObject({ cause: { name: 'CallerRefused' } });
    expect([shown, told]).toEqual([[], []]);
  });

  it('nothing of its caller to what everybody may see, nor a token where the caller has none', async () => {
    await client(ShowThing, [], identity.onBehalf({ baseUrl }))(mina);
    await client(GetThing, [], identity.onBehalf({ baseUrl }))();
    expect([shown, asked]).toEqual([[undefined, undefined], []]);
  });

  it('no longer than the call may wait', async () => {
    answers = 'nothing';
    const get = client(GetThing, [], identity.onBehalf({ baseUrl }));
    await expect(get({ ...mina, within: 50 })).rejects.toMatchObject({ cause: { name: 'TimeoutError' } });
    expect(shown).toEqual([]);
  });
});

it('in its own name, a service shows a token that it got for a proof of its role', async () => {
  const remove = client(RemoveThing, [], identity.asItself({ baseUrl }));
  await Promise.all([remove(), remove()]);
  expect([shown, asked.length]).toEqual([['Bearer own', 'Bearer own'], 1]);
  const [{ client_assertion: proof, ...others } = {}] = asked;
  expect(others).toEqual({
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:dure:oauth:client-assertion-type:aws-role',
  });
  expect(Object.fromEntries(new URLSearchParams(proof))).toMatchObject({
    ...{ Action: 'GetCallerIdentity', Version: '2011-06-15', 'X-Amz-Expires': '60', 'X-Amz-Security-Token': 'session' },
    'X-Amz-Credential': expect.stringMatching(/^AKIA\/\d{8}\/eu-west-1\/sts\/aws4_request$/),
    'X-Amz-SignedHeaders': 'host;x-dure-issuer',
    'X-Amz-Signature': expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(proof).not.toContain('secret');
});

it('a function without a role shows nothing', async () => {
  const none = openServiceIdentity({
    issuer: baseUrl,
    environment: {},
    tell: ({ message }) => void told.push(message),
  });
  await expect(client(RemoveThing, [], none.asItself({ baseUrl }))()).rejects.toThrow(NoAnswer);
  expect([shown, asked, told]).toEqual([[], [], ['Nothing says which role this function has.']]);
});
