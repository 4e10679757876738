import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beginCall } from '@dure/contracts/binding/call';
import { openTable } from '@dure/contracts/binding/table';
import { outboxOf, streamOf } from '@dure/testing/outbox';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, ask, form, tableName } from './support/service.ts';
import { cookieIn, enter, fieldsIn } from './support/browser.ts';
import { stopClock } from './support/clock.ts';
import { withSession } from './support/session.ts';

const REDIRECT = 'https://shop.example.com/callback';
process.env['REDIRECT_URIS'] = REDIRECT;
const { handler: pages } = await import('../src/pages/index.ts');
const { handler: oauth } = await import('../src/oauth/index.ts');
const { accounts, sessions } = await import('../src/composition.ts');
const { digestOf } = await import('../src/application/password.ts');
const { withPassword } = await import('../src/domain/account.ts');
const { endOf } = await import('../src/domain/session.ts');
const table = openTable(tableName);

const password = 'correct horse battery';
let digest = '';
beforeAll(async () => void (digest = await digestOf(password)));

async function newAccount() {
  const account = { id: `c-${randomUUID()}`, email: `${randomUUID()}@example.com` };
  await accounts.add({ ...account, password: digest, roles: ['customer'] });
  return account;
}

const SIGN_IN = '/account/sign-in';
const SESSIONS = '/account/sessions';
const korean = { 'accept-language': 'ko' };

/** What a browser keeps of the answer to a sign-in. */
const visitOf = ({ headers }: Answer): string => /dure-visit=[^;]*/.exec(headers['set-cookie'] ?? '')?.[0] ?? '';

async function signedIn(email: string): Promise<string> {
  const answer = await enter(pages, { resource: SIGN_IN }, { email, password });
  expect([answer.status, answer.headers['location']]).toEqual([303, 'sessions']);
  return visitOf(answer);
}

const show = (cookie: string, headers = {}) => ask(pages, { resource: SESSIONS, headers: { cookie, ...headers } });

/** Presses the button of a session, or the one of all. */
async function press(cookie: string, fields: Record<string, string>, headers: Record<string, string> = {}) {
  const page = await show(cookie);
  const sent = { form_token: fieldsIn(page)['form_token'] ?? '', ...fields };
  return ask(pages, form(SESSIONS, sent, { cookie: `${cookie}; ${cookieIn(page)}`, ...headers }));
}

const idsIn = ({ text }: Answer): string[] =>
  [...text.matchAll(/name="session" value="([^"]+)"/g)].map(([, id = '']) => id);
const sessionOf = async ({ id }: { id: string }): Promise<string> =>
  withSession(sessions, beginCall(), { subject: id, epoch: 0 });
const events = async (subject: string) =>
  (await outboxOf(table.client, tableName, subject)).map(({ type, data }) => [type.split('.')[2], data['reason']]);

describe('a person', () => {
  it('signs in and sees where they are signed in, the application and the page, and nobody else', async () => {
    const account = await newAccount();
    const shop = await sessionOf(account);
    await sessionOf(await newAccount());
    const cookie = await signedIn(account.email);
    const page = await show(cookie);
    expect(page.status).toBe(200);
    const [visit = '', ...others] = idsIn(page);
    expect(others).toEqual([shop]);
    expect(page.text).toMatch(/<h2 id="name-0">Account pages, in this browser<\/h2>[^]*<h2 id="name-1">Dure<\/h2>/);
    expect(page.text).toMatch(/Signed in: \d+ \w+ \d{4} at \d\d:\d\d UTC/);
    expect(await events(visit)).toEqual([['SignedIn', undefined]]);
  });

  it('in Korean, too', async () => {
    const cookie = await signedIn((await newAccount()).email);
    expect((await show(cookie, korean)).text).toMatch(/<html lang="ko">[^]*로그인된 곳[^]*모든 곳에서 로그아웃/);
    expect((await ask(pages, { resource: SIGN_IN, headers: korean })).text).toContain('로그인하면');
  });

  it('is asked to sign in first, and again after a quarter of an hour', async () => {
    expect((await show('')).headers['location']).toBe('sign-in');
    stopClock();
    const cookie = await signedIn((await newAccount()).email);
    expect((await show(cookie)).status).toBe(200);
    stopClock(Date.now() + 901_000);
    expect((await show(cookie)).headers['location']).toBe('sign-in');
  });

  it('ends one session, and is told so', async () => {
    const account = await newAccount();
    const [one, other] = [await sessionOf(account), await sessionOf(account)];
    const cookie = await signedIn(account.email);
    const answer = await press(cookie, { session: one });
    expect([answer.status, answer.headers['location']]).toEqual([303, 'sessions?ended=yes']);
    const page = await ask(pages, { resource: SESSIONS, query: { ended: 'yes' }, headers: { cookie } });
    expect(page.text).toContain('<p role="status">You are signed out there.</p>');
    expect([idsIn(page).includes(one), idsIn(page).includes(other)]).toEqual([false, true]);
    expect((await events(one)).at(-1)).toEqual(['SessionEnded', 'revoked']);
  });

  it('ends all of them, the page, too', async () => {
    const account = await newAccount();
    const shop = await sessionOf(account);
    const [cookie, elsewhere] = [await signedIn(account.email), await signedIn(account.email)];
    const answer = await press(cookie, { all: 'yes' });
    expect([answer.status, answer.text.includes('You are signed out everywhere')]).toEqual([200, true]);
    expect(answer.headers['set-cookie']).toMatch(/^dure-visit=; Path=\/identity\/test\/account; Max-Age=0; /);
    expect([(await show(cookie)).status, (await show(elsewhere)).status]).toEqual([303, 303]);
    expect((await sessions.load(shop))?.ended).toBe(true);
  });

  it('leaves the pages alone, and the application stays', async () => {
    const account = await newAccount();
    const shop = await sessionOf(account);
    const cookie = await signedIn(account.email);
    const [visit = ''] = idsIn(await show(cookie));
    expect((await press(cookie, { session: visit })).text).toContain('You are signed out of these pages');
    expect([(await show(cookie)).status, (await sessions.load(shop))?.ended]).toEqual([303, undefined]);
  });

  it('ends nothing of somebody else, and nothing that is no session', async () => {
    const stranger = await sessionOf(await newAccount());
    const cookie = await signedIn((await newAccount()).email);
    for (const session of [stranger, randomUUID(), 'x'.repeat(5_000), '']) {
      expect((await press(cookie, { session })).status).toBe(303);
    }
    expect((await sessions.load(stranger))?.ended).toBeUndefined();
  });

  it('is signed out of the pages by another password', async () => {
    const account = await newAccount();
    const cookie = await signedIn(account.email);
    await accounts.setPassword(beginCall(), withPassword((await accounts.byId(account.id))!, digest), 'changed');
    expect((await show(cookie)).status).toBe(303);
  });

  it.each([
    ['another password', 401, 'wrong'],
    ['one that is longer than any', 400, 'x'.repeat(2_000)],
  ])('is not let in with %s', async (_what, status, entered) => {
    const { email } = await newAccount();
    const answer = await enter(pages, { resource: SIGN_IN }, { email, password: entered });
    expect([answer.status, visitOf(answer), answer.text.includes('role="alert"')]).toEqual([status, '', true]);
  });

  it('waits after failing too often, as on the page of an application', async () => {
    stopClock();
    const { email } = await newAccount();
    for (let count = 0; count < 5; count += 1) await enter(pages, { resource: SIGN_IN }, { email, password: 'wrong' });
    const answer = await enter(pages, { resource: SIGN_IN }, { email, password });
    expect([answer.status, Number(answer.headers['retry-after'])]).toEqual([429, 1]);
  });
});

describe('the visit', () => {
  it('is a cookie that scripts and other sites do not get, for the pages of the account alone', async () => {
    const answer = await enter(pages, { resource: SIGN_IN }, { email: (await newAccount()).email, password });
    expect(answer.headers['set-cookie']).toMatch(
      /^dure-visit=[\w.-]{80}; Path=\/identity\/test\/account; Max-Age=900; HttpOnly; SameSite=Strict,dure-device=/,
    );
  });

  it.each([
    ['made up', () => `dure-visit=${randomUUID()}.${'A'.repeat(43)}`],
    ['altered', (cookie: string) => `${cookie.slice(0, -8)}AAAAAAAA`],
    ['long', () => `dure-visit=${'x'.repeat(8_000)}`],
    ['empty', () => 'dure-visit='],
  ])('is nothing when it is %s', async (_what, spoil) => {
    const cookie = await signedIn((await newAccount()).email);
    expect((await show(spoil(cookie))).headers['location']).toBe('sign-in');
  });

  it('is no refresh token, and a refresh token is no visit', async () => {
    const account = await newAccount();
    const cookie = await signedIn(account.email);
    const fields = { grant_type: 'refresh_token', client_id: 'storefront', refresh_token: cookie.split('=')[1]! };
    expect((await ask(oauth, form('/oauth/token', fields))).body).toMatchObject({ error: 'invalid_grant' });
    const other = { ...fields, client_id: 'account' };
    expect((await ask(oauth, form('/oauth/token', other))).body).toMatchObject({ error: 'invalid_client' });
    const shop = await sessionOf(account);
    expect((await show(`dure-visit=${shop}.${'A'.repeat(43)}`)).status).toBe(303);
  });

  it('is gone from the table when it is over', async () => {
    const cookie = await signedIn((await newAccount()).email);
    const session = (await sessions.load(cookie.slice('dure-visit='.length).split('.')[0]!))!;
    expect(endOf(session) - Date.parse(session.startedAt)).toBe(900_000);
  });
});

describe('a form from elsewhere', () => {
  const reasons = async (network: string) => {
    const records = await streamOf(table.client, tableName);
    const outboxes = records.flatMap(({ dynamodb }) => dynamodb?.NewImage?.['outbox']?.S ?? []);
    const told = outboxes.flatMap(
      (it) => JSON.parse(it) as { type: string; data: { network?: string; reason: string } }[],
    );
    return told.filter(({ type, data }) => type.includes('RequestRefused') && data.network === network);
  };
  const authorize = {
    ...{ response_type: 'code', client_id: 'storefront', redirect_uri: REDIRECT, code_challenge_method: 'S256' },
    code_challenge: createHash('sha256').update('v').digest('base64url'),
  };

  const config = readFileSync(fileURLToPath(new URL('../serverless.yml', import.meta.url)), 'utf8');
  const ofPages = config.slice(config.indexOf('\n  pages:'), config.indexOf('\n  mail:'));
  /** Every form that there is. */
  const forms = [...ofPages.matchAll(/method: post, path: (\S+)/g)].map(([, path = '']) => path);

  it('has been looked for in every page', () => {
    expect(forms).toEqual(expect.arrayContaining(['/oauth/authorize', '/account/register', SIGN_IN, SESSIONS]));
  });

  it.each(forms.map((path, place) => [path, 10 + place] as const))(
    'is refused and told in the audit: %s',
    async (resource, network) => {
      const more = resource === '/oauth/authorize' ? authorize : { token: 'x', all: 'yes' };
      const account = await newAccount();
      const cookie = await signedIn(account.email);
      const page = await ask(pages, { resource: SIGN_IN });
      const fields = { ...more, email: account.email, password, form_token: fieldsIn(page)['form_token']! };
      const both = { cookie: `${cookie}; ${cookieIn(page)}` };
      const wrong = [
        { ...both, 'sec-fetch-site': 'cross-site' },
        { ...both, origin: 'https://evil.example.com' },
        { ...both, origin: 'null' },
        { cookie },
      ];
      for (const headers of wrong) {
        const answer = await ask(pages, form(resource, fields, headers), `198.51.${network}.1`);
        expect([answer.status, answer.headers['location']]).toEqual([403, undefined]);
      }
      expect((await show(cookie)).status).toBe(200);
      expect(await reasons(`198.51.${network}.0/24`)).toMatchObject([{ data: { reason: 'forged-form' } }]);
    },
  );
});
