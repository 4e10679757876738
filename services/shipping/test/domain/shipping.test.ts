import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decide, type ShippingCommand } from '../../src/domain/decide.ts';
import type { ShippingEvent } from '../../src/domain/events.ts';
import { hasEnded, hasLeft, initialShipping, type Shipping } from '../../src/domain/shipping.ts';

const now = '2026-01-05T09:30:00.000Z';
const recipient = { name: 'Mina', line1: '1 Street', city: 'Seoul', postalCode: '1', country: 'KR' };
const label = (shipmentId: string): ShippingCommand => ({
  type: 'label',
  shipmentId,
  label: { carrier: 'sandbox', trackingNumber: `T-${shipmentId}` },
});
const track = (shipmentId: string, status: 'dispatched' | 'delivered' | 'returned' | 'lost'): ShippingCommand => ({
  type: 'track',
  shipmentId,
  status,
  at: now,
  source: 'carrier',
});
const calledOff = (shipmentId: string): ShippingCommand => ({ type: 'calledOff', shipmentId });
const cancel: ShippingCommand = { type: 'cancel', answer: true };
const awaitDelivery: ShippingCommand = { type: 'awaitDelivery' };

/** Two locations, so two shipments: s1 and s2. */
function shipOrder(): ShippingCommand {
  let id = 0;
  const lines = [
    { sku: 'MUG', quantity: 2, location: 'north' },
    { sku: 'CUP', quantity: 1 },
    { sku: 'PLATE', quantity: 3, location: 'north' },
  ];
  return { type: 'ship', recipient, lines, newId: () => `s${(id += 1)}` };
}

type Step = ShippingCommand | [ShippingCommand, string];

/** Runs commands, some with a return address; returns the shipping and the events of the last one. */
function run(...steps: Step[]): { shipping: Shipping; events: readonly ShippingEvent[] } {
  let shipping = initialShipping;
  let events: readonly ShippingEvent[] = [];
  for (const step of steps) {
    const [given, replyTo] = Array.isArray(step) ? step : [step, undefined];
    // Its ids are counted from the first on, in each run.
    const command = given.type === 'ship' ? shipOrder() : given;
    const decision = decide(command, shipping, { now, replyTo });
    ({ shipping, events } = decision ?? { shipping, events: [] });
  }
  return { shipping, events };
}
const statuses = ({ shipping }: { shipping: Shipping }) => shipping.shipments.map(({ status }) => status);
const types = ({ events }: { events: readonly ShippingEvent[] }) => events.map(({ type }) => type);

const labelled: Step[] = [[shipOrder(), 'ship'], label('s1'), label('s2')];
const sent: Step[] = [...labelled, track('s1', 'dispatched'), track('s2', 'dispatched')];

describe('an order that is shipped', () => {
  it('creates one shipment per location', () => {
    const { shipping, events } = run([shipOrder(), 'ship']);
    expect(shipping.shipments).toMatchObject([
      { shipmentId: 's1', location: 'north', lines: [{ sku: 'MUG' }, { sku: 'PLATE' }], status: 'pending' },
      { shipmentId: 's2', location: 'main', lines: [{ sku: 'CUP', quantity: 1 }] },
    ]);
    expect(types({ events })).toEqual(['ShipmentCreated', 'ShipmentCreated']);
  });

  it('answers once all parcels have left, and again when repeated', () => {
    expect(types(run(...labelled, track('s1', 'dispatched')))).toEqual(['ShipmentDispatched']);
    const { events } = run(...sent);
    expect(events.at(-1)).toMatchObject({ type: 'OrderDispatched', to: 'ship', data: { parcels: [{}, {}] } });
    expect(run(...sent, [shipOrder(), 'again']).events).toMatchObject([{ type: 'OrderDispatched', to: 'again' }]);
    expect(run([shipOrder(), 'ship'], [shipOrder(), 'newer'], ...sent.slice(1)).events.at(-1)).toMatchObject({
      to: 'newer',
    });
  });

  it('is settled when all parcels have ended, with the outcome of each line', () => {
    const end: Step[] = [...sent, [awaitDelivery, 'wait'], track('s1', 'lost')];
    expect(types(run(...end))).toEqual(['ShipmentLost']);
    expect(run(...end, track('s2', 'delivered')).events.at(-1)).toMatchObject({
      type: 'ShippingSettled',
      to: 'wait',
      data: {
        delivered: [{ sku: 'CUP', quantity: 1 }],
        returned: [],
        lost: [
          { sku: 'MUG', quantity: 2 },
          { sku: 'PLATE', quantity: 3 },
        ],
      },
    });
  });

  it('answers AwaitDelivery at once when it is settled already', () => {
    const { events } = run(...sent, track('s1', 'delivered'), track('s2', 'delivered'), [awaitDelivery, 'late']);
    expect(events).toMatchObject([{ type: 'ShippingSettled', to: 'late' }]);
  });

  it('is refused when the carrier refuses one of its parcels', () => {
    const refuse: ShippingCommand = { type: 'refuseLabel', shipmentId: 's2', reason: 'address-refused' };
    const refused = run(...labelled.slice(0, 2), refuse);
    expect(statuses(refused)).toEqual(['labelled', 'cancelled']);
    expect(types(refused)).toEqual(['ShipmentCancelled', 'ShipmentRecallRequested']);
    const { events } = run(...labelled.slice(0, 2), refuse, calledOff('s1'));
    expect(events).toMatchObject([
      { type: 'ShipmentCancelled', data: { shipmentId: 's1' } },
      { type: 'ShippingRefused', data: { reason: 'address-refused' }, to: 'ship' },
    ]);
  });
});

describe('tracking reports', () => {
  it.each([
    ['twice', [track('s1', 'dispatched'), track('s1', 'dispatched')], 'dispatched'],
    ['late', [track('s1', 'delivered'), track('s1', 'dispatched')], 'delivered'],
    ['that contradict what ended', [track('s1', 'lost'), track('s1', 'delivered')], 'lost'],
  ])('that arrive %s change nothing', (_, news, status) => {
    const after = run(...labelled, ...news);
    expect(after.shipping.shipments[0]?.status).toBe(status);
    expect(after.events).toEqual([]);
  });

  it('of an arrival imply a departure', () => {
    expect(types(run(...labelled, track('s1', 'delivered')))).toEqual(['ShipmentDispatched', 'ShipmentDelivered']);
  });

  it('have their own time, which no deadline uses', () => {
    const at = '2036-01-05T09:30:00.000Z';
    const news = { ...track('s1', 'dispatched'), at } as ShippingCommand;
    const [shipment] = run(...labelled, news).shipping.shipments;
    expect(shipment).toMatchObject({ updatedAt: now, history: [{}, {}, { at }] });
  });

  it('of a parcel without a label, or an unknown one, are ignored', () => {
    expect(run([shipOrder(), 'ship'], track('s1', 'delivered')).events).toEqual([]);
    expect(run(...labelled, track('s9', 'delivered')).events).toEqual([]);
  });
});

describe('a cancellation', () => {
  it('without a return address leaves earlier senders waiting', () => {
    const steps: Step[] = [...sent, [awaitDelivery, 'wait'], [cancel, 'cancel'], cancel, awaitDelivery];
    const { events } = run(...steps, track('s1', 'returned'), track('s2', 'returned'));
    expect(events.slice(-2)).toMatchObject([
      { type: 'ShippingCancelled', to: 'cancel' },
      { type: 'ShippingSettled', to: 'wait' },
    ]);
  });

  it('asks the carrier first: a parcel may just be picked up, and then it is recalled', () => {
    const asked = run(...labelled, [cancel, 'cancel']);
    expect(statuses(asked)).toEqual(['labelled', 'labelled']);
    expect(types(asked)).toEqual(['ShipmentRecallRequested', 'ShipmentRecallRequested']);
    const { shipping, events } = run(
      ...labelled,
      [cancel, 'cancel'],
      track('s1', 'dispatched'),
      calledOff('s1'),
      calledOff('s2'),
      track('s1', 'delivered'),
    );
    expect(statuses({ shipping })).toEqual(['delivered', 'cancelled']);
    expect(events).toMatchObject([
      { type: 'ShipmentDelivered' },
      { type: 'ShippingCancellationRefused', data: { reason: 'delivered' }, to: 'cancel' },
      { type: 'ShippingSettled', data: { delivered: [{}, {}], returned: [{ sku: 'CUP' }] } },
    ]);
  });

  it('cancels what has not left, and answers both senders', () => {
    const { shipping, events } = run(...labelled, [cancel, 'cancel'], calledOff('s1'), calledOff('s2'));
    expect(statuses({ shipping })).toEqual(['cancelled', 'cancelled']);
    expect(events.slice(-2)).toMatchObject([
      { type: 'ShippingRefused', data: { reason: 'cancelled' }, to: 'ship' },
      { type: 'ShippingCancelled', data: { recalled: false }, to: 'cancel' },
    ]);
  });

  it('recalls what has left, and answers when it is back', () => {
    const steps: Step[] = [...sent, [awaitDelivery, 'wait'], [cancel, 'cancel']];
    expect(types(run(...steps))).toEqual(['ShipmentRecallRequested', 'ShipmentRecallRequested']);
    const { events } = run(...steps, track('s1', 'returned'), track('s2', 'returned'));
    expect(events.slice(-2)).toMatchObject([
      { type: 'ShippingCancelled', data: { recalled: true }, to: 'cancel' },
      { type: 'ShippingSettled', data: { delivered: [], lost: [] }, to: 'wait' },
    ]);
  });

  it.each(['delivered', 'lost'] as const)('is refused when a parcel is %s', (reason) => {
    const { events } = run(...sent, track('s1', reason), [cancel, 'cancel'], track('s2', 'returned'));
    expect(events.find((event) => event.type === 'ShippingCancellationRefused')).toMatchObject({
      to: 'cancel',
      data: { reason },
    });
  });

  it('of nothing is recorded: a later order is not shipped', () => {
    const { shipping, events } = run([cancel, 'cancel']);
    expect(events).toMatchObject([{ type: 'ShippingCancelled', data: { recalled: false }, to: 'cancel' }]);
    const later = decide(shipOrder(), shipping, { now, replyTo: 'ship' });
    expect(later?.shipping.shipments).toEqual([]);
    expect(later?.events).toMatchObject([{ type: 'ShippingRefused', data: { reason: 'cancelled' }, to: 'ship' }]);
  });

  it('counts cancelled goods as returned when another parcel had left', () => {
    const stopped: Step[] = [...labelled, track('s1', 'dispatched'), cancel];
    const { events } = run(...stopped, calledOff('s2'), track('s1', 'delivered'));
    expect(events.at(-1)).toMatchObject({
      type: 'ShippingSettled',
      data: { delivered: [{ sku: 'MUG' }, { sku: 'PLATE' }], returned: [{ sku: 'CUP', quantity: 1 }] },
    });
  });

  it('recalls a parcel that the carrier unexpectedly has, and publishes nothing else about it', () => {
    const astray: Step[] = [...labelled, cancel, calledOff('s1'), track('s1', 'dispatched')];
    expect(types(run(...astray))).toEqual(['ShipmentRecallRequested']);
    expect(run(...astray, track('s1', 'dispatched')).events).toEqual([]);
    const { shipping, events } = run(...astray, track('s1', 'delivered'));
    expect(events).toEqual([]);
    expect(shipping.shipments[0]?.status).toBe('cancelled');
    expect(shipping.shipments[0]?.history.map(({ note }) => note).slice(-2)).toEqual([
      'dispatched although it was cancelled',
      'delivered although it was cancelled',
    ]);
  });

  it('cancels nothing that was not requested', () => {
    expect(types(run(...labelled, calledOff('s1')))).toEqual([]);
  });

  it('stores a label that arrives later, and recalls it', () => {
    const meanwhile = run([shipOrder(), 'ship'], cancel, label('s1'));
    expect(meanwhile.shipping.shipments[0]).toMatchObject({ status: 'labelled', recalled: true });
    expect(types(meanwhile)).toEqual(['ShipmentLabelled', 'ShipmentRecallRequested']);
    const later = run([shipOrder(), 'ship'], cancel, calledOff('s1'), label('s1'));
    expect(later.shipping.shipments[0]).toMatchObject({ status: 'cancelled', trackingNumber: 'T-s1' });
    expect(types(later)).toEqual(['ShipmentRecallRequested']);
  });
});

it('publishes each event once, for any order of commands, and its lines add up', () => {
  const shipment = fc.constantFrom('s1', 's2');
  const command: fc.Arbitrary<() => Step> = fc.oneof(
    fc.constant(() => [shipOrder(), 'ship'] as Step),
    fc.constant(() => [cancel, 'cancel'] as Step),
    fc.constant(() => [awaitDelivery, 'wait'] as Step),
    shipment.map((id) => () => label(id)),
    shipment.map((id) => () => calledOff(id)),
    fc
      .tuple(
        shipment,
        fc.constantFrom('dispatched' as const, 'delivered' as const, 'returned' as const, 'lost' as const),
      )
      .map(
        ([id, status]) =>
          () =>
            track(id, status),
      ),
  );
  fc.assert(
    fc.property(fc.array(command, { maxLength: 30 }), (steps) => {
      let shipping = initialShipping;
      let waiting: string[] = [];
      const ofShipments: string[] = [];
      for (const step of steps) {
        const made = step();
        const [given, replyTo] = Array.isArray(made) ? made : [made, undefined];
        const before = shipping.shipments;
        const decision = decide(given, shipping, { now, replyTo });
        if (replyTo !== undefined) waiting = [...waiting.filter((it) => it !== replyTo), replyTo];
        if (decision === undefined) continue;
        shipping = decision.shipping;
        for (const event of decision.events) {
          // The carrier may be asked again; everything else happens to a parcel once.
          if ('shipmentId' in event.data && event.type !== 'ShipmentRecallRequested') {
            ofShipments.push(`${event.type} ${event.data.shipmentId}`);
          }
          const to = 'to' in event ? event.to : undefined;
          if (to === undefined) continue;
          expect(waiting).toContain(to);
          waiting = waiting.filter((it) => it !== to);
        }
        for (const ended of before.filter(hasEnded)) {
          const after = shipping.shipments.find((it) => it.shipmentId === ended.shipmentId);
          expect(after?.status).toBe(ended.status);
        }
      }
      expect(new Set(ofShipments).size).toBe(ofShipments.length);
      const { shipments } = shipping;
      if (shipments.length > 0 && shipments.every(hasEnded)) expect(waiting).not.toContain('cancel');
      if (shipments.length > 0 && shipments.every(hasLeft)) expect(waiting).not.toContain('ship');
    }),
    { numRuns: 500 },
  );
});
