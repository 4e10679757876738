import { createHash, randomUUID } from 'node:crypto';
import { beginCall } from '@dure/contracts/binding/call';
import { openTable } from '@dure/contracts/binding/table';
import { call as request, customer } from '@dure/testing/lambda-events';
import { outboxOf, streamOf } from '@dure/testing/outbox';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { ask, form, tableName } from './support/service.ts';
import { stopClock } from './support/clock.ts';
import { withSession } from './support/session.ts';
import { enter } from './support/browser.ts';

const REDIRECT = 'https://shop.example.com/callback';
process.env['REDIRECT_URIS'] = REDIRECT;
const { handler: pages } = await import('../src/pages/index.ts');
const { handler: oauth } = await import('../src/oauth/index.ts');
const { handler: api } = await import('../src/http/index.ts');
const { accounts, sessions } = await import('../src/composition.ts');
const { endOthers } = await import('../src/application/own-sessions.ts');
const { digestOf } = await import('../src/application/password.ts');

const password = 'correct horse battery';
let digest = '';
beforeAll(async () => void (digest = await digestOf(password)));

async function newAccount() {
  const account = { id: `c-${randomUUID()}`, email: `${randomUUID()}@example.com` };
  await accounts.add({ ...account, password: digest, roles: ['customer'] });
  return account;
}

const verifier = 'v'.repeat(43);
const query = {
  ...{ response_type: 'code', client_id: 'storefront', redirect_uri: REDIRECT, code_challenge_method: 'S256' },
  code_challenge: createHash('sha256').update(verifier).digest('base64url'),
};
const visit = { resource: '/oauth/authorize', query };
const token = (fields: Record<string, string>) =>
  ask(oauth, form('/oauth/token', { client_id: 'storefront', ...fields }));

async function signIn(email: string, address?: string): Promise<{ id: string; refresh: () => Promise<number> }> {
  const from = { ...visit, headers: { 'user-agent': 'Browser/1\u00e9' }, ...(address !== undefined && { address }) };
  const { headers } = await enter(pages, from, { email, password });
  const code = new URL(headers['location']!).searchParams.get('code')!;
  const fields = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: REDIRECT };
  const refreshToken = String((await token(fields)).body['refresh_token']);
  const refresh = async () => (await token({ grant_type: 'refresh_token', refresh_token: refreshToken })).status;
  return { id: refreshToken.split('.')[0]!, refresh };
}

const as = (id: string) => ({ caller: customer(id) });
const list = async (id: string) =>
  (await request(api, { resource: '/v1/sessions', ...as(id) })).body['items'] as Record<string, string>[];
const end = (id: string, sessionId: string) =>
  request(api, { method: 'DELETE', resource: '/v1/sessions/{sessionId}', params: { sessionId }, ...as(id) });
const change = (id: string, currentPassword: string, newPassword = 'another good password') =>
  request(api, { method: 'PUT', resource: '/v1/password', body: { currentPassword, newPassword }, ...as(id) });

describe('a person', () => {
  it('sees where they are signed in, and nobody else', async () => {
    const { id, email } = await newAccount();
    const session = await signIn(email, '192.0.2.77');
    expect(await list(id)).toEqual([
      {
        ...{ id: session.id, clientId: 'storefront', network: '192.0.2.0/24', agent: 'Browser/1' },
        ...{ startedAt: expect.any(String), usedAt: expect.any(String) },
        _links: { self: { href: `/v1/sessions/${session.id}` } },
      },
    ]);
    expect(await list((await newAccount()).id)).toEqual([]);
  });

  it('ends one session, and no other’s', async () => {
    const { id, email } = await newAccount();
    const [one, other] = [await signIn(email), await signIn(email)];
    const stranger = await newAccount();
    expect((await end(stranger.id, one.id)).status).toBe(404);
    expect((await end(id, randomUUID())).status).toBe(404);
    expect((await end(id, one.id)).status).toBe(204);
    expect((await end(id, one.id)).status).toBe(404);
    expect([await one.refresh(), await other.refresh()]).toEqual([400, 200]);
    expect((await list(id)).map((it) => it['id'])).toEqual([other.id]);
  });

  it('ends every session, the one that has just begun, too', async () => {
    const { id, email } = await newAccount();
    await signIn(email);
    const last = await signIn(email);
    expect((await list(id))[0]).toMatchObject({ id: last.id });
    expect((await request(api, { method: 'DELETE', resource: '/v1/sessions', ...as(id) })).status).toBe(204);
    expect([await list(id), await last.refresh()]).toEqual([[], 400]);
  });

  it('ends more sessions than a list shows', async () => {
    const { id } = await newAccount();
    for (let count = 0; count < 5; count += 1) await withSession(sessions, beginCall(), { subject: id, epoch: 0 });
    const ofSubject = async (subject: string) => (await sessions.ofSubject(subject)).slice(0, 2);
    await endOthers({ ...sessions, ofSubject }, beginCall(), id, undefined);
    expect(await list(id)).toEqual([]);
  });

  it('ends all but the one that they are in', async () => {
    const { id, email } = await newAccount();
    const all = [await signIn(email), await signIn(email), await signIn(email)] as const;
    const except = all[1].id;
    const ended = { method: 'DELETE', resource: '/v1/sessions', query: { except }, ...as(id) };
    expect((await request(api, ended)).status).toBe(204);
    expect(await Promise.all(all.map(({ refresh }) => refresh()))).toEqual([400, 200, 400]);
  });
});

describe('the password', () => {
  it('is changed by the present one, which ends every session', async () => {
    const { id, email } = await newAccount();
    const session = await signIn(email);
    expect((await change(id, password)).status).toBe(204);
    expect(await session.refresh()).toBe(400);
    expect(await list(id)).toEqual([]);
    expect((await enter(pages, visit, { email, password })).status).toBe(401);
    expect((await enter(pages, visit, { email, password: 'another good password' })).status).toBe(303);
  });

  it.each([
    ['without the present one', 'wrong', 'another good password', 'current-password-wrong'],
    ['to a weak one', password, 'tiny one', 'password-too-weak'],
  ])('is not changed %s', async (_how, current, next, type) => {
    const { id } = await newAccount();
    const { status, body } = await change(id, current, next);
    expect([status, body['type']]).toEqual([422, `urn:dure:problem:${type}`]);
    expect(JSON.stringify(body)).not.toContain(next);
  });

  it('is not guessed by who has a token', async () => {
    stopClock();
    const { id } = await newAccount();
    const statuses = [];
    for (let count = 0; count < 7; count += 1) statuses.push((await change(id, 'wrong')).status);
    expect(statuses).toEqual([422, 422, 422, 422, 422, 429, 429]);
    const { status, headers } = await change(id, password);
    // A second after the fifth failure.
    expect([status, headers['retry-after']]).toEqual([429, '1']);
  });

  it('of a client that signs in by a secret is nobody’s to change', async () => {
    expect((await change('operator', password)).status).toBe(404);
  });
});

const table = openTable(tableName);

describe('the audit is told', () => {
  const refused = async () => {
    const outboxes = (await streamOf(table.client, tableName)).map(
      ({ dynamodb }) => dynamodb?.NewImage?.['outbox']?.S ?? '[]',
    );
    return outboxes
      .flatMap((outbox) => JSON.parse(outbox) as { type: string; data: { reason: string; network: string } }[])
      .filter(({ type }) => type.includes('.RequestRefused.'))
      .map(({ data }) => data);
  };
  const wrong = { ...query, redirect_uri: 'https://evil.example.com/' };

  it('of a wrong address and a forged form, once a minute for each network', async () => {
    const [one, other] = ['198.51.100.7', '203.0.113.9'];
    for (let count = 0; count < 4; count += 1) {
      await ask(pages, { resource: '/oauth/authorize', query: wrong }, one);
      await enter(
        pages,
        { ...visit, address: other, headers: { 'sec-fetch-site': 'cross-site' } },
        { email: 'a@b.example' },
      );
    }
    const told = await refused();
    const count = (reason: string, network: string) =>
      told.filter((it) => it.reason === reason && it.network === network).length;
    // Two where the minute ended meanwhile.
    expect([1, 2]).toContain(count('unknown-redirect', '198.51.100.0/24'));
    expect([1, 2]).toContain(count('forged-form', '203.0.113.0/24'));
    expect(JSON.stringify(told)).not.toContain(one);
  });

  it('of a wrong password whose account it was, without its address', async () => {
    const { id, email } = await newAccount();
    await enter(pages, { ...visit, address: '198.51.100.200' }, { email, password: 'wrong' });
    const events = (await streamOf(table.client, tableName)).map(
      ({ dynamodb }) => dynamodb?.NewImage?.['outbox']?.S ?? '',
    );
    const [told] = events.filter((outbox) => outbox.includes('SignInRefused') && outbox.includes(id));
    expect(told).toContain('198.51.100.0/24');
    expect(events.filter((outbox) => outbox.includes(email))).toEqual([]);
    expect(await outboxOf(table.client, tableName, id)).toHaveLength(1);
  });
});
