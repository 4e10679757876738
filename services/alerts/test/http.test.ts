import { randomUUID } from 'node:crypto';
import { createTestTable } from '@dure/testing/dynamodb';
import { call } from '@dure/testing/lambda-events';
import { expect, it } from '@jest/globals';
import type { Alert, AlertState } from '../src/domain/alert.ts';

const { tableName } = await createTestTable({
  indexes: [
    { name: 'recent', pk: 'shard', sk: 'position' },
    { name: 'state', pk: 'state', sk: 'position' },
  ],
});
Object.assign(process.env, { TABLE_NAME: tableName, SERVICE_NAME: 'alerts', LOG_LEVEL: 'error' });
const { handler } = await import('../src/http/index.ts');
const { store } = await import('../src/composition.ts');

const states: AlertState[] = ['ALARM', 'OK', 'NOTICE', 'ALARM', 'OK', 'ALARM'];
const alerts = states.map((state, index): Alert => ({
  ...{ id: randomUUID(), state, title: `alarm ${index}`, reason: 'because', at: `2026-01-05T09:3${index}:00.000Z` },
  ...(state !== 'NOTICE' && {
    alarm: { name: `alarm ${index}`, description: '', previousState: 'OK', arn: 'arn:aws:cloudwatch', region: 'here' },
  }),
}));
for (const alert of alerts) await store.claim(alert, 'webhook', { now: 1, until: 2, latest: 3 });
const latestFirst = alerts.toReversed();

interface Page {
  readonly items: { readonly id: string }[];
  readonly _links: { readonly next?: { readonly href: string } };
}

/** Follows the links to the end of a list. */
async function listAll(query: Record<string, string>): Promise<string[]> {
  const ids: string[] = [];
  for (let asked: Record<string, string> | undefined = query; asked !== undefined;) {
    const { status, body } = await call(handler, { resource: '/v1/alerts', query: asked });
    expect(status).toBe(200);
    const { items, _links: links } = body as unknown as Page;
    ids.push(...items.map(({ id }) => id));
    const next = links.next && new URL(links.next.href, 'http://localhost').searchParams;
    asked = next && Object.fromEntries(next);
  }
  return ids;
}

it('lists alerts newest first, page by page', async () => {
  const ids = latestFirst.map(({ id }) => id);
  for (const limit of ['1', '2', '6', '50']) expect(await listAll({ limit })).toEqual(ids);
});

it('lists the alerts of one state', async () => {
  for (const state of ['ALARM', 'OK', 'NOTICE', 'INSUFFICIENT_DATA']) {
    const ids = latestFirst.filter((it) => it.state === state).map(({ id }) => id);
    expect(await listAll({ state, limit: '2' })).toEqual(ids);
  }
});

it('rejects a cursor of another list, or a forged one', async () => {
  const { body } = await call(handler, { resource: '/v1/alerts', query: { limit: '1' } });
  const { href } = (body as unknown as Page)._links.next!;
  const cursor = new URL(href, 'http://localhost').searchParams.get('cursor')!;
  const wrong: Record<string, string>[] = [{ cursor, state: 'OK' }, { cursor: 'bm9uZQ' }];
  for (const query of wrong) {
    expect(await call(handler, { resource: '/v1/alerts', query })).toMatchObject({
      status: 400,
      body: { type: 'urn:dure:problem:invalid-cursor' },
    });
  }
});

it('shows an alert and its deliveries', async () => {
  const [alert] = alerts;
  const shown = await call(handler, { resource: '/v1/alerts/{id}', params: { id: alert!.id } });
  expect(shown).toMatchObject({
    status: 200,
    body: { ...alert, deliveries: [{ channel: 'webhook', status: 'sending', at: '1970-01-01T00:00:00.001Z' }] },
  });
});

it('answers 404 for an unknown alert, and 400 for an invalid id or state', async () => {
  const get = (id: string) => call(handler, { resource: '/v1/alerts/{id}', params: { id } });
  expect(await get(randomUUID())).toMatchObject({ status: 404, body: { type: 'urn:dure:problem:alert-not-found' } });
  expect((await get('one')).status).toBe(400);
  expect((await call(handler, { resource: '/v1/alerts', query: { state: 'LOUD' } })).status).toBe(400);
});

it('is healthy while its table answers', async () => {
  expect(await call(handler, { resource: '/v1/health' })).toMatchObject({ status: 200, body: { status: 'ok' } });
});
