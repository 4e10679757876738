import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { openTable } from '@dure/contracts/binding/table';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { SUBJECT_REFUSED } from '@dure/service-identity/refusals';
import { answerNext, asked, proofOf } from './support/sts.ts';
import { ask, basic, form, ISSUER, secretOf, tableName } from './support/service.ts';

/** A login of somebody else, whose tokens are trusted. */
const LOGIN = 'https://login.example.com/realms/shop';
const login = await generateKeyPair('ES256');
const loginKeys = JSON.stringify({ keys: [{ ...(await exportJWK(login.publicKey)), kid: 'login', alg: 'ES256' }] });
const loginServer = createServer((_request, response) => void response.end(loginKeys)).listen(0, '127.0.0.1');
await new Promise((resolve) => loginServer.once('listening', resolve));
afterAll(() => void loginServer.close());
process.env['TRUSTED_ISSUERS'] = JSON.stringify([
  {
    ...{ issuer: LOGIN, audience: 'shop', prefix: 'staff:', type: 'JWT' },
    jwks: `http://127.0.0.1:${(loginServer.address() as AddressInfo).port}/`,
    roles: { claim: 'groups', map: { support: 'auditor' } },
  },
]);

const { handler: oauth } = await import('../src/oauth/index.ts');
const { handler: api } = await import('../src/http/index.ts');
const { tokenDigest } = await import('../src/application/digest.ts');
const { boundKey } = await import('../src/store/keys.ts');

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const ROLE = 'urn:dure:oauth:client-assertion-type:aws-role';
/** As CloudFormation names the role of a function. */
const DESK = 'desk-test-ApiRole-1A2B3C4D';
const DEPOT = 'depot-test-ApiRole-1A2B3C4D';

const token = (fields: Record<string, string>, headers = {}) => ask(oauth, form('/oauth/token', fields, headers));
const byProof = (proof: string, more = {}) =>
  token({ grant_type: 'client_credentials', client_assertion_type: ROLE, client_assertion: proof, ...more });
const given = (body: Readonly<Record<string, unknown>>): string => String(body['access_token']);

describe('a function gets the token of its service for a proof of its role', () => {
  it('with the scopes of what the service calls in its own name, by the contracts', async () => {
    const { status, body } = await byProof(await proofOf(DESK, ISSUER));
    expect([status, body['scope'], body['expires_in']]).toEqual([200, 'registry:read', 600]);
    expect(decodeJwt(given(body))).toMatchObject({ sub: 'desk', client_id: 'desk', roles: ['service'] });
    expect(decodeJwt(given((await byProof(await proofOf(DEPOT, ISSUER))).body))).toMatchObject({
      ...{ sub: 'depot', scope: '', roles: ['service'] },
    });
  });

  it('which may be named, and no other', async () => {
    expect(await byProof(await proofOf(DESK, ISSUER), { client_id: 'desk' })).toMatchObject({ status: 200 });
    for (const client_id of ['depot', 'operator']) {
      const refused = { status: 401, body: { error: 'invalid_client' } };
      expect(await byProof(await proofOf(DESK, ISSUER), { client_id })).toMatchObject(refused);
    }
    const more = await byProof(await proofOf(DESK, ISSUER), { scope: 'registry:write' });
    expect(more).toMatchObject({ status: 400, body: { error: 'invalid_scope' } });
  });

  it.each([
    ['of a service that calls nobody', () => proofOf('journal-test-ApiRole-1A2B3C4D', ISSUER)],
    ['of another stage', () => proofOf('desk-prod-ApiRole-1A2B3C4D', ISSUER)],
    ['of a role that is no function’s', () => proofOf('Admin', ISSUER)],
    ['that nobody signed', () => Promise.resolve('made-up')],
    ['for another host', async () => `https://sts.example.com/?${await proofOf(DESK, ISSUER)}`],
    ['with a host in it', async () => `${await proofOf(DESK, ISSUER)}&Host=example.com`],
    ['with a session that there is not', async () => (await proofOf(DESK, ISSUER)).replace(/(Token=)[^&]+/, '$1none')],
  ])('and none for a proof %s', async (_, proof) => {
    expect(await byProof(await proof())).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  });

  it('by asking STS alone, with nothing in the question but what it has to have', async () => {
    asked.length = 0;
    const proof = await proofOf(DESK, ISSUER);
    await byProof(proof);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatch(/^127\.0\.0\.1:\d+ GET \/\?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-[^ ]+$/);
    for (const [name, value] of [
      ['Action', 'AssumeRole'],
      ['X-Amz-Expires', '900'],
      ['RoleArn', 'x'],
    ]) {
      const changed = new URLSearchParams(proof);
      changed.set(name!, value!);
      await byProof(changed.toString());
    }
    expect(asked).toHaveLength(1);
  });

  it('and is told to wait when too many proofs from there proved nothing, while others go on', async () => {
    const forged = new URLSearchParams(await proofOf('Admin', ISSUER)).toString();
    const fields = { grant_type: 'client_credentials', client_assertion_type: ROLE, client_assertion: forged };
    const from = (address: string, more = {}) => ask(oauth, form('/oauth/token', { ...fields, ...more }), address);
    asked.length = 0;
    const answers = await Promise.all(Array.from({ length: 110 }, () => from('198.51.100.1')));
    const slowed = answers.filter(({ status }) => status === 429);
    // None where the minute has ended meanwhile.
    expect([0, 10]).toContain(slowed.length);
    expect(asked.length + slowed.length).toBe(110);
    slowed.forEach(({ headers }) => expect(Number(headers['retry-after'])).toBeLessThanOrEqual(60));
    const proof = { client_assertion: await proofOf(DESK, ISSUER) };
    expect((await from('198.51.100.2', proof)).status).toBe(200);
  });

  it('and does not spend it by proofs that hold', async () => {
    const from = async () =>
      ask(
        oauth,
        form('/oauth/token', {
          ...{ grant_type: 'client_credentials', client_assertion_type: ROLE },
          client_assertion: await proofOf(DESK, ISSUER),
        }),
        '198.51.100.3',
      );
    for (let count = 0; count < 5; count += 1) expect((await from()).status).toBe(200);
    const { client } = openTable(tableName);
    const Key = boundKey('proofs', tokenDigest('198.51.100.3'), new Date().toISOString().slice(0, 16));
    const { Item: item } = await client.send(new GetCommand({ TableName: tableName, Key }));
    expect(item?.['count'] ?? 0).toBe(0);
  });

  it('and later, with a 503, while STS has too many questions to answer', async () => {
    answerNext(
      400,
      '<ErrorResponse><Error><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>',
    );
    jest.spyOn(process.stdout, 'write').mockReturnValueOnce(true);
    const { status, headers, body } = await byProof(await proofOf(DESK, ISSUER));
    expect([status, headers['retry-after'], body['error']]).toEqual([503, '1', 'temporarily_unavailable']);
    expect((await byProof(await proofOf(DESK, ISSUER))).status).toBe(200);
  });

  it.each([
    ['a secret, too', { client_secret: 'x' }, {}, 400, 'invalid_request'],
    ['a header, too', {}, basic('operator', secretOf('operator')), 400, 'invalid_request'],
    ['another type', { client_assertion_type: 'urn:other' }, {}, 401, 'invalid_client'],
    ['no proof', { client_assertion: '' }, {}, 401, 'invalid_client'],
  ])('and none with %s', async (_, more, headers, status, error) => {
    const fields = { client_assertion_type: ROLE, client_assertion: await proofOf(DESK, ISSUER), ...more };
    const answer = await token({ grant_type: 'client_credentials', ...fields }, headers);
    expect(answer).toMatchObject({ status, body: { error } });
  });
});

const exchange = (fields: Record<string, string>, headers = {}) =>
  token(
    {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      ...{ subject_token_type: ACCESS_TOKEN, actor_token_type: ACCESS_TOKEN, ...fields },
    },
    headers,
  );

describe('a service acts for its caller', () => {
  let desk = '';
  let depot = '';
  let auditor = '';
  beforeAll(async () => {
    desk = given((await byProof(await proofOf(DESK, ISSUER))).body);
    depot = given((await byProof(await proofOf(DEPOT, ISSUER))).body);
    const fields = { grant_type: 'client_credentials' };
    auditor = given((await token(fields, basic('auditor', secretOf('auditor')))).body);
  });

  it('with the caller’s subject and roles, its own name, and the scopes of the endpoint', async () => {
    const { status, body } = await exchange({
      ...{ subject_token: auditor, actor_token: desk, scope: 'journal:read journal:write' },
      audience: 'urn:dure:test',
    });
    expect([status, body['issued_token_type'], body['token_type'], body['scope']]).toEqual([
      ...[200, ACCESS_TOKEN, 'Bearer', 'journal:read'],
    ]);
    const claims = decodeJwt(given(body));
    expect(claims).toMatchObject({
      ...{ iss: ISSUER, aud: 'urn:dure:test', sub: 'auditor', client_id: 'desk', roles: ['auditor'] },
      ...{ scope: 'journal:read', act: { sub: 'desk' } },
    });
    expect(claims.jti).not.toBe(decodeJwt(auditor).jti);
    expect(claims.exp).toBeLessThanOrEqual(decodeJwt(auditor).exp!);
  });

  it('for ten minutes at most, however long the caller’s token is good', async () => {
    const guest = String((await ask(api, { method: 'POST', resource: '/v1/guest-tokens' })).body['accessToken']);
    const { body } = await exchange({ subject_token: guest, actor_token: desk });
    const { iat, exp, sub } = decodeJwt(given(body));
    expect([Number(exp) - Number(iat), body['expires_in']]).toEqual([600, 600]);
    expect(sub).toMatch(/^guest-/);
  });

  it('through three services at most, each of which is named', async () => {
    const first = given((await exchange({ subject_token: auditor, actor_token: desk })).body);
    const second = given((await exchange({ subject_token: first, actor_token: depot })).body);
    expect(decodeJwt(second)).toMatchObject({
      ...{ sub: 'auditor', client_id: 'depot', act: { sub: 'depot', act: { sub: 'desk' } } },
    });
    const third = given((await exchange({ subject_token: second, actor_token: desk })).body);
    const fourth = await exchange({ subject_token: third, actor_token: depot });
    expect(fourth).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  it('whose token is of an issuer outside, and believes nothing that it says of services here', async () => {
    const outside = await new SignJWT({
      groups: ['support'],
      act: { sub: 'depot', act: { sub: 'desk' } },
      sid: 'theirs',
    })
      .setProtectedHeader({ alg: 'ES256', typ: 'JWT', kid: 'login' })
      .setIssuer(LOGIN)
      .setAudience('shop')
      .setSubject('mina')
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(login.privateKey);
    const { status, body } = await exchange({ subject_token: outside, actor_token: desk, scope: 'journal:read' });
    expect(status).toBe(200);
    const claims = decodeJwt(given(body));
    expect(claims).toMatchObject({ sub: 'staff:mina', roles: ['auditor'], scope: 'journal:read' });
    expect([claims['act'], claims['sid']]).toEqual([{ sub: 'desk' }, undefined]);
  });

  it('with nothing where the caller may do nothing of it', async () => {
    const fields = { grant_type: 'client_credentials' };
    const deployer = given((await token(fields, basic('deployer', secretOf('deployer')))).body);
    const { status, body } = await exchange({ subject_token: deployer, actor_token: desk, scope: 'journal:read' });
    expect([status, body['scope'], decodeJwt(given(body))['scope']]).toEqual([200, '', '']);
  });

  const forged = async () =>
    new SignJWT({ client_id: 'desk', scope: '', roles: ['service'] })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
      .setIssuer(ISSUER)
      .setAudience('urn:dure:test')
      .setSubject('desk')
      .setJti(randomUUID())
      .setIssuedAt()
      .setExpirationTime('10m')
      .sign((await generateKeyPair('ES256')).privateKey);

  it.each([
    ['without an actor', { actor_token: '' }, 'invalid_request'],
    ['with an actor that nobody is', { actor_token: 'made-up' }, 'invalid_request'],
    ['for a caller that nobody is', { subject_token: 'made-up' }, 'invalid_request'],
    [
      'for a refresh token',
      { subject_token_type: 'urn:ietf:params:oauth:token-type:refresh_token' },
      'invalid_request',
    ],
    [
      'with an actor of another type',
      { actor_token_type: 'urn:ietf:params:oauth:token-type:id_token' },
      'invalid_request',
    ],
    [
      'for a token of another type',
      { requested_token_type: 'urn:ietf:params:oauth:token-type:id_token' },
      'invalid_request',
    ],
    ['for another audience', { audience: 'urn:dure:prod' }, 'invalid_target'],
    ['for a resource', { resource: 'https://orders.example.com/' }, 'invalid_target'],
    ['for what it does not call', { scope: 'journal:read alerts:read' }, 'invalid_scope'],
  ])('never %s', async (_, more, error) => {
    const answer = await exchange({ subject_token: auditor, actor_token: desk, scope: 'journal:read', ...more });
    expect(answer).toMatchObject({ status: 400, body: { error } });
  });

  it('never for a caller that is nobody any more, and says that it is about the caller', async () => {
    const { body } = await exchange({ subject_token: 'made-up', actor_token: desk, scope: 'journal:read' });
    expect(body).toMatchObject({ error: 'invalid_request', reason: SUBJECT_REFUSED });
    const other = await exchange({ subject_token: auditor, actor_token: 'made-up', scope: 'journal:read' });
    expect(other.body).not.toHaveProperty('reason');
  });

  it('never by a token that is not a service’s, nor by one that it has for a caller, nor by a forged one', async () => {
    const acting = given((await exchange({ subject_token: auditor, actor_token: desk })).body);
    for (const actor of [auditor, acting]) {
      const answer = await exchange({ subject_token: auditor, actor_token: actor });
      expect(answer).toMatchObject({ status: 400, body: { error: 'unauthorized_client' } });
    }
    const answer = await exchange({ subject_token: auditor, actor_token: await forged() });
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  it('never as another than it has proved to be', async () => {
    const proof = { client_assertion_type: ROLE, client_assertion: await proofOf(DEPOT, ISSUER) };
    const answer = await exchange({ subject_token: auditor, actor_token: desk, ...proof });
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    const same = { client_assertion_type: ROLE, client_assertion: await proofOf(DESK, ISSUER) };
    expect(await exchange({ subject_token: auditor, actor_token: desk, ...same })).toMatchObject({ status: 200 });
  });

  it('and may ask what a token is', async () => {
    const proof = { client_assertion_type: ROLE, client_assertion: await proofOf(DESK, ISSUER) };
    const { body } = await ask(oauth, form('/oauth/introspect', { token: auditor, ...proof }));
    expect(body).toMatchObject({ active: true, sub: 'auditor', client_id: 'auditor' });
  });
});
