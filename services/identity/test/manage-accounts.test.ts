import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { randomUUID } from 'node:crypto';
import { openTable } from '@dure/contracts/binding/table';
import { call as request, customer, staff } from '@dure/testing/lambda-events';
import { outboxOf } from '@dure/testing/outbox';
import { describe, expect, it } from '@jest/globals';
import { ask, form, tableName } from './support/service.ts';
import { cookieIn, enter, fieldsIn } from './support/browser.ts';
import { mailsTo, sendMails, tokenTo } from './support/mails.ts';

const { handler: pages } = await import('../src/pages/index.ts');
const { handler: api } = await import('../src/http/index.ts');
const { beginCall } = await import('@dure/contracts/binding/call');
const { emailDigest } = await import('../src/store/account-store.ts');
const { accountKey, emailKey } = await import('../src/store/keys.ts');
const { accounts } = await import('../src/composition.ts');
const { client } = openTable(tableName);

const newEmail = () => `${randomUUID()}@example.com`;
const invite = (email: string, roles = ['merchandiser'], more = {}) =>
  request(api, { method: 'POST', resource: '/v1/accounts', body: { email, roles, ...more } });
/** Of the account as it is now, where nothing else is given. */
async function change(accountId: string, body: object, caller = staff, etag?: string) {
  const headers = { 'if-match': etag ?? (await show(accountId)).headers['etag'] ?? '"0"' };
  const resource = '/v1/accounts/{accountId}';
  return request(api, { method: 'PATCH', resource, params: { accountId }, body, caller, headers });
}
const show = (accountId: string) => request(api, { resource: '/v1/accounts/{accountId}', params: { accountId } });

async function choose(token: string) {
  const page = await ask(pages, { resource: '/account/register' });
  const fields = { ...fieldsIn(page), token, password: 'correct horse battery' };
  return (await ask(pages, form('/account/password', fields, { cookie: cookieIn(page) }))).status;
}

describe('an operator', () => {
  it('invites somebody, who chooses a password by the link in a mail', async () => {
    const email = newEmail();
    const { status, body, headers } = await invite(email, ['operator', 'auditor'], { language: 'ko' });
    const id = String(body['id']);
    expect([status, headers['location'], id.startsWith('u-')]).toEqual([201, `/v1/accounts/${id}`, true]);
    await sendMails();
    expect(mailsTo(email)[0]!.subject).toBe('계정이 만들어졌습니다');
    expect(await choose(tokenTo(email))).toBe(200);
    const { body: shown } = await show(id);
    expect(shown).toMatchObject({ email, roles: ['operator', 'auditor'], disabled: false });
    expect(shown['verifiedAt']).toBeDefined();
    expect((await invite(email)).status).toBe(409);
    expect((await outboxOf(client, tableName, id)).map(({ type }) => type.split('.')[2])).toEqual([
      'AccountRegistered',
      'PasswordChanged',
    ]);
  });

  it('invites somebody who has registered and not come back: the link from then is nothing', async () => {
    const email = newEmail();
    await enter(pages, { resource: '/account/register', address: randomUUID() }, { email });
    await sendMails();
    const first = tokenTo(email);
    expect((await invite(email, ['customer'])).status).toBe(201);
    await sendMails();
    expect(await choose(first)).toBe(410);
    expect(await choose(tokenTo(email))).toBe(200);
  });

  it('invites them at the address that they wrote themselves, which the account then has', async () => {
    const email = newEmail();
    await enter(pages, { resource: '/account/register', address: randomUUID() }, { email: email.toUpperCase() });
    await sendMails();
    const id = String((await invite(email)).body['id']);
    expect((await show(id)).body).toMatchObject({ email });
    await sendMails();
    expect(mailsTo(email)[0]).toMatchObject({ to: [email], subject: 'You have an account' });
  });

  it('lists who works here, and not the customers', async () => {
    const [one, two] = [await invite(newEmail()), await invite(newEmail(), ['customer'])];
    const { body } = await request(api, { resource: '/v1/accounts' });
    const ids = (body['items'] as { id: string }[]).map(({ id }) => id);
    expect([ids.includes(String(one.body['id'])), ids.includes(String(two.body['id']))]).toEqual([true, false]);
  });

  it('turns the pages of who works here, each account once', async () => {
    const invited = await Promise.all(Array.from({ length: 5 }, () => invite(newEmail())));
    const [seen, pages] = [[] as string[], [] as number[]];
    for (let query: Record<string, string> | undefined = { limit: '2' }; query !== undefined;) {
      const { body } = await request(api, { resource: '/v1/accounts', query });
      seen.push(...(body['items'] as { id: string }[]).map(({ id }) => id));
      pages.push((body['items'] as object[]).length);
      const { next } = body['_links'] as { next?: { href: string } };
      query = next && Object.fromEntries(new URL(next.href, 'http://localhost').searchParams);
    }
    expect(seen).toEqual(expect.arrayContaining(invited.map(({ body }) => String(body['id']))));
    expect([new Set(seen).size, Math.max(...pages)]).toEqual([seen.length, 2]);
    const other = await request(api, { resource: '/v1/accounts', query: { cursor: 'AAAA' } });
    expect([other.status, other.body['type']]).toEqual([400, 'urn:dure:problem:invalid-cursor']);
  });

  it('changes roles and disables, which ends what was begun, and nothing happens twice', async () => {
    const id = String((await invite(newEmail())).body['id']);
    const before = (await accounts.byId(id))!;
    expect((await change(id, { roles: ['auditor'] })).body).toMatchObject({ roles: ['auditor'], disabled: false });
    expect((await change(id, { disabled: true })).body).toMatchObject({ disabled: true });
    expect((await change(id, { disabled: true, roles: ['auditor'] })).status).toBe(200);
    expect((await accounts.byId(id))!.epoch).toBe(before.epoch + 2);
    const events = await outboxOf(client, tableName, id);
    expect(events.map(({ type, sequence }) => [type.split('.')[2], sequence])).toEqual([
      ['AccountRegistered', 1],
      ['AccountChanged', 2],
      ['AccountChanged', 3],
    ]);
  });

  it('decides about a registration that waits: it goes with its address when nobody comes back', async () => {
    const email = newEmail();
    await enter(pages, { resource: '/account/register', address: randomUUID() }, { email });
    await sendMails();
    const { id } = (await accounts.byEmail(beginCall(), email))!;
    expect((await change(id, { disabled: true })).status).toBe(200);
    const expiryOf = async (Key: object) =>
      (await client.send(new GetCommand({ TableName: tableName, Key: { ...Key } }))).Item?.['expiresAt'] as unknown;
    expect(await expiryOf(accountKey(id))).toEqual(expect.any(Number));
    expect(await expiryOf(accountKey(id))).toBe(await expiryOf(emailKey(emailDigest(email))));
  });

  it('decides about the account that they have seen, and about no other state of it', async () => {
    const id = String((await invite(newEmail())).body['id']);
    const { etag = '' } = (await show(id)).headers;
    const first = await change(id, { roles: ['auditor'] }, staff, etag);
    expect([first.status, first.headers['etag'] === etag]).toEqual([200, false]);
    expect((await change(id, { disabled: true }, staff, etag)).status).toBe(412);
    expect((await show(id)).body).toMatchObject({ disabled: false });
  });

  it('invites once with a key', async () => {
    const email = newEmail();
    const sent = { method: 'POST', resource: '/v1/accounts', body: { email, roles: ['auditor'] } };
    const headers = { 'idempotency-key': randomUUID() };
    const [one, two] = [await request(api, { ...sent, headers }), await request(api, { ...sent, headers })];
    expect([one.status, two.status, two.body['id']]).toEqual([201, 201, one.body['id']]);
  });

  it('decides nothing about the own account, nor about one that is not there', async () => {
    const id = String((await invite(newEmail(), ['operator'])).body['id']);
    expect((await change(id, { disabled: true }, { ...staff, subject: id })).status).toBe(409);
    expect((await change('u-nobody', { disabled: true })).status).toBe(404);
    expect((await show('u-nobody')).status).toBe(404);
  });

  it.each([[['guest']], [['service']], [['deployer']], [[]]])('gives no person the roles %j', async (roles) => {
    expect((await invite(newEmail(), roles)).status).toBe(400);
  });
});

it('nobody else does', async () => {
  const caller = customer('c-1');
  const body = { email: newEmail(), roles: ['operator'] };
  expect((await request(api, { method: 'POST', resource: '/v1/accounts', body, caller })).status).toBe(403);
  expect((await request(api, { resource: '/v1/accounts', caller })).status).toBe(403);
});
