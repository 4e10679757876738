import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { GetEvent, ListEvents } from '@dure/contracts/journal';
import { expectStatus } from '@dure/testing/cloud';
import { cloudUnderTest } from '@dure/testing/connection';
import { eventually } from '@dure/testing/eventually';
import { invariantsHold, sequences } from '@dure/testing/shop/invariants';
import { isEvent, nameOf, recorded } from '@dure/testing/journal';
import { ended, orderFor, place, stockOne } from '@dure/testing/shop/shop';

const cloud = cloudUnderTest();

/** Places an order with a new correlation id and waits until the journal has its end. */
async function completedOrder() {
  const correlationId = randomUUID();
  const { sku } = await stockOne(cloud, { onHand: 5 });
  const { orderId } = await place(cloud, orderFor([{ sku, quantity: 1 }]), { correlationId });
  await ended(cloud, orderId);
  const journal = await eventually('The journal has the end of the order', async () => {
    const events = await recorded(cloud, { correlationId });
    return events.some((event) => nameOf(event) === 'OrderCompleted') ? events : undefined;
  });
  return { correlationId, orderId, sku, journal };
}

it('has every event and command of an order under its correlation id, in order, each once', async () => {
  const { orderId, sku, journal } = await completedOrder();
  const names = journal.map(nameOf);
  const chain = ['OrderPlaced', 'ReserveStock', 'StockReserved', 'AuthorisePayment', 'PaymentAuthorised'];
  expect(names.slice(0, 6)).toEqual([...chain, 'OrderConfirmed']);
  const rest = [
    ...['ShipOrder', 'ShipmentCreated', 'ShipmentLabelled', 'ShipmentDispatched', 'OrderDispatched'],
    ...['CapturePayment', 'PaymentCaptured', 'CommitStock', 'StockCommitted', 'OrderShipped'],
    ...['AwaitDelivery', 'ShipmentDelivered', 'ShippingSettled', 'OrderCompleted'],
  ];
  // A parcel may arrive before AwaitDelivery: then its answer is published once more, to the command.
  expect([...new Set(names.slice(6))].sort()).toEqual([...rest].sort());
  const inOrder = (...expected: string[]) => expect(names.filter((name) => expected.includes(name))).toEqual(expected);
  inOrder('ShipOrder', 'ShipmentCreated', 'ShipmentLabelled', 'ShipmentDispatched', 'OrderDispatched');
  inOrder('OrderDispatched', 'CapturePayment', 'PaymentCaptured', 'OrderShipped');
  inOrder('OrderDispatched', 'CommitStock', 'StockCommitted', 'OrderShipped', 'OrderCompleted');
  expect(names.at(-1)).toBe('OrderCompleted');

  expect(new Set(journal.map(({ id }) => id)).size).toBe(journal.length);
  expect(journal.filter(({ subject }) => subject !== orderId)).toEqual([]);
  expect(sequences(journal)).toEqual([]);
  expect(journal.filter(isEvent).length).toBeGreaterThanOrEqual(14);
  await invariantsHold(cloud, { orderIds: [orderId], stock: { [sku]: 5 } });
});

it('shows no return address, one correlation, and one trace until the carrier reports a parcel', async () => {
  const { correlationId, journal } = await completedOrder();
  expect(journal.filter((event) => JSON.stringify(event).includes('replyto'))).toEqual([]);
  expect(new Set(journal.map((event) => event.correlationid))).toEqual(new Set([correlationId]));
  const untilLabelled = journal.slice(0, journal.findIndex((event) => nameOf(event) === 'ShipmentLabelled') + 1);
  expect(new Set(untilLabelled.map(({ traceparent }) => traceparent.split('-')[1])).size).toBe(1);
  const ids = new Set(journal.map(({ id }) => id));
  const causedByAnother = journal.filter(({ causationid = '' }) => ids.has(causationid));
  expect(causedByAnother.map(nameOf)).toEqual(expect.arrayContaining(['StockReserved', 'PaymentAuthorised']));
});

it('shows one event by its id, and lists by type and range', async () => {
  const { journal } = await completedOrder();
  const placed = journal[0];
  if (placed === undefined) throw new Error('The journal is empty.');
  const answer = expectStatus(await cloud.call(GetEvent, { params: { id: placed.id } }), 200);
  expect(answer.body).toEqual(placed);
  expect((await cloud.call(GetEvent, { params: { id: placed.id }, ifNoneMatch: answer.etag })).status).toBe(304);
  expect(await cloud.call(GetEvent, { params: { id: randomUUID() } })).toMatchObject({
    status: 404,
    code: 'event-not-found',
  });

  const until = (time: string, milliseconds: number) => new Date(Date.parse(time) + milliseconds).toISOString();
  const range = { from: placed.time, to: until(placed.time, 1) };
  const byType = await cloud.call(ListEvents, { query: { type: placed.type, ...range } });
  expect(expectStatus(byType, 200).body.items.map(({ id }) => id)).toContain(placed.id);
  const before = await cloud.call(ListEvents, { query: { subject: placed.subject, to: placed.time } });
  expect(expectStatus(before, 200).body.items).toEqual([]);
});
