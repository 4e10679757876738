import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { GetDrift, ListDrifts, ListReconciliations } from '@dure/contracts/reconciliation';
import { type Cloud, connect, expectStatus } from '@dure/testing/cloud';
import { eventually } from '@dure/testing/eventually';
import { commandTo, type Detail, putOnBus } from '@dure/testing/shop/faults-messages';
import { invariantsHold } from '@dure/testing/shop/invariants';
import { nameOf, recorded } from '@dure/testing/journal';
import { type LocalCloudProcess, startLocalCloud } from '@dure/testing/local-cloud-process';
import { allOf } from '@dure/testing/pages';
import { chargesOf } from '@dure/testing/shop/sandbox-provider';
import {
  cancel,
  ended,
  orderFor,
  orderWhen,
  paymentOf,
  place,
  reservationOf,
  sandboxCarrier,
  shipmentsOf,
  stockOf,
  stockOne,
  unique,
} from '@dure/testing/shop/shop';
import { sweep } from '@dure/testing/shop/sweeps';

const SERVICES = ['catalog', 'inventory', 'journal', 'orders', 'payments', 'reconciliation', 'shipping'];
/** An order is quiet after five seconds, and checked when its service is asked to sweep. */
const WITHIN = { within: 180_000 };
const TEST_MS = 400_000;

let running: LocalCloudProcess;
let cloud: Cloud;

beforeAll(async () => {
  running = await startLocalCloud({ only: SERVICES });
  cloud = connect(running.url);
}, 300_000);

afterAll(async () => {
  await running?.stop();
});

const driftsOf = (status: 'open' | 'resolved') =>
  allOf(async (cursor) => {
    const answer = await cloud.call(ListDrifts, { query: { status, cursor, limit: 100 } });
    return expectStatus(answer, 200).body;
  });

type Drift = Awaited<ReturnType<typeof driftsOf>>[number];

/** Runs the job until the drifts of an order are as expected. */
const untilDrifts = (what: string, orderId: string, wanted: (open: Drift[], resolved: Drift[]) => boolean) =>
  eventually(
    what,
    async () => {
      await sweep(cloud, 'reconciliation');
      const [open, resolved] = await Promise.all([driftsOf('open'), driftsOf('resolved')]);
      const of = (drifts: Drift[]) => drifts.filter((it) => it.orderId === orderId);
      if (wanted(of(open), of(resolved))) return of(resolved);
      throw new Error(`open: ${kindsOf(of(open)).join()}; resolved: ${kindsOf(of(resolved)).join()}`);
    },
    WITHIN,
  );

const kindsOf = (drifts: readonly Drift[]) => drifts.map(({ kind }) => kind).sort();

/** Waits until the journal has exactly these published events of an order, by sequence. */
const untilTold = (orderId: string, wanted: readonly string[]) =>
  eventually(
    'The journal has the published events',
    async () => {
      const all = await recorded(cloud, { subject: orderId });
      const published = all.filter(({ source }) => source === 'dure.reconciliation');
      const found = published.map((event) => `${event.sequence ?? '-'} ${nameOf(event)}`).sort();
      if (found.join() === wanted.join()) return found;
      throw new Error(found.join());
    },
    WITHIN,
  );

async function lastRun() {
  const answer = await cloud.call(ListReconciliations, { query: { limit: 1 } });
  return expectStatus(answer, 200).body.items[0];
}

/** An order that is rejected at once: no service has anything to do for it. */
async function rejectedOrder(): Promise<string> {
  const { orderId, status } = await place(cloud, orderFor([{ sku: unique('NO-SUCH'), quantity: 1 }]));
  expect(status).toBe('rejected');
  return orderId;
}

/** Sends a service a command that only the checkout would send. */
const say = (owner: string, name: string, orderId: string, data: object) =>
  putOnBus(running, [asOf(owner, name, orderId, { orderId, ...data })], `${name}.v1`);

const asOf = (owner: string, name: string, orderId: string, data: object): Detail => ({
  ...commandTo(name, orderId, data),
  type: `dure.${owner}.${name}.v1`,
  dataschema: `urn:dure:schema:${owner}:${name}:1`,
});

/** An event that its service never published. */
const pretend = (owner: string, name: string, orderId: string, sequence: number, data: object = {}) =>
  putOnBus(
    running,
    [{ ...asOf(owner, name, orderId, { orderId, ...data }), source: `dure.${owner}`, sequence }],
    `${name}.v1`,
  );

it(
  'finds nothing when orders of all endings are consistent, and counts them',
  async () => {
    const { sku } = await stockOne(cloud, { onHand: 20 });
    const one = (paymentMethod: string, story?: string, quantity = 2) =>
      place(cloud, orderFor([{ sku, quantity }], { paymentMethod, ...sandboxCarrier(story) }));
    const [held, stalled, ...others] = await Promise.all([
      one('pm_card_visa', 'hold'),
      one('pm_card_visa', 'stall'),
      one('pm_card_visa'),
      one('pm_sandbox_flaky', 'twice'),
      one('pm_card_visa_chargeDeclined'),
      one('pm_card_visa', undefined, 50),
      one('pm_card_visa', 'lost'),
      one('pm_card_visa', 'return'),
      one('pm_card_visa', 'refuse'),
    ]);
    await orderWhen(cloud, held.orderId, ({ status }) => status === 'confirmed');
    await orderWhen(cloud, stalled.orderId, ({ status }) => status === 'shipped');
    await Promise.all([held, stalled].map(({ orderId }) => cancel(cloud, orderId)));
    await rejectedOrder();
    const orderIds = [held, stalled, ...others].map(({ orderId }) => orderId);
    await Promise.all(orderIds.map((orderId) => ended(cloud, orderId)));
    await invariantsHold(cloud, { orderIds, stock: { [sku]: 20 } });

    const run = await eventually(
      'All orders are judged',
      async () => {
        await sweep(cloud, 'reconciliation');
        const last = await lastRun();
        const { completed, cancelled } = last?.orders ?? {};
        if (completed === 2 && cancelled === 5) return last;
        throw new Error(JSON.stringify(last?.orders));
      },
      WITHIN,
    );
    expect(await driftsOf('open')).toEqual([]);
    expect(await driftsOf('resolved')).toEqual([]);
    expect(run).toMatchObject({ failed: 0, open: 0, needsPerson: 0, reservations: { committed: 3 } });
    for (const { seen, expected } of Object.values(run?.events ?? {})) expect(seen).toBe(expected);
    expect(Object.keys(run?.events ?? {}).sort()).toEqual(['inventory', 'orders', 'payments', 'shipping']);
  },
  TEST_MS,
);

it(
  'finds stock and money held for a rejected order, and has them released',
  async () => {
    const { sku } = await stockOne(cloud, { onHand: 5 });
    const orderId = await rejectedOrder();
    await say('inventory', 'ReserveStock', orderId, { lines: [{ sku, quantity: 2 }] });
    const amount = { amount: 2580, currency: 'EUR' };
    await say('payments', 'AuthorisePayment', orderId, { amount, paymentMethod: 'pm_card_visa' });

    const resolved = await untilDrifts(
      'The drifts are found and mended',
      orderId,
      (open, gone) => open.length === 0 && gone.length === 2,
    );
    expect(kindsOf(resolved)).toEqual(['money-held', 'reservation-left']);
    for (const drift of resolved) {
      expect(drift).toMatchObject({ status: 'resolved', needsPerson: false, tries: 1 });
      const { driftId } = drift;
      expect(expectStatus(await cloud.call(GetDrift, { params: { driftId } }), 200).body).toEqual(drift);
    }
    expect(await reservationOf(cloud, orderId)).toMatchObject({ status: 'released' });
    expect(await stockOf(cloud, sku)).toMatchObject({ onHand: 5, reserved: 0 });
    expect(await paymentOf(cloud, orderId)).toMatchObject({ status: 'voided' });
    expect(await chargesOf(cloud, orderId)).toEqual([expect.objectContaining({ held: 0, captures: 0 })]);

    await untilTold(orderId, [
      '- CancelPayment',
      '- ReleaseStock',
      '1 DriftFound',
      '2 DriftFound',
      '3 DriftResolved',
      '4 DriftResolved',
    ]);
  },
  TEST_MS,
);

it(
  'recalls the parcel of a rejected order before it releases the money',
  async () => {
    const { sku } = await stockOne(cloud, { onHand: 5 });
    const orderId = await rejectedOrder();
    const amount = { amount: 1290, currency: 'EUR' };
    await say('payments', 'AuthorisePayment', orderId, { amount, paymentMethod: 'pm_card_visa' });
    const recipient = sandboxCarrier('stall').shippingAddress;
    await say('shipping', 'ShipOrder', orderId, { recipient, lines: [{ sku, quantity: 1 }] });

    const resolved = await untilDrifts(
      'The parcel comes back, then the money is let go of',
      orderId,
      (open, gone) => open.length === 0 && gone.length === 2,
    );
    expect(kindsOf(resolved)).toEqual(['money-held', 'parcel-on-its-way']);
    const foundAt = (kind: Drift['kind']) => resolved.find((drift) => drift.kind === kind)?.foundAt ?? '';
    expect(foundAt('parcel-on-its-way') < foundAt('money-held')).toBe(true);
    expect(['returned', 'cancelled']).toContain((await shipmentsOf(cloud, orderId))[0]?.status);
    expect(await paymentOf(cloud, orderId)).toMatchObject({ status: 'voided' });
  },
  TEST_MS,
);

it(
  'leaves what it cannot repair to a person, and judges nothing while an event is missing',
  async () => {
    const [unknown, gap] = [randomUUID(), randomUUID()];
    const amount = { amount: 1290, currency: 'EUR' };
    await say('payments', 'AuthorisePayment', unknown, { amount, paymentMethod: 'pm_card_visa' });
    await pretend('orders', 'OrderCancelled', gap, 1, { customerId: 'c-1', reason: 'customer-request' });
    await pretend('payments', 'PaymentAuthorised', gap, 2, { paymentId: randomUUID(), amount });
    await untilDrifts('The unknown order is found', unknown, (open) => kindsOf(open).join() === 'unknown-order');
    await untilDrifts('The gap is found', gap, (open) => kindsOf(open).join() === 'missing-events');
    expect((await lastRun())?.needsPerson).toBeGreaterThanOrEqual(2);
    expect(await paymentOf(cloud, unknown)).toMatchObject({ status: 'authorised' });
    await untilTold(gap, ['1 DriftFound']);

    await pretend('payments', 'PaymentDeclined', gap, 1, {
      cause: 'declined',
      reason: 'r',
      paymentId: randomUUID(),
      amount,
    });
    await untilDrifts('The gap is filled, and the order judged', gap, (open, gone) => {
      return kindsOf(open).join() === 'money-held' && kindsOf(gone).join() === 'missing-events';
    });
    await untilTold(gap, ['- CancelPayment', '1 DriftFound', '2 DriftFound', '3 DriftResolved']);
  },
  TEST_MS,
);
