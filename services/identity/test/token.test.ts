import { describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { roles } from '@dure/contracts/access';
import { ask, basic, CLIENTS, form, ISSUER, secretOf } from './support/service.ts';

const { handler: oauth } = await import('../src/oauth/index.ts');
const { handler: api } = await import('../src/http/index.ts');

const verified = async (token: unknown) => {
  const { body } = await ask(oauth, { resource: '/.well-known/jwks.json' });
  const keys = createLocalJWKSet(body as unknown as JSONWebKeySet);
  const options = { issuer: ISSUER, audience: 'urn:dure:test', typ: 'at+jwt', algorithms: ['ES256'] };
  return (await jwtVerify(String(token), keys, options)).payload;
};

const token = (fields: Record<string, string>, headers = {}) => ask(oauth, form('/oauth/token', fields, headers));
const credentials = { grant_type: 'client_credentials' };

describe('client credentials', () => {
  it.each(CLIENTS)('give the client of a terminal a token with its role: %s', async (client) => {
    const { status, headers, body } = await token(credentials, basic(client, secretOf(client)));
    expect([status, headers['cache-control'], body['token_type'], body['expires_in']]).toEqual([
      ...[200, 'no-store', 'Bearer', 600],
    ]);
    const claims = await verified(body['access_token']);
    expect(claims).toMatchObject({
      sub: client === 'customer' ? 'c-1001' : client,
      client_id: client,
      roles: [client],
      jti: expect.any(String),
    });
    const scopes = String(claims['scope']).split(' ');
    expect(scopes.filter((scope) => scope !== '').sort()).toEqual([...roles[client]].sort());
    expect(Number(claims.exp) - Number(claims.iat)).toBe(600);
  });

  it('may be in the form, and ask for less', async () => {
    const given = { client_id: 'auditor', client_secret: secretOf('auditor'), scope: 'journal:read' };
    const { status, body } = await token({ ...credentials, ...given });
    expect([status, body['scope']]).toEqual([200, 'journal:read']);
    expect(await verified(body['access_token'])).toMatchObject({ scope: 'journal:read' });
  });

  it.each([
    ['another secret', credentials, basic('operator', 'wrong'), 401, 'invalid_client'],
    ['no such client', credentials, basic('nobody', 'wrong'), 401, 'invalid_client'],
    ['a name of JavaScript', credentials, basic('constructor', 'wrong'), 401, 'invalid_client'],
    ['no client', credentials, {}, 401, 'invalid_client'],
    ['a broken header', credentials, { authorization: 'Basic %%%' }, 401, 'invalid_client'],
    ['both ways', { ...credentials, client_secret: 'x' }, basic('operator', 'x'), 400, 'invalid_request'],
    ['no grant', { scope: 'x' }, basic('operator', secretOf('operator')), 400, 'invalid_request'],
    [
      'another grant',
      { grant_type: 'password' },
      basic('operator', secretOf('operator')),
      400,
      'unsupported_grant_type',
    ],
    [
      'too much',
      { ...credentials, scope: 'journal:write' },
      basic('auditor', secretOf('auditor')),
      400,
      'invalid_scope',
    ],
  ])('are refused: %s', async (_why, fields, headers, status, error) => {
    expect(await token(fields, headers)).toMatchObject({ status, body: { error } });
  });

  it('are not read from JSON, nor where a field comes twice', async () => {
    const headers = basic('operator', secretOf('operator'));
    const asJson = await ask(oauth, { method: 'POST', resource: '/oauth/token', body: credentials, headers });
    expect(asJson).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    const twice = { ...form('/oauth/token', credentials, headers), body: 'grant_type=a&grant_type=b' };
    expect(await ask(oauth, twice)).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });
});

it('gives each guest a customer id of its own', async () => {
  const guest = () => ask(api, { method: 'POST', resource: '/v1/guest-tokens' });
  const [one, other] = [await guest(), await guest()];
  expect(one).toMatchObject({ status: 201, headers: { 'cache-control': 'no-store' } });
  const claims = await verified(one.body['accessToken']);
  expect(claims).toMatchObject({ sub: one.body['customerId'], client_id: 'guest', roles: ['guest'] });
  expect(Number(claims.exp) - Number(claims.iat)).toBe(86_400);
  expect(one.body['customerId']).toMatch(/^guest-[0-9a-f-]{36}$/);
  expect(one.body['customerId']).not.toBe(other.body['customerId']);
});

it('says of itself what clients have to know', async () => {
  const { headers, body } = await ask(oauth, { resource: '/.well-known/oauth-authorization-server' });
  expect(headers['cache-control']).toBe('public, max-age=3600');
  expect(body).toMatchObject({ issuer: ISSUER, token_endpoint: `${ISSUER}/oauth/token` });
  const keys = await ask(oauth, { resource: '/.well-known/jwks.json' });
  expect(keys.headers['cache-control']).toBe('public, max-age=300');
  const { access_token: given } = (await token(credentials, basic('auditor', secretOf('auditor')))).body;
  const [key] = keys.body['keys'] as { kid: string }[];
  expect(decodeProtectedHeader(String(given))).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: key?.kid });
  expect(JSON.stringify(keys.body)).not.toMatch(/"d"/);
});
