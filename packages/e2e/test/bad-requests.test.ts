import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { AddProduct, GetProduct, RetireProduct } from '@dure/contracts/catalog';
import { contracts } from '@dure/contracts/all-contracts';
import type { EndpointContract } from '@dure/contracts/contract';
import { GetConfiguration, PublishConfiguration, PublishMeshPolicy } from '@dure/contracts/control-plane';
import { ViewDeadline } from '@dure/contracts/gateway';
import { InviteAccount } from '@dure/contracts/identity';
import { GetStock, ReceiveStock, SetStock, StockCommitted } from '@dure/contracts/inventory';
import { CreateWebhookEndpoint } from '@dure/contracts/notifications';
import { CancelOrder, GetOrder, ListOrders, OrderCompleted, PlaceOrder } from '@dure/contracts/orders';
import { GetPayment, RefundPayment } from '@dure/contracts/payments';
import { ShippingSettled } from '@dure/contracts/shipping';
import { PutRelease } from '@dure/contracts/registry';
import type { ProblemDetails } from '@dure/contracts/problem';
import { badRequests, goodRequest, type Known, type RawRequest } from '../src/bad-requests.ts';
import { expectStatus } from '@dure/testing/cloud';
import { cloudUnderTest } from '@dure/testing/connection';
import { roleOfRequest } from '@dure/testing/role-of-request';
import { eventually } from '@dure/testing/eventually';
import { invariantsHold } from '@dure/testing/shop/invariants';
import { recorded } from '@dure/testing/journal';
import { ended, type NewOrder, orderFor, place, stockOf, stockOne, unique } from '@dure/testing/shop/shop';

const cloud = cloudUnderTest();
const endpoints = contracts.filter((contract): contract is EndpointContract => contract.kind === 'endpoint');

const customer = { id: unique('customer'), email: 'mina@example.com' };
const newSku = unique('NEVER');
const meshed = `mesh-${randomUUID().slice(0, 8)}`;
const configured = { service: ViewDeadline.owner, name: ViewDeadline.name };
let sku = '';
let orderId = '';
let endpointId = '';
let accountId = '';

beforeAll(async () => {
  const { url, events } = CreateWebhookEndpoint.example.body;
  ({ endpointId } = expectStatus(await cloud.call(CreateWebhookEndpoint, { body: { url, events } }), 201).body);
  // A mailbox of SES that takes every mail, so that the test may run against a stage.
  const invitation = { email: `success+${unique('invited')}@simulator.amazonses.com`, roles: ['auditor' as const] };
  ({ id: accountId } = expectStatus(await cloud.call(InviteAccount, { body: invitation }), 201).body);
  ({ sku } = await stockOne(cloud, { onHand: 10 }));
  ({ orderId } = await place(cloud, orderFor([{ sku, quantity: 2 }])));
  await ended(cloud, orderId);
  // Nobody calls a service with this name, so that the policy changes nothing.
  const policy = { targets: { stage: {} }, routes: [{ match: { operation: '*' }, to: ['stage'] }] };
  const published = { params: { service: meshed }, body: { policy, why: 'To be refused to others' } };
  expectStatus(await cloud.call(PublishMeshPolicy, published), 200);
  const { etag, body: value } = expectStatus(await cloud.call(GetConfiguration, { params: configured }), 200);
  const again = { value: value.value, why: 'It stays as it is' };
  expectStatus(await cloud.call(PublishConfiguration, { params: configured, body: again, ifMatch: etag! }), 200);
  const { params, body } = PutRelease.example;
  expect([200, 201]).toContain((await cloud.call(PutRelease, { params, body })).status);
  // The journal collects for two seconds, and what it records late would look like a change.
  await eventually('the journal has all of the order', async () => {
    const events = await Promise.all([sku, orderId].map((subject) => recorded(cloud, { subject })));
    const types = events.flat().map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining([StockCommitted.type, ShippingSettled.type, OrderCompleted.type]));
    return true;
  });
});

/** The values of a valid request to an endpoint: existing ones, or new ones. */
function knownFor(endpoint: EndpointContract): Known {
  const { example, name } = endpoint;
  const bodies: Record<string, unknown> = {
    [AddProduct.name]: { ...AddProduct.example.body, sku: newSku },
    [PlaceOrder.name]: orderFor([{ sku, quantity: 1 }], { customer }),
    [PublishConfiguration.name]: { value: ViewDeadline.initial, why: 'It stays as it is' },
    [RefundPayment.name]: { amount: { amount: 1, currency: 'EUR' }, reason: 'a scratch' },
  };
  const ofControlPlane = name.endsWith('Configuration') ? configured : { service: meshed };
  return {
    params: {
      ...{ ...example.params, sku, orderId, endpointId, accountId },
      ...(endpoint.owner === PublishMeshPolicy.owner && ofControlPlane),
    },
    body: bodies[name] ?? example.body,
    etag: '1',
  };
}

interface Answer {
  readonly status: number;
  readonly type: string | null;
  /** Whether API Gateway refused it, so that no function saw it. */
  readonly byGateway: boolean;
  readonly problem: ProblemDetails;
}

async function send(service: string, { path, ...init }: RawRequest): Promise<Answer> {
  const role = roleOfRequest(service, init.method, path);
  const shown = role === undefined ? {} : await cloud.headers(role);
  const response = await fetch(cloud.urlOf(service, path), { ...init, headers: { ...shown, ...init.headers } });
  const problem = (await response.json()) as ProblemDetails;
  const { status, headers } = response;
  return { status, type: headers.get('content-type'), byGateway: headers.has('x-amzn-errortype'), problem };
}

/** API Gateway's model sees a fault first where it can, has one code for all of them, and does not name each field. */
const GATEWAY_REFUSAL = { status: 400, code: 'invalid-request' };

async function expectRefusal(
  service: string,
  request: RawRequest,
  refusal: { status: number; code: string },
  field?: string,
) {
  const { problem, byGateway, ...answer } = await send(service, request);
  const { status, code } = byGateway ? GATEWAY_REFUSAL : refusal;
  const shown = `${request.method} ${request.path} ${request.body?.slice(0, 200)} → ${JSON.stringify(problem)}`;
  expect([answer, shown]).toEqual([{ status, type: 'application/problem+json' }, shown]);
  expect([problem.type, problem.status]).toEqual([`urn:dure:problem:${code}`, status]);
  expect(problem.title).not.toBe('');
  if (byGateway) return expect(problem.detail).toMatch(/\w/);
  if (field === undefined) return;
  const named = (problem.errors ?? []).filter((error) => error.field.startsWith(field) && error.detail !== '');
  expect([named.length > 0, shown]).toEqual([true, shown]);
}

/** Everything that the requests below could change, seen from outside. */
async function everything() {
  const answers = await Promise.all([
    cloud.call(GetProduct, { params: { sku } }),
    cloud.call(GetStock, { params: { sku } }),
    cloud.call(GetOrder, { params: { orderId } }),
    cloud.call(GetPayment, { params: { orderId } }),
    cloud.call(GetProduct, { params: { sku: newSku } }),
    cloud.call(ListOrders, { query: { customerId: customer.id } }),
  ]);
  const journal = await Promise.all([sku, newSku, orderId].map((subject) => recorded(cloud, { subject })));
  return { answers: answers.map(({ status, etag, body }) => ({ status, etag, body })), journal };
}

describe('every fault of a request', () => {
  it.each(endpoints.map((endpoint) => [`${endpoint.owner} ${endpoint.name}`, endpoint] as const))(
    '%s refuses it, says why and changes nothing',
    async (_, endpoint) => {
      const before = await everything();
      for (const { request, status, code, field } of badRequests(endpoint, knownFor(endpoint))) {
        await expectRefusal(endpoint.owner, request, { status, code }, field);
      }
      expect(await everything()).toEqual(before);
    },
  );
});

describe('every fault of an order', () => {
  const good = () => orderFor([{ sku, quantity: 1 }], { customer });
  type Spoil = (order: NewOrder) => unknown;
  const address =
    (change: object): Spoil =>
    (order) => ({
      ...order,
      shippingAddress: { ...order.shippingAddress, ...change },
    });
  const items =
    (...list: unknown[]): Spoil =>
    (order) => ({ ...order, items: list });

  it.each<[string, Spoil, string]>([
    ['no items', items(), 'items'],
    ['more items than an order takes', (order) => items(...lines(41))(order), 'items'],
    ['a product twice', (order) => items(...order.items, ...order.items)(order), 'items'],
    ['no quantity', items({ sku: 'A' }), 'items[0].quantity'],
    ['a quantity of nothing', items({ sku: 'A', quantity: 0 }), 'items[0].quantity'],
    ['a negative quantity', items({ sku: 'A', quantity: 1 }, { sku: 'B', quantity: -1 }), 'items[1].quantity'],
    ['half a quantity', items({ sku: 'A', quantity: 0.5 }), 'items[0].quantity'],
    ['a quantity as text', items({ sku: 'A', quantity: '1' }), 'items[0].quantity'],
    ['a quantity beyond all bounds', items({ sku: 'A', quantity: 1e300 }), 'items[0].quantity'],
    ['a price of the customer’s own', items({ sku: 'A', quantity: 1, unitPrice: 1 }), 'items[0].unitPrice'],
    ['a SKU with a slash', items({ sku: 'A/B', quantity: 1 }), 'items[0].sku'],
    ['a SKU too long', items({ sku: 'A'.repeat(65), quantity: 1 }), 'items[0].sku'],
    ['an invalid currency', (order) => ({ ...order, currency: 'EURO' }), 'currency'],
    ['a currency in lower case', (order) => ({ ...order, currency: 'eur' }), 'currency'],
    ['an invalid e-mail address', (order) => ({ ...order, customer: { ...customer, email: 'x' } }), 'customer.email'],
    ['a customer without an id', (order) => ({ ...order, customer: { email: 'a@example.com' } }), 'customer.id'],
    ['an empty name', address({ name: '' }), 'shippingAddress.name'],
    ['a name too long', address({ name: 'x'.repeat(201) }), 'shippingAddress.name'],
    ['a line break in a name', address({ name: 'a\nb' }), 'shippingAddress.name'],
    ['an invalid country', address({ country: 'Korea' }), 'shippingAddress.country'],
    ['an unknown part of the address', address({ planet: 'Earth' }), 'shippingAddress.planet'],
    ['an invalid payment method', (order) => ({ ...order, paymentMethod: '4242424242424242' }), 'paymentMethod'],
  ])('%s is refused', async (_, spoil, field) => {
    const body = JSON.stringify(spoil(good()));
    const request = { ...goodRequest(PlaceOrder, knownFor(PlaceOrder)), body };
    await expectRefusal('orders', request, { status: 400, code: 'invalid-request' }, field);
  });

  it('several faults are named at once', async () => {
    const { currency: _currency, ...rest } = good();
    const body = JSON.stringify({ ...rest, items: [{ sku: 'A', quantity: 0 }], colour: 'red' });
    const { problem } = await send('orders', { ...goodRequest(PlaceOrder, knownFor(PlaceOrder)), body });
    for (const fault of ['["colour"]', '["currency"]', 'quantity']) expect(problem.detail).toContain(fault);
  });

  it('a total that is too large is rejected', async () => {
    const dear = await stockOne(cloud, { price: { amount: 1_000_000_000_000, currency: 'EUR' } });
    const body = orderFor([{ sku: dear.sku, quantity: 2 }], { customer });
    const answer = await cloud.call(PlaceOrder, { body, idempotencyKey: unique('key') });
    expect(answer).toMatchObject({ status: 422, code: 'total-too-large' });
  });

  const lines = (count: number) => Array.from({ length: count }, (_, index) => ({ sku: `A${index}`, quantity: 1 }));
});

describe('one idempotency key with two requests', () => {
  it('places the first order only', async () => {
    const { sku: own } = await stockOne(cloud, { onHand: 9 });
    const idempotencyKey = unique('key');
    const first = await place(cloud, orderFor([{ sku: own, quantity: 1 }]), { idempotencyKey });
    const body = orderFor([{ sku: own, quantity: 2 }]);
    const second = await cloud.call(PlaceOrder, { body, idempotencyKey });
    expect(second).toMatchObject({ status: 422, code: 'idempotency-key-reused' });
    await ended(cloud, first.orderId);
    await invariantsHold(cloud, { orderIds: [first.orderId], stock: { [own]: 9 } });
  });

  it('counts and receives stock once', async () => {
    const { sku: own } = await stockOne(cloud, { onHand: 1 });
    const idempotencyKey = unique('key');
    const receive = (quantity: number) =>
      cloud.call(ReceiveStock, { params: { sku: own }, body: { quantity }, idempotencyKey });
    const first = expectStatus(await receive(5), 201);
    expect(expectStatus(await receive(5), 201).body).toEqual(first.body);
    expect(await receive(6)).toMatchObject({ status: 422, code: 'idempotency-key-reused' });
    const count = (onHand: number) => cloud.call(SetStock, { params: { sku: own }, body: { onHand }, idempotencyKey });
    expect((await count(8)).status).toBe(200);
    expect(await count(9)).toMatchObject({ status: 422, code: 'idempotency-key-reused' });
    expect(await stockOf(cloud, own)).toMatchObject({ onHand: 8 });
  });

  it('adds a product once', async () => {
    const idempotencyKey = unique('key');
    const body = { ...AddProduct.example.body, tags: ['one'], sku: unique('SKU') };
    const add = (title: string) => cloud.call(AddProduct, { body: { ...body, title }, idempotencyKey });
    const first = expectStatus(await add('One'), 201);
    expect(expectStatus(await add('One'), 201).body).toEqual(first.body);
    expect(await add('Two')).toMatchObject({ status: 422, code: 'idempotency-key-reused' });
    expect((await cloud.call(RetireProduct, { params: { sku: body.sku } })).status).toBe(204);
  });

  it('refunds once', async () => {
    const { sku: own } = await stockOne(cloud, { onHand: 2 });
    const order = await place(cloud, orderFor([{ sku: own, quantity: 1 }]));
    await ended(cloud, order.orderId);
    const idempotencyKey = unique('key');
    const refund = (amount: number, key = idempotencyKey) =>
      cloud.call(RefundPayment, {
        params: { orderId: order.orderId },
        body: { amount: { amount, currency: 'EUR' }, reason: 'a scratch' },
        idempotencyKey: key,
      });
    const first = expectStatus(await refund(290), 201);
    expect(first.body).toMatchObject({
      refunded: { amount: 290, currency: 'EUR' },
      refunds: [{ status: 'succeeded' }],
    });
    expect(expectStatus(await refund(290), 201).body).toEqual(first.body);
    expect(await refund(300)).toMatchObject({ status: 422, code: 'idempotency-key-reused' });
    expect(await refund(1001, unique('key'))).toMatchObject({ status: 422, code: 'refund-too-large' });
    expectStatus(await refund(1000, unique('key')), 201);
    expect(await refund(1, unique('key'))).toMatchObject({ status: 422, code: 'refund-too-large' });
    await invariantsHold(cloud, { orderIds: [order.orderId], stock: { [own]: 2 } });
  });

  it('cancels an order once', async () => {
    const { sku: own } = await stockOne(cloud, { onHand: 2 });
    const order = await place(cloud, orderFor([{ sku: own, quantity: 1 }]));
    const idempotencyKey = unique('key');
    const ask = (note: string) =>
      cloud.call(CancelOrder, { params: { orderId: order.orderId }, body: { note }, idempotencyKey });
    const first = expectStatus(await ask('one'), 202);
    expect(expectStatus(await ask('one'), 202).body).toEqual(first.body);
    expect(await ask('two')).toMatchObject({ status: 422, code: 'idempotency-key-reused' });
    await ended(cloud, order.orderId);
    await invariantsHold(cloud, { orderIds: [order.orderId], stock: { [own]: 2 } });
  });
});

it('a missing resource is a 404, an unreadable path a 400, and neither is a 5xx', async () => {
  const statuses = await Promise.all(
    [
      cloud.urlOf('orders', '/v1/orders/01890a5d-ac96-774b-bcce-b302099a8057'),
      cloud.urlOf('orders', '/v1/nothing'),
      cloud.urlOf('nobody', '/v1/orders'),
      cloud.urlOf('orders', '/v1/orders/%zz'),
    ].map(async (url) => (await fetch(url, { headers: await cloud.headers() })).status),
  );
  expect(statuses).toEqual([404, 404, 404, 400]);
});
