import { randomUUID } from 'node:crypto';
import { beginCall } from '@dure/contracts/binding/call';
import { ListProducts } from '@dure/contracts/catalog';
import type { EndpointContract } from '@dure/contracts/contract';
import { ListNotifications } from '@dure/contracts/notifications';
import { GetOrderV2 } from '@dure/contracts/orders';
import { GetPayment } from '@dure/contracts/payments';
import { ListShipments } from '@dure/contracts/shipping';
import { SUBJECT_REFUSED } from '@dure/service-identity/refusals';
import { createTestTable } from '@dure/testing/dynamodb';
import { call } from '@dure/testing/lambda-events';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { orderViewParts } from '../src/parts/order-view.ts';
import { deadlineOf } from './deadline.ts';
import { type Answer, littleServer, problemAnswer } from './little-server.ts';

/** The services, each a server that answers the example of its contract unless a test says otherwise. */
const CONTRACTS = {
  orders: GetOrderV2,
  payments: GetPayment,
  shipping: ListShipments,
  notifications: ListNotifications,
  catalog: ListProducts,
} as const satisfies Record<string, EndpointContract>;
type Service = keyof typeof CONTRACTS;
const services = Object.keys(CONTRACTS) as Service[];

let answers: Partial<Record<Service, Answer>> = {};
/** A product of each test's own, so that nothing that another test had kept is used. */
let sku = '';
const usual = (service: Service): Answer => {
  const { response } = CONTRACTS[service].example;
  if (service === 'orders') return { body: { ...response, items: [{ sku, quantity: 2 }] } };
  if (service !== 'catalog') return { body: response };
  return { body: { items: [{ ...ListProducts.example.response.items[0], sku }], _links: {} } };
};
const servers = Object.fromEntries(
  await Promise.all(
    services.map(async (name) => [name, await littleServer(() => answers[name] ?? usual(name))] as const),
  ),
);
afterAll(() => Promise.all(Object.values(servers).map((server) => server.close())));

/** Gives tokens that say what they are. */
let identityAnswers = true;
/** The caller whose session ended. */
let ended = '';
const identity = await littleServer((_, sent) => {
  const { subject_token: subject, actor_token: actor, scope } = Object.fromEntries(new URLSearchParams(sent));
  if (ended !== '' && subject === ended) {
    const body = { error: 'invalid_request', reason: SUBJECT_REFUSED };
    return { status: 400, body };
  }
  const token = subject === undefined ? 'own' : [subject, actor, ...scope!.split(' ')].join('/');
  return identityAnswers ? { body: { access_token: token, expires_in: 600 } } : { destroy: true };
});
afterAll(() => identity.close());

const DEADLINE_MS = 1_200;
const { tableName } = await createTestTable();
Object.assign(process.env, {
  ...{ TABLE_NAME: tableName, SERVICE_NAME: 'gateway', LOG_LEVEL: 'silent' },
  ...Object.fromEntries(services.map((name) => [`URL_OF_${name.toUpperCase()}`, servers[name]!.url])),
  ...{ ISSUER: identity.url, AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
  URL_OF_INVENTORY: 'http://127.0.0.1:9',
});
const { handler } = await import('../src/http/index.ts');
await deadlineOf(DEADLINE_MS);
const { cache, identity: gateway, mesh } = await import('../src/composition.ts');

const view = (headers: Record<string, string> = {}, orderId: string = randomUUID()) =>
  call(handler, { resource: '/v1/order-views/{orderId}', params: { orderId }, headers });
const late = (pointer: string) => ({ pointer, type: 'urn:dure:problem:part-late', status: 504 });
const broken = (pointer: string) => ({ pointer, type: 'urn:dure:problem:part-failed', status: 502 });

beforeEach(() => {
  answers = {};
  identityAnswers = true;
  // What failed in the test before would count in this one.
  services.forEach(mesh.forget);
  identity.seen.length = 0;
  sku = `SKU-${randomUUID()}`;
  for (const { seen } of Object.values(servers)) seen.length = 0;
});

describe('the view of an order', () => {
  it('has all its parts, for the caller alone', async () => {
    const { status, headers, body } = await view();
    expect([status, body['problems']]).toEqual([200, []]);
    expect(body).toMatchObject({
      order: { customerId: 'c-1001', items: [{ sku }] },
      payment: { status: 'captured' },
      shipment: { parcels: [{ status: 'dispatched' }] },
      notifications: [{ milestone: 'placed' }],
      products: [{ sku, title: 'White mug' }],
    });
    expect(headers).toMatchObject({ 'cache-control': 'private, no-cache', vary: 'authorization, x-api-key' });
    expect((await view({ 'if-none-match': headers['etag']! })).status).toBe(304);
  });

  it('shows no more of a part than its own contract has', async () => {
    const { body } = await view();
    expect(JSON.stringify(body)).not.toMatch(/mina@example\.com|Sejong|pm_card_visa/);
  });

  it('is asked for by the gateway for its caller, each part with its own scopes, except what everybody may see', async () => {
    const shown = (): (readonly [string, string | undefined, unknown])[] =>
      Object.entries(servers).map(([name, { seen }]) => {
        const { authorization, 'x-api-key': key } = seen.at(-1)!.headers;
        return [name, authorization, key];
      });
    const given = (part: string) => `Bearer of-mina/own/${part}:read/${part}:read:any`;
    const expected = [
      ['orders', given('orders'), 'key-of-mina'],
      ['payments', given('payments'), 'key-of-mina'],
      ['shipping', given('shipping'), 'key-of-mina'],
      ['notifications', given('notifications'), 'key-of-mina'],
      ['catalog', undefined, 'key-of-mina'],
    ];
    await view({ Authorization: 'Bearer of-mina', 'x-api-key': 'key-of-mina' });
    expect(shown()).toEqual(expected);
    // Its own token, unless an earlier test had it given, and one for each part.
    expect(identity.seen.length).toBeGreaterThanOrEqual(4);
    expect(identity.seen.length).toBeLessThanOrEqual(5);
    // Warm, no view asks the identity service for anything, and it may as well be away.
    identityAnswers = false;
    await view({ Authorization: 'Bearer of-mina', 'x-api-key': 'key-of-mina' });
    expect(shown()).toEqual(expected);
    expect(identity.seen.length).toBeLessThanOrEqual(5);
  });

  it('is not shown to a new caller while nobody gives tokens: the caller’s own is never handed on', async () => {
    identityAnswers = false;
    const { status } = await view({ authorization: `Bearer ${randomUUID()}` });
    expect(status).toBe(502);
    for (const name of ['orders', 'payments', 'shipping', 'notifications']) expect(servers[name]!.seen).toEqual([]);
  });

  it('is there for a client that says it waits no longer: only services are believed that', async () => {
    const { status, body } = await view({ 'x-dure-time-left': '0', 'x-dure-attempt': '2' });
    expect([status, body['problems']]).toEqual([200, []]);
  });

  it('is refused with 401 to a caller whose session ended, who has to sign in again', async () => {
    ended = randomUUID();
    const { status, headers, body } = await view({ authorization: `Bearer ${ended}` });
    expect([status, body['type']]).toEqual([401, 'urn:dure:problem:unauthenticated']);
    expect(headers['www-authenticate']).toMatch(/^Bearer/);
    expect(servers['orders']!.seen).toEqual([]);
  });

  it('keeps callers apart: what one may not see is not shown because another saw it', async () => {
    const orderId = randomUUID();
    expect((await view({ authorization: 'Bearer of-mina' }, orderId)).status).toBe(200);
    answers = { orders: problemAnswer('order-not-found', 404) };
    const other = await view({ authorization: 'Bearer of-another' }, orderId);
    expect([other.status, other.body['type']]).toEqual([404, 'urn:dure:problem:order-not-found']);
  });

  it.each([
    [['notifications:read'], { customerId: 'c-1001' }],
    [['notifications:read:any'], {}],
  ])('asks with the scopes %j for the mails that the caller may see', async (scopes, more) => {
    const orderId = randomUUID();
    const caller = { subject: 'c-1001', clientId: 'web', tokenId: 't-1', scopes, roles: [] };
    const asking = { call: { ...beginCall(), caller }, until: performance.now() + DEADLINE_MS };
    await orderViewParts((name) => servers[name]!.url, cache, gateway, mesh).notifications(asking, orderId);
    const [{ url = '' } = {}] = servers['notifications']!.seen;
    expect(Object.fromEntries(new URL(url, 'http://x').searchParams)).toEqual({ orderId, limit: '100', ...more });
  });

  const pointerOf: Record<Exclude<Service, 'orders'>, string> = {
    payments: '/payment',
    shipping: '/shipment',
    notifications: '/notifications',
    catalog: '/products',
  };
  const optional = Object.entries(pointerOf) as [Exclude<Service, 'orders'>, string][];
  const faults: readonly [string, Answer, (pointer: string) => object][] = [
    ['is slow', { delayMs: 10_000 }, late],
    [
      'answers 500',
      problemAnswer('internal-error', 500),
      (pointer) => ({ ...broken(pointer), status: 500, type: 'urn:dure:problem:internal-error' }),
    ],
    [
      'answers a page of a proxy',
      { status: 502, headers: { 'content-type': 'text/html' }, body: '<h1>Bad Gateway</h1>' },
      broken,
    ],
    [
      'is refused',
      problemAnswer('api-key-required', 403),
      (pointer) => ({ pointer, status: 403, type: 'urn:dure:problem:api-key-required' }),
    ],
    ['answers rubbish', { body: '{"items":' }, broken],
    ['breaks its contract', { body: { items: [{}], status: 7, updatedAt: 'soon' } }, broken],
    ['closes the connection', { destroy: true }, broken],
  ];
  it.each(
    optional.flatMap(([service, pointer]) => faults.map((fault) => [service, fault[0], pointer, fault] as const)),
  )('is shown without %s when that %s', async (service, _, pointer, [, answer, problem]) => {
    answers = { [service]: answer };
    const { status, headers, body } = await view();
    expect([status, body['problems']]).toEqual([200, [problem(pointer)]]);
    expect(body[pointer.slice(1)]).toBeNull();
    expect(headers['cache-control']).toBe('no-store');
    expect(headers).not.toHaveProperty('etag');
  });

  it('takes no payment for an answer, not for a problem', async () => {
    answers = { payments: problemAnswer('payment-not-found', 404) };
    expect((await view()).body).toMatchObject({ payment: null, problems: [] });
  });

  it('is not there without the order', async () => {
    answers = { orders: problemAnswer('order-not-found', 404) };
    expect(await view()).toMatchObject({ status: 404, body: { type: 'urn:dure:problem:order-not-found' } });
    answers = { orders: { destroy: true } };
    expect(await view()).toMatchObject({ status: 502, headers: { 'cache-control': 'no-store', 'retry-after': '1' } });
    answers = { orders: problemAnswer('internal-error', 500) };
    expect((await view()).body).toMatchObject({ status: 502, type: 'urn:dure:problem:part-failed' });
    const throttled = problemAnswer('too-many-requests', 429);
    answers = { orders: { ...throttled, headers: { ...throttled.headers, 'retry-after': '7' } } };
    expect(await view()).toMatchObject({
      status: 429,
      headers: { 'retry-after': '7' },
      body: { type: 'urn:dure:problem:part-throttled' },
    });
    answers = { orders: { delayMs: 10_000 } };
    expect((await view()).body).toMatchObject({ status: 504, type: 'urn:dure:problem:part-late' });
  });

  it('keeps one deadline for all parts, also for those that wait for another', async () => {
    answers = {
      orders: { ...usual('orders'), delayMs: DEADLINE_MS * 0.6 },
      catalog: { ...usual('catalog'), delayMs: DEADLINE_MS * 0.6 },
    };
    const started = performance.now();
    const { body } = await view();
    expect(body['problems']).toEqual([late('/products')]);
    expect(performance.now() - started).toBeLessThan(DEADLINE_MS * 1.5);
  });

  /** The best of some: the others may have waited for this machine. */
  const best = async (times: number, one: () => Promise<void>): Promise<number> => {
    const took: number[] = [];
    for (let round = 0; round < times; round += 1) {
      const started = performance.now();
      await one();
      took.push(performance.now() - started);
    }
    return Math.min(...took);
  };

  it('takes hardly longer than its slowest part', async () => {
    const delays = { orders: 120, payments: 80, shipping: 90, notifications: 200, catalog: 60 };
    const orderId = randomUUID();
    const viewed = async () => expect((await view({}, orderId)).body['problems']).toEqual([]);
    const work = await best(9, viewed);
    answers = Object.fromEntries(services.map((name) => [name, { ...usual(name), delayMs: delays[name] }]));
    // One part after another part would be 260 ms at least.
    expect((await best(9, viewed)) - work).toBeLessThan(1.25 * delays.notifications);
  });

  it('asks for products beside an order that it has seen', async () => {
    const orderId = randomUUID();
    const delayMs = 300;
    const catalog = { ...usual('catalog'), headers: { 'cache-control': 'no-store' } };
    answers = { catalog };
    const work = await best(3, async () => void (await view({}, randomUUID())));
    answers = { orders: { ...usual('orders'), delayMs }, catalog: { ...catalog, delayMs } };
    const seen = async () => void (await view({}, orderId));
    expect(await best(1, seen)).toBeGreaterThanOrEqual(2 * delayMs - 5);
    expect((await best(3, seen)) - work).toBeLessThan(1.6 * delayMs);
  });
});
