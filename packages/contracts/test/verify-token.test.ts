import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { JSONWebKeySet } from 'jose';
import { openKeySet } from '../src/binding/key-set.ts';
import { outsideIssuers, ownIssuer } from '../src/binding/trusted-issuers.ts';
import { openVerifier, type VerifyToken } from '../src/binding/verify-token.ts';
import { seconds, testIssuer } from './test-issuer.ts';

const identity = testIssuer();
const other = testIssuer();
let verify: VerifyToken;

beforeEach(() => {
  verify = openVerifier([ownIssuer(identity.issuer, 'test')]);
});
afterEach(() => {
  identity.away = 'no';
  jest.restoreAllMocks();
});

const later = (ms: number) => {
  const then = Date.now() + ms;
  jest.spyOn(Date, 'now').mockReturnValue(then);
};
const reasonOf = (token: string) =>
  verify(token).then(
    () => 'accepted',
    (error: { readonly name: string; readonly reason?: string }) => error.reason ?? error.name,
  );
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const payloadOf = (token: string) => token.split('.')[1]!;

it('says whose the token is, and what it lets them do', async () => {
  const holder = {
    subject: 'c-1001',
    clientId: 'web',
    tokenId: 'token-1',
    roles: ['customer'],
    expiresAt: expect.any(Number),
  };
  const scopes = ['orders:read', 'orders:place'];
  expect(await verify(await identity.token())).toEqual({ ...holder, scopes });
  const acting = await identity.token({ act: { sub: 'orders' } });
  expect(await verify(acting)).toEqual({ ...holder, scopes, actor: 'orders' });
});

describe('refuses', () => {
  it.each([
    ['that is expired', { exp: seconds() - 6 }, {}, 'ERR_JWT_EXPIRED'],
    ['that is not valid yet', { nbf: seconds() + 60 }, {}, 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
    ['for another audience', { aud: 'urn:dure:prod' }, {}, 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
    ['of an unknown issuer', { iss: 'https://evil.example' }, {}, 'unknown issuer'],
    ['that is an ID token', {}, { typ: 'JWT' }, 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
    ['without a type', {}, { typ: undefined }, 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
    ['that never expires', { exp: undefined }, {}, 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
    ['without a client', { client_id: undefined }, {}, 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
    ['without a number', { jti: undefined }, {}, 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
    ['whose subject would break a header', { sub: 'c-1\r\nx: y' }, {}, 'claim sub'],
    ['whose scope is a list', { scope: ['orders:read'] }, {}, 'claim scope'],
    ['whose roles are text', { roles: 'operator' }, {}, 'claim roles'],
    ['whose actor is nobody', { act: {} }, {}, 'claim act'],
    ['whose key is unknown', {}, { kid: 'unheard-of' }, 'ERR_JWKS_NO_MATCHING_KEY'],
  ])('a token %s', async (_what, claims, header, reason) => {
    expect(await reasonOf(await identity.token(claims, header))).toBe(reason);
  });

  it.each(['', 'x', 'a.b.c', '..', 'e30.e30.', `${encoded({ alg: 'ES256' })}.${encoded([])}.`])(
    'what is no token: %s',
    async (token) => {
      expect(await reasonOf(token)).toMatch(/^ERR_|^unknown issuer$/);
    },
  );

  it('a token that is too long, before it looks into it', async () => {
    expect(await reasonOf(await identity.token({ more: 'x'.repeat(9_000) }))).toBe('too long');
  });

  it('a token without a signature, or with another algorithm', async () => {
    const payload = payloadOf(await identity.token());
    const none = `${encoded({ alg: 'none', typ: 'at+jwt', kid: 'first' })}.${payload}.`;
    expect(await reasonOf(none)).toBe('ERR_JOSE_ALG_NOT_ALLOWED');
    const empty = `${encoded({ alg: 'ES256', typ: 'at+jwt', kid: 'first' })}.${payload}.`;
    expect(await reasonOf(empty)).toBe('ERR_JWS_SIGNATURE_VERIFICATION_FAILED');
  });

  it('a token that is signed with the public key as a secret', async () => {
    const keys = await (await fetch(identity.jwks)).text();
    const signed = `${encoded({ alg: 'HS256', typ: 'at+jwt', kid: 'first' })}.${payloadOf(await identity.token())}`;
    const token = `${signed}.${createHmac('sha256', keys).update(signed).digest('base64url')}`;
    expect(await reasonOf(token)).toBe('ERR_JOSE_ALG_NOT_ALLOWED');
  });

  it('a token of another issuer in the name of this one', async () => {
    const forged = await other.token({ iss: identity.issuer });
    expect(await reasonOf(forged)).toBe('ERR_JWS_SIGNATURE_VERIFICATION_FAILED');
  });

  it('a token that was changed after it was verified', async () => {
    const token = await identity.token();
    await verify(token);
    const [header, payload, signature] = token.split('.') as [string, string, string];
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    const changed = `${header}.${encoded({ ...claims, sub: 'c-1002' })}.${signature}`;
    expect(await reasonOf(changed)).toBe('ERR_JWS_SIGNATURE_VERIFICATION_FAILED');
  });

  it('a token that it has verified, once it is expired', async () => {
    const token = await identity.token();
    expect(await reasonOf(token)).toBe('accepted');
    later(606_000);
    expect(await reasonOf(token)).toBe('ERR_JWT_EXPIRED');
  });
});

describe('the keys', () => {
  it('are read once for many tokens, and once more after ten minutes', async () => {
    identity.requests = 0;
    await Promise.all(Array.from({ length: 20 }, async (_, at) => verify(await identity.token({ jti: `t-${at}` }))));
    expect(identity.requests).toBe(1);
    later(600_000);
    await verify(await identity.token({ jti: 'after' }));
    await verify(await identity.token({ jti: 'after-that' }));
    expect(identity.requests).toBe(2);
  });

  it('are read once in thirty seconds whatever unknown keys are named', async () => {
    await verify(await identity.token());
    identity.requests = 0;
    const forged = (at: number) => identity.token({}, { kid: `forged-${at}` });
    const reasons = await Promise.all(Array.from({ length: 20 }, async (_, at) => reasonOf(await forged(at))));
    expect([...new Set(reasons)]).toEqual(['ERR_JWKS_NO_MATCHING_KEY']);
    expect(identity.requests).toBe(0);
    later(30_000);
    for (let at = 0; at < 20; at += 1) await reasonOf(await forged(at));
    expect(identity.requests).toBe(1);
  });

  it('rotate under load without one refused request', async () => {
    const rotating = tested(await identityWith('old'));
    await rotating.verify('old');
    // Published for longer than verifiers keep keys, then signing, then withdrawn after the tokens' life.
    await identity.add('new');
    let refused = 0;
    const load = async (kid: string, count: number) => {
      const all = Array.from({ length: count }, (_, at) =>
        rotating.verify(kid, `${kid}-${at}`).catch(() => (refused += 1)),
      );
      await Promise.all(all);
    };
    await load('old', 100);
    later(601_000);
    await Promise.all([load('new', 100), load('old', 100)]);
    later(1_300_000);
    identity.remove('old');
    await load('new', 100);
    expect(refused).toBe(0);
    await expect(rotating.verify('old', 'withdrawn')).rejects.toThrow('ERR_JWKS_NO_MATCHING_KEY');
  });

  it('end with their withdrawal for tokens that were verified before', async () => {
    await identity.add('leaked');
    const token = await identity.token({ exp: seconds() + 86_400 }, { kid: 'leaked' });
    expect(await reasonOf(token)).toBe('accepted');
    identity.remove('leaked');
    later(601_000);
    expect(await reasonOf(token)).toBe('ERR_JWKS_NO_MATCHING_KEY');
  });

  it.each(['error', 'nonsense'] as const)('go on while the issuer answers with %s, for a day at most', async (away) => {
    await verify(await identity.token());
    identity.away = away;
    later(3_600_000);
    expect(await reasonOf(await identity.token({ jti: 'an-hour-later' }))).toBe('accepted');
    later(86_400_000);
    expect(await reasonOf(await identity.token({ jti: 'a-day-later' }))).toBe('KeysUnavailable');
  });

  it('that are read for the first time are tried three times, for all who wait', async () => {
    let tries = 0;
    const load = async (url: string): Promise<JSONWebKeySet> => {
      tries += 1;
      if (tries < 3) throw new Error('The issuer is not there yet.');
      return (await (await fetch(url)).json()) as JSONWebKeySet;
    };
    const find = openKeySet(`${identity.issuer}/.well-known/jwks.json`, load);
    const token = await identity.token();
    const header = JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()) as { alg: string };
    await Promise.all(Array.from({ length: 10 }, () => find(header, { payload: '', signature: '' })));
    expect(tries).toBe(3);
  });

  it('that were never read are tried again a second later', async () => {
    identity.away = 'error';
    const token = await identity.token();
    expect(await reasonOf(token)).toBe('KeysUnavailable');
    identity.away = 'no';
    later(1_000);
    expect(await reasonOf(token)).toBe('accepted');
  });

  const identityWith = async (kid: string) => {
    await identity.add(kid);
    return openVerifier([ownIssuer(identity.issuer, 'test')]);
  };
  const tested = (verifyIt: VerifyToken) => ({
    verify: async (kid: string, jti = kid) => verifyIt(await identity.token({ jti }, { kid })),
  });
});

describe('an issuer outside', () => {
  const configured = (more: object = {}) =>
    outsideIssuers(
      JSON.stringify([
        {
          issuer: other.issuer,
          jwks: other.jwks,
          audience: 'shop',
          prefix: 'staff:',
          roles: { claim: ['realm_access', 'roles'], map: { support: 'operator' } },
          type: 'JWT',
          ...more,
        },
      ]),
    );
  const theirs = (claims: object = {}) =>
    other.token({ aud: 'shop', client_id: undefined, jti: undefined, roles: undefined, ...claims }, { typ: 'JWT' });
  const open = () =>
    openVerifier([ownIssuer(identity.issuer, 'test'), ...configured()], {
      scopesOf: (roles) => roles.map((role) => `${role}:all`),
    });

  it('gives the roles that the configuration maps, and never the name of a customer here', async () => {
    const token = await theirs({ sub: 'c-1001', azp: 'portal', realm_access: { roles: ['support', 'other', 7] } });
    expect(await open()(token)).toEqual({
      subject: 'staff:c-1001',
      clientId: 'portal',
      tokenId: expect.stringMatching(/^[0-9a-f]{32}$/),
      scopes: ['operator:all'],
      roles: ['operator'],
      expiresAt: expect.any(Number),
    });
  });

  it('gives no scope by its own scope claim, and no role without the mapped claim', async () => {
    const holder = await open()(await theirs({ scope: 'orders:read:any', roles: ['operator'] }));
    expect(holder).toMatchObject({ scopes: [], roles: [], clientId: 'unknown' });
  });

  it('cannot speak for the identity service', async () => {
    const forged = await other.token({ iss: identity.issuer, aud: 'urn:dure:test' });
    await expect(open()(forged)).rejects.toThrow('ERR_JWS_SIGNATURE_VERIFICATION_FAILED');
  });

  it.each([
    ['{', 'is not JSON'],
    ['[{}]', 'issuer'],
    ['{}', 'is not valid'],
  ])('is refused when its configuration is %s', (text, problem) => {
    expect(() => outsideIssuers(text)).toThrow(problem);
  });

  it('is refused with an algorithm of shared secrets, without a prefix, or twice', () => {
    expect(() => configured({ algorithms: ['HS256'] })).toThrow('algorithms');
    expect(() => configured({ algorithms: ['none'] })).toThrow('algorithms');
    expect(() => configured({ prefix: '' })).toThrow('prefix');
    expect(() => outsideIssuers(JSON.stringify([...read(), ...read()]))).toThrow('twice');
    expect(outsideIssuers(undefined)).toEqual([]);
  });

  const read = () => [
    { issuer: other.issuer, jwks: other.jwks, audience: 'a', prefix: 'x:', roles: { claim: 'groups', map: {} } },
  ];
});
