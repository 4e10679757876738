import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { AddProduct } from '@dure/contracts/catalog';
import type { ClientRequest } from '@dure/contracts/binding/client';
import { GetReservation, GetStock, SetStock } from '@dure/contracts/inventory';
import { CancelOrder, GetOrder, type OrderView, PlaceOrder } from '@dure/contracts/orders';
import { GetPayment } from '@dure/contracts/payments';
import { ListShipments } from '@dure/contracts/shipping';
import type { Money, OrderLine } from '@dure/contracts/values';
import type * as z from 'zod/mini';
import { type Cloud, expectStatus } from '../cloud.ts';
import { eventually } from '../eventually.ts';

export type Order = z.output<typeof OrderView>;
export type NewOrder = ClientRequest<typeof PlaceOrder>['body'];
export type NewProduct = ClientRequest<typeof AddProduct>['body'];

export interface Goods extends Omit<NewProduct, 'sku' | 'title' | 'price'> {
  readonly sku?: string;
  readonly title?: string;
  readonly price?: Money;
  /** None by default: then nothing is counted. */
  readonly onHand?: number;
  /** Where it is kept. */
  readonly location?: string;
}

export interface StockedProduct {
  readonly sku: string;
  readonly price: Money;
  readonly onHand: number;
}

const ENDED: readonly Order['status'][] = ['completed', 'rejected', 'cancelled'];
const MAX_LINES = 40;
/** A currency in which nothing is sold. */
const FOREIGN = 'XAF';

export const unique = (prefix: string): string => `${prefix}-${randomUUID().slice(0, 13)}`;

/** Adds products with stock and waits until orders can be placed for them. */
export async function stockUp(cloud: Cloud, ...goods: readonly Goods[]): Promise<StockedProduct[]> {
  const products = await Promise.all(goods.map((it) => addProduct(cloud, it)));
  await catalogueArrived(
    cloud,
    products.map(({ sku }) => sku),
  );
  return products;
}

/** One product with stock; see {@link stockUp}. */
export async function stockOne(cloud: Cloud, goods: Goods = {}): Promise<StockedProduct> {
  const [product] = await stockUp(cloud, goods);
  return product as StockedProduct;
}

async function addProduct(cloud: Cloud, { onHand, location, ...goods }: Goods): Promise<StockedProduct> {
  const sku = goods.sku ?? unique('SKU');
  const price = goods.price ?? { amount: 1290, currency: 'EUR' };
  const body = { title: `Product ${sku}`, ...goods, sku, price };
  expectStatus(await cloud.call(AddProduct, { body }), 201);
  if (onHand !== undefined) {
    expectStatus(await cloud.call(SetStock, { params: { sku }, body: { onHand, location } }), 200);
  }
  return { sku, price, onHand: onHand ?? 0 };
}

/**
 * Waits until orders' copy of the catalogue has these products. It asks like a customer, with orders in a currency that is
 * rejected, so that nothing is reserved or charged.
 */
export async function catalogueArrived(cloud: Cloud, skus: readonly string[]): Promise<void> {
  for (let start = 0; start < skus.length; start += MAX_LINES) {
    const items = skus.slice(start, start + MAX_LINES).map((sku) => ({ sku, quantity: 1 }));
    await eventually('The products reach the orders service', async () => {
      const { reason } = await place(cloud, { ...orderFor(items), currency: FOREIGN });
      return reason === 'currency-mismatch' || undefined;
    });
  }
}

/** An order of a new customer. */
export function orderFor(items: readonly OrderLine[], said: Partial<NewOrder> = {}): NewOrder {
  return {
    customer: { id: unique('customer'), email: 'mina@example.com' },
    currency: 'EUR',
    items: [...items],
    paymentMethod: 'pm_card_visa',
    shippingAddress: {
      name: 'Mina Kim',
      line1: '12 Sejong-daero',
      city: 'Seoul',
      postalCode: '04524',
      country: 'KR',
    },
    ...said,
  };
}

/** The second address line chooses what the sandbox carrier does with the parcel. */
export const sandboxCarrier = (story?: string): Pick<NewOrder, 'shippingAddress'> => ({
  shippingAddress: { ...orderFor([]).shippingAddress, line2: story && `sandbox: ${story}` },
});

interface Placing {
  readonly idempotencyKey?: string;
  readonly correlationId?: string;
}

/** Places an order, and waits as long as it is told to where more orders come than are decided in time. */
export async function place(cloud: Cloud, body: NewOrder, placing: Placing = {}): Promise<Order> {
  const { idempotencyKey = randomUUID(), correlationId } = placing;
  const until = performance.now() + TAKEN_IN_MS;
  for (;;) {
    const answer = await cloud.call(PlaceOrder, { body, idempotencyKey, call: { correlationId } });
    if (answer.status !== 429 || performance.now() > until) return expectStatus(answer, 202).body;
    await delay(Number(answer.headers.get('retry-after')) * 1_000);
  }
}

/** A system that decides nothing takes some orders in twice a minute. */
const TAKEN_IN_MS = 120_000;

/** Places an order like a patient client: retries with the same key until it has an answer. */
export function placeSurely(cloud: Cloud, body: NewOrder, within: number): Promise<Order> {
  const idempotencyKey = randomUUID();
  return eventually(
    'The order is placed',
    async () => {
      const answer = await cloud.call(PlaceOrder, { body, idempotencyKey });
      if (answer.status === 409 && answer.code === 'idempotency-key-in-use') return undefined;
      if (answer.status !== 202) throw new Error(`${answer.status} ${answer.problem?.title}`);
      return answer.body;
    },
    { within },
  );
}

export async function readOrder(cloud: Cloud, orderId: string): Promise<Order> {
  return expectStatus(await cloud.call(GetOrder, { params: { orderId } }), 200).body;
}

export const hasEnded = ({ status }: Order): boolean => ENDED.includes(status);

/** Waits until the order has ended, and returns it. */
export function ended(cloud: Cloud, orderId: string, within = 120_000): Promise<Order> {
  return orderWhen(cloud, orderId, hasEnded, within);
}

export function orderWhen(
  cloud: Cloud,
  orderId: string,
  condition: (order: Order) => boolean,
  within = 120_000,
): Promise<Order> {
  return eventually(
    `The order ${orderId} gets there`,
    async () => {
      const order = await readOrder(cloud, orderId);
      if (!condition(order)) throw new Error(`it is ${order.status} (${order.reason ?? order.updatedAt})`);
      return order;
    },
    { within },
  );
}

export async function cancel(cloud: Cloud, orderId: string): Promise<Order> {
  return expectStatus(await cloud.call(CancelOrder, { params: { orderId }, body: {} }), 202).body;
}

export async function stockOf(cloud: Cloud, sku: string) {
  return expectStatus(await cloud.call(GetStock, { params: { sku } }), 200).body;
}

/** Undefined when nothing was ever reserved. */
export async function reservationOf(cloud: Cloud, orderId: string) {
  const answer = await cloud.call(GetReservation, { params: { orderId } });
  return answer.status === 404 ? undefined : expectStatus(answer, 200).body;
}

/** Empty when nothing was ever shipped. */
export async function shipmentsOf(cloud: Cloud, orderId: string) {
  return expectStatus(await cloud.call(ListShipments, { query: { orderId, limit: 100 } }), 200).body.items;
}

export type Shipment = Awaited<ReturnType<typeof shipmentsOf>>[number];

/** Undefined when no payment was ever requested. */
export async function paymentOf(cloud: Cloud, orderId: string) {
  const answer = await cloud.call(GetPayment, { params: { orderId } });
  return answer.status === 404 ? undefined : expectStatus(answer, 200).body;
}
