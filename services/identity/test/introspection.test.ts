import { createHash, randomUUID } from 'node:crypto';
import { beginCall } from '@dure/contracts/binding/call';
import { openTable } from '@dure/contracts/binding/table';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { decodeJwt, generateKeyPair, SignJWT } from 'jose';
import { ask, basic, form, ISSUER, secretOf, tableName } from './support/service.ts';

const REDIRECT = 'https://shop.example.com/callback';
process.env['REDIRECT_URIS'] = REDIRECT;
const { handler: oauth } = await import('../src/oauth/index.ts');
const { issueCode } = await import('../src/application/sessions.ts');
const { createSessionStore } = await import('../src/store/session-store.ts');
const { accounts } = await import('../src/composition.ts');
const sessions = createSessionStore(openTable(tableName));

afterEach(() => void jest.useRealTimers());

const token = (fields: Record<string, string>, headers = {}) => ask(oauth, form('/oauth/token', fields, headers));

/** The tokens of a person who has just signed in for the client `storefront`. */
async function signedIn() {
  const verifier = 'v'.repeat(43);
  const subject = `c-${randomUUID()}`;
  await accounts.add({ id: subject, email: `${subject}@example.com`, password: '', roles: ['customer'] });
  const code = await issueCode(sessions, beginCall(), {
    ...{ clientId: 'storefront', redirectUri: REDIRECT },
    challenge: createHash('sha256').update(verifier).digest('base64url'),
    grant: { subject, clientId: 'storefront', scopes: ['orders:read'], roles: ['customer'], epoch: 0 },
  });
  const fields = { client_id: 'storefront', redirect_uri: REDIRECT, code, code_verifier: verifier };
  const { body } = await token({ grant_type: 'authorization_code', ...fields });
  return { access: String(body['access_token']), refresh: String(body['refresh_token']) };
}

const refreshed = async (refresh_token: string) =>
  (await token({ grant_type: 'refresh_token', client_id: 'storefront', refresh_token })).body;

const own = async (client: string): Promise<string> =>
  String((await token({ grant_type: 'client_credentials' }, basic(client, secretOf(client)))).body['access_token']);

const introspect = (of: string, client = 'operator') =>
  ask(oauth, form('/oauth/introspect', { token: of }, basic(client, secretOf(client))));

const NOTHING = { status: 200, text: '{"active":false}' };

describe('who may see a token is told', () => {
  it('of an access token what is in it', async () => {
    const { access } = await signedIn();
    const { sub, jti, iat, exp } = decodeJwt(access);
    const { status, headers, body } = await introspect(access);
    expect([status, headers['cache-control']]).toEqual([200, 'no-store']);
    expect(body).toEqual({
      ...{ active: true, token_type: 'Bearer', iss: ISSUER, aud: 'urn:dure:test', client_id: 'storefront' },
      ...{ scope: 'orders:read', roles: ['customer'], sub, jti, iat, exp },
    });
  });

  it('of a refresh token whose it is, and using it goes on', async () => {
    const { access, refresh } = await signedIn();
    const { sub } = decodeJwt(access);
    const { body } = await introspect(refresh, 'auditor');
    expect(body).toMatchObject({ active: true, sub, client_id: 'storefront', scope: 'orders:read' });
    expect(Number(body['exp']) - Number(body['iat'])).toBe(30 * 86_400);
    expect(await refreshed(refresh)).toMatchObject({ token_type: 'Bearer' });
  });

  it('what it was given itself, where it may see no other', async () => {
    expect(await introspect(await own('merchandiser'), 'merchandiser')).toMatchObject({ body: { active: true } });
    expect(await introspect(await own('operator'), 'merchandiser')).toMatchObject(NOTHING);
    const { refresh } = await signedIn();
    expect(await introspect(refresh, 'customer')).toMatchObject(NOTHING);
  });
});

describe('no more is said of a token', () => {
  it('whose session has ended', async () => {
    const { access, refresh } = await signedIn();
    await ask(oauth, form('/oauth/revoke', { client_id: 'storefront', token: refresh }));
    expect(await introspect(access)).toMatchObject(NOTHING);
    expect(await introspect(refresh)).toMatchObject(NOTHING);
  });

  it('that was replaced long ago, and asking for it ends no session', async () => {
    const { refresh } = await signedIn();
    const { refresh_token: next } = await refreshed(refresh);
    jest.useFakeTimers({ now: Date.now() + 31_000, doNotFake: ['nextTick', 'setImmediate', 'setTimeout'] });
    expect(await introspect(refresh)).toMatchObject(NOTHING);
    expect(await introspect(String(next))).toMatchObject({ body: { active: true } });
  });

  it('that has expired', async () => {
    const given = await own('operator');
    jest.useFakeTimers({ now: Date.now() + 606_000, doNotFake: ['nextTick', 'setImmediate', 'setTimeout'] });
    expect(await introspect(given)).toMatchObject(NOTHING);
  });

  it.each([
    'made-up',
    'a.b',
    'a.b.c',
    `${randomUUID()}.made-up`,
    '\u0000',
    'x'.repeat(9_000),
    `${randomUUID()}.${'x'.repeat(9_000)}`,
  ])('that nobody was given: %j', async (given) => expect(await introspect(given)).toMatchObject(NOTHING));

  it('that another issuer has signed, or somebody in the name of this one', async () => {
    const { privateKey } = await generateKeyPair('ES256');
    const forged = (issuer: string) =>
      new SignJWT({ client_id: 'operator', scope: 'orders:read', roles: ['operator'] })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
        .setIssuer(issuer)
        .setAudience('urn:dure:test')
        .setSubject('operator')
        .setJti(randomUUID())
        .setIssuedAt()
        .setExpirationTime('10m')
        .sign(privateKey);
    expect(await introspect(await forged('https://login.example.com'))).toMatchObject(NOTHING);
    expect(await introspect(await forged(ISSUER))).toMatchObject(NOTHING);
  });
});

describe('nobody is told anything who does not prove who they are:', () => {
  it.each([
    ['no client', {}, {}],
    ['a client without a secret', { client_id: 'storefront' }, {}],
    ['another secret', {}, basic('operator', 'wrong')],
  ])('%s', async (_, fields, headers) => {
    const request = form('/oauth/introspect', { token: await own('operator'), ...fields }, headers);
    expect(await ask(oauth, request)).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  });

  it('and a request has to name a token', async () => {
    const request = form('/oauth/introspect', {}, basic('operator', secretOf('operator')));
    expect(await ask(oauth, request)).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });
});
