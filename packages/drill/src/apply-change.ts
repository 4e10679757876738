import { randomUUID } from 'node:crypto';
import { ChangeProduct, GetProduct } from '@dure/contracts/catalog';
import { GetStock, ReceiveStock, SetStock } from '@dure/contracts/inventory';
import { expectStatus } from '@dure/testing/cloud';
import type { Stage } from './play-order.ts';
import { conclusive, retryUntil } from './retry-until.ts';
import type { Change } from './story.ts';

/** Makes a change in the warehouse or the catalogue; returns how many pieces were added to stock. */
export async function applyChange(stage: Stage, change: Change): Promise<number> {
  switch (change.what) {
    case 'receipt':
      return receive(stage, change);
    case 'count':
      return recount(stage, change);
    case 'price':
      return reprice(stage, change);
    default:
      return change satisfies never;
  }
}

async function receive({ world, deadline }: Stage, { sku, quantity }: Extract<Change, { what: 'receipt' }>) {
  const request = { params: { sku }, body: { quantity }, idempotencyKey: randomUUID() };
  const { status } = await retryUntil(`Receiving ${sku}`, deadline, async () =>
    conclusive(await world.cloud().call(ReceiveStock, request)),
  );
  if (status !== 201) throw new Error(`Receiving ${sku} was answered with ${status}.`);
  return quantity;
}

const TRIES = 3;

/** A count sets the stock and ends a shortage. If an order comes in between, it counts again, a few times at most. */
async function recount({ world, deadline }: Stage, { sku, difference }: Extract<Change, { what: 'count' }>) {
  for (let count = 0; count < TRIES; count += 1) {
    const idempotencyKey = randomUUID();
    const seen = await retryUntil(`Counting ${sku}`, deadline, async () =>
      conclusive(await world.cloud().call(GetStock, { params: { sku } })),
    );
    const { body: stock, etag } = expectStatus(seen, 200);
    const there = stock.onHand - (stock.shortage ?? 0);
    const onHand = Math.max(stock.reserved, there + difference);
    const request = { params: { sku }, body: { onHand }, ifMatch: etag, idempotencyKey };
    const { status } = await retryUntil(`Counting ${sku}`, deadline, async () =>
      conclusive(await world.cloud().call(SetStock, request)),
    );
    if (status === 200) return onHand - there;
    if (status !== 412 && status !== 409) throw new Error(`Counting ${sku} was answered with ${status}.`);
  }
  return 0;
}

async function reprice({ world, deadline }: Stage, { sku, amount }: Extract<Change, { what: 'price' }>) {
  for (let count = 0; count < TRIES; count += 1) {
    const seen = await retryUntil(`Reading ${sku}`, deadline, async () =>
      conclusive(await world.cloud().call(GetProduct, { params: { sku } })),
    );
    const { body: product, etag = '' } = expectStatus(seen, 200);
    const { currency } = product.price;
    const request = { params: { sku }, body: { price: { amount, currency } }, ifMatch: etag };
    const { status } = await retryUntil(`Pricing ${sku}`, deadline, async () =>
      conclusive(await world.cloud().call(ChangeProduct, request)),
    );
    if (status === 200) return 0;
    if (status !== 412) throw new Error(`Pricing ${sku} was answered with ${status}.`);
  }
  return 0;
}
