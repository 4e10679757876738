import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { beginCall } from '@dure/contracts/binding/call';
import { openTable } from '@dure/contracts/binding/table';
import { outboxOf } from '@dure/testing/outbox';
import { describe, expect, it, jest } from '@jest/globals';
import { decodeJwt } from 'jose';
import { ask, form, ISSUER, tableName } from './support/service.ts';
import { stopClock } from './support/clock.ts';

const REDIRECT = 'https://shop.example.com/callback';
process.env['REDIRECT_URIS'] = REDIRECT;
const { handler: pages } = await import('../src/pages/index.ts');
const { handler: oauth } = await import('../src/oauth/index.ts');
const { authorizeParts } = await import('../src/composition.ts');
const { digestOf } = await import('../src/application/password.ts');
const { createAccountStore } = await import('../src/store/account-store.ts');
const table = openTable(tableName);

const password = 'correct horse battery staple';
const digest = await digestOf(password);

async function newAccount() {
  const account = {
    id: `c-${randomUUID()}`,
    email: `${randomUUID()}@example.com`,
    password: digest,
    roles: ['customer'],
  };
  await createAccountStore(table).add(account);
  return account;
}

function newRequest(more: Record<string, string> = {}) {
  const verifier = randomBytes(32).toString('base64url');
  const fields = {
    ...{ response_type: 'code', client_id: 'storefront', redirect_uri: REDIRECT, state: 'a&b' },
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...more,
  };
  return { verifier, fields };
}

const show = (query: Record<string, string>, headers = {}) =>
  ask(pages, { resource: '/oauth/authorize', query, headers });

/** As a browser does: the page's fields, its cookie, and what the person enters. */
async function enter(
  fields: Record<string, string>,
  entered: Record<string, string>,
  headers: Record<string, string> = {},
) {
  const page = await show(fields);
  const hidden = [...page.text.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(
    ([, name = '', value = '']) => [name, value.replaceAll('&amp;', '&')] as const,
  );
  const cookie = page.headers['set-cookie']?.split(';')[0] ?? '';
  return ask(pages, form('/oauth/authorize', { ...Object.fromEntries(hidden), ...entered }, { cookie, ...headers }));
}

async function codeFor(account: { email: string }) {
  const { verifier, fields } = newRequest();
  const { status, headers } = await enter(fields, { email: account.email, password });
  expect(status).toBe(303);
  const to = new URL(headers['location']!);
  expect([to.origin + to.pathname, to.searchParams.get('state'), to.searchParams.get('iss')]).toEqual([
    ...[REDIRECT, 'a&b', ISSUER],
  ]);
  return { verifier, code: to.searchParams.get('code')! };
}

const token = (fields: Record<string, string>) =>
  ask(oauth, form('/oauth/token', { client_id: 'storefront', ...fields }));
const exchange = (code: string, verifier: string, more = {}) =>
  token({ grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: REDIRECT, ...more });
const refresh = (refresh_token: unknown) =>
  token({ grant_type: 'refresh_token', refresh_token: String(refresh_token) });

async function signInAgain(account: { email: string }) {
  const { code, verifier } = await codeFor(account);
  return exchange(code, verifier);
}

async function signedIn() {
  const account = await newAccount();
  const { code, verifier } = await codeFor(account);
  const answer = await exchange(code, verifier);
  expect(answer.status).toBe(200);
  const { sid } = decodeJwt<{ sid: string }>(String(answer.body['access_token']));
  return { account, code, verifier, sid, first: answer.body['refresh_token'] };
}

const events = async (subject: string) =>
  (await outboxOf(table.client, tableName, subject)).map(({ type, data }) => [type.split('.')[2], data['reason']]);

describe('a person signs in', () => {
  it('and the client gets tokens in their name', async () => {
    const account = await newAccount();
    const { code, verifier } = await codeFor(account);
    const { status, body } = await exchange(code, verifier);
    expect(status).toBe(200);
    expect(decodeJwt(String(body['access_token']))).toMatchObject({
      sub: account.id,
      client_id: 'storefront',
      roles: ['customer'],
    });
    const again = await refresh(body['refresh_token']);
    expect(again).toMatchObject({ status: 200, body: { scope: body['scope'] } });
    expect(await events(String(decodeJwt(String(body['access_token']))['sid']))).toEqual([['SignedIn', undefined]]);
  });

  it('even if the browser cannot be remembered', async () => {
    const remember = jest
      .spyOn(authorizeParts.devices, 'remember')
      .mockRejectedValueOnce(new Error('the table is slow'));
    const written = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    const { fields } = newRequest();
    const { status, headers } = await enter(fields, { email: (await newAccount()).email, password });
    expect(written.mock.calls.map(([line]) => String(line)).join('')).toContain('the table is slow');
    written.mockRestore();
    expect([status, remember.mock.calls.length]).toEqual([303, 1]);
    remember.mockRestore();
    expect(new URL(headers['location']!).searchParams.get('code')).toBeTruthy();
  });

  it('not with another password, and as little with an address that has no account', async () => {
    const account = await newAccount();
    for (const email of [account.email, `${randomUUID()}@example.com`]) {
      const { status, text } = await enter(newRequest().fields, { email, password: 'wrong' });
      expect([status, text.includes('role="alert"'), text.includes(email)]).toEqual([401, true, true]);
      expect(text).not.toContain('wrong"');
    }
  });

  it('at once no more often than one after the other', async () => {
    const { email } = await newAccount();
    const tries = Array.from({ length: 30 }, () => enter(newRequest().fields, { email, password: 'wrong' }));
    const statuses = (await Promise.all(tries)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(5);
    expect(statuses.filter((status) => status === 401 || status === 429)).toHaveLength(30);
  });

  it('in letters that are typed in parts, however many parts those are', async () => {
    const { email, id } = await newAccount();
    const { accounts } = await import('../src/composition.ts');
    const { withPassword } = await import('../src/domain/account.ts');
    const letters = '각난닫랄맘밥삿앙잦찿칵탙팦핳'.repeat(9);
    await accounts.setPassword(
      beginCall(),
      withPassword((await accounts.byId(id))!, await digestOf(letters)),
      'changed',
    );
    expect((await enter(newRequest().fields, { email, password: letters.normalize('NFD') })).status).toBe(303);
  });

  it('and is told how long to wait after failing too often', async () => {
    stopClock();
    const { email } = await newAccount();
    for (let count = 0; count < 6; count += 1) await enter(newRequest().fields, { email, password: 'wrong' });
    const { status, headers } = await enter(newRequest().fields, { email, password });
    expect([status, Number(headers['retry-after']) >= 1, Number(headers['retry-after']) <= 2]).toEqual([
      429,
      true,
      true,
    ]);
  });

  it('and the browser is known from then on, by a cookie that other sites do not send', async () => {
    const { email } = await newAccount();
    const { headers } = await enter(newRequest().fields, { email, password });
    expect(headers['set-cookie']).toMatch(
      /^dure-device=[\w-]{43}; Path=\/identity\/test; Max-Age=\d+; HttpOnly; SameSite=Lax$/,
    );
    const [device = ''] = /(?<==)[\w-]{43}/.exec(headers['set-cookie']!) ?? [];
    const { createDevices } = await import('../src/store/devices.ts');
    const devices = createDevices(table);
    const known = [
      devices.isKnown(email, device, 0),
      devices.isKnown(email, device, 1),
      devices.isKnown('a@b.example', device, 0),
    ];
    expect(await Promise.all(known)).toEqual([true, false, false]);
  });

  it('after five failures only slowly, and nobody else is locked out', async () => {
    stopClock();
    const { email } = await newAccount();
    for (let count = 0; count < 5; count += 1) await enter(newRequest().fields, { email, password: 'wrong' });
    expect((await enter(newRequest().fields, { email, password })).status).toBe(429);
    const { createAttempts } = await import('../src/store/attempts.ts');
    expect(await createAttempts(table).load(email, '192.0.2.2')).toBeUndefined();
  });
});

describe('the page', () => {
  it('is complete without a script, in both languages, and is in no frame', async () => {
    const [english, korean] = [
      await show(newRequest().fields),
      await show(newRequest().fields, { 'Accept-Language': 'ko-KR,en;q=0.5' }),
    ];
    expect(english.text).toMatch(/<html lang="en">[^]*<label for="email">[^]*<label for="password">/);
    expect(korean.text).toMatch(/<html lang="ko">[^]*로그인/);
    expect(english.text).not.toContain('<script');
    const policy = english.headers['content-security-policy']!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("form-action 'self' https://shop.example.com;");
    expect(policy).toContain("frame-ancestors 'none'");
    // Otherwise browsers hide the origin of the form.
    expect(english.headers['referrer-policy']).toBe('same-origin');
    expect(english.headers['set-cookie']).toMatch(/HttpOnly; SameSite=Strict/);
  });

  it('shows what a client sends as text', async () => {
    const { text } = await show(newRequest({ state: '"><script>alert(1)</script>' }).fields);
    expect(text).not.toContain('<script');
  });

  it.each([
    ['no client', { client_id: '' }],
    ['an unknown client', { client_id: 'other' }],
    ['another address', { redirect_uri: 'https://evil.example.com/callback' }],
    ['an address that begins alike', { redirect_uri: `${REDIRECT}/../evil` }],
    ['a query more', { redirect_uri: `${REDIRECT}?x=1` }],
    ['another case', { redirect_uri: REDIRECT.toUpperCase() }],
    ['no address', { redirect_uri: '' }],
  ])('sends nobody anywhere with %s', async (_why, wrong) => {
    const { status, headers } = await show(newRequest(wrong as Record<string, string>).fields);
    expect([status, headers['location']]).toEqual([400, undefined]);
  });

  it.each([
    ['no proof', { code_challenge: '' }, 'invalid_request'],
    ['a plain proof', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['another response', { response_type: 'token' }, 'unsupported_response_type'],
  ])('says to the client what is wrong: %s', async (_why, wrong, error) => {
    const { status, headers } = await show(newRequest(wrong as Record<string, string>).fields);
    const to = new URL(headers['location']!);
    expect([status, to.searchParams.get('error'), to.searchParams.get('iss')]).toEqual([303, error, ISSUER]);
  });

  it.each([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['another origin', { origin: 'https://evil.example.com' }],
    ['an origin that is hidden', { origin: 'null' }],
    ['no cookie', { cookie: '' }],
    ['another cookie', { cookie: `dure-form=${'A'.repeat(43)}` }],
  ])('takes no form from elsewhere: %s', async (_why, headers) => {
    const { email } = await newAccount();
    const answer = await enter(newRequest().fields, { email, password }, headers as unknown as Record<string, string>);
    expect([answer.status, answer.headers['location']]).toEqual([403, undefined]);
  });
});

describe('a code', () => {
  it('is good once: its replay ends what it gave', async () => {
    const { code, verifier, first, sid } = await signedIn();
    expect(await exchange(code, verifier)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect((await refresh(first)).status).toBe(400);
    expect(await events(sid)).toEqual([
      ['SignedIn', undefined],
      ['SessionEnded', 'code-replayed'],
    ]);
  });

  it.each([
    ['another verifier', { code_verifier: 'x'.repeat(43) }],
    ['another address', { redirect_uri: 'https://evil.example.com/' }],
    ['no address', { redirect_uri: '' }],
    ['another code', { code: 'x' }],
  ])('is nothing with %s', async (_why, wrong) => {
    const { code, verifier } = await codeFor(await newAccount());
    expect(await exchange(code, verifier, wrong)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });
});

describe('a code', () => {
  it('stays good where nobody could sign the tokens that it gives', async () => {
    const { code, verifier } = await codeFor(await newAccount());
    const { exchangeCode } = await import('../src/application/sessions.ts');
    const { clients, sessions, tokenIssuer } = await import('../src/composition.ts');
    const sign = () => Promise.reject(new Error('KMS is away.'));
    const issuer = { ...tokenIssuer, signer: { ...tokenIssuer.signer, sign } };
    const client = (await clients.find('storefront'))!;
    const asked = { code, verifier, redirectUri: REDIRECT };
    await expect(exchangeCode({ sessions, issuer }, beginCall(), client, asked)).rejects.toThrow('KMS is away.');
    expect((await exchange(code, verifier)).status).toBe(200);
  });
});

describe('a refresh token', () => {
  const longest = 'x'.repeat(4_000);

  it.each([longest, `${longest}.${longest}`, `${randomUUID()}.${longest}`, `${'0'.repeat(36)}.${'A'.repeat(43)}`, '.'])(
    'that nobody was given is refused, however long it is',
    async (made) => {
      expect(await refresh(made)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
      const revoked = await ask(oauth, form('/oauth/revoke', { client_id: 'storefront', token: made }));
      expect(revoked.status).toBe(200);
    },
  );

  it('asked with by several tabs at once gives all the same', async () => {
    const { first } = await signedIn();
    const answers = await Promise.all([refresh(first), refresh(first), refresh(first)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(answers.map(({ body }) => body['refresh_token'])).size).toBe(1);
    expect((await refresh(answers[0]!.body['refresh_token'])).status).toBe(200);
  });

  it('that was stolen ends the session for both', async () => {
    const { first, sid } = await signedIn();
    const second = (await refresh(first)).body['refresh_token'];
    const third = (await refresh(second)).body['refresh_token'];
    expect(await refresh(first)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect((await refresh(third)).status).toBe(400);
    expect(await events(sid)).toEqual([
      ['SignedIn', undefined],
      ['SessionEnded', 'token-reused'],
    ]);
  });

  it('is nothing once the account has another password, and neither is a code from before', async () => {
    const { account, first } = await signedIn();
    const { code, verifier } = await codeFor(account);
    const { accounts } = await import('../src/composition.ts');
    const { withPassword } = await import('../src/domain/account.ts');
    const now = beginCall();
    const changed = withPassword((await accounts.byId(account.id))!, digest);
    await accounts.setPassword(now, changed, 'changed');
    expect(await refresh(first)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect(await exchange(code, verifier)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect((await signInAgain(account)).status).toBe(200);
  });

  it('that somebody made up ends nothing', async () => {
    const { first, sid } = await signedIn();
    expect((await refresh(`${sid}.made-up`)).status).toBe(400);
    expect((await refresh(first)).status).toBe(200);
  });

  it('ends with its revocation, and another client cannot', async () => {
    const { first, sid } = await signedIn();
    const revoke = (value: unknown) =>
      ask(oauth, form('/oauth/revoke', { client_id: 'storefront', token: String(value) }));
    expect((await revoke('nothing')).status).toBe(200);
    expect((await revoke(first)).status).toBe(200);
    expect((await refresh(first)).status).toBe(400);
    expect(await events(sid)).toEqual([
      ['SignedIn', undefined],
      ['SessionEnded', 'revoked'],
    ]);
  });
});
