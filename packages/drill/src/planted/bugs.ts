import type { FaultWindow, OrderStory } from '../story.ts';
import type { Edit } from './workspace.ts';

/** A bug, the faults and orders that reveal it, and the violation that the drill then reports. */
export interface Planted {
  readonly edits: readonly Edit[];
  /** Active while orders flow, and this many milliseconds longer. */
  readonly fault?: Pick<FaultWindow, 'kind' | 'plan'> & { readonly longerMs?: number };
  /** How the orders differ from ordinary ones. */
  readonly order?: Partial<Pick<OrderStory, 'cancelAfterMs' | 'refundPercent'>>;
  /** The sandbox carrier's story of every parcel, and the payment method of every order. */
  readonly parcel?: string;
  readonly paymentMethod?: string;
  /** The stock of every product. */
  readonly onHand?: number;
  readonly found: RegExp;
}

const RESERVATION = 'services/inventory/src/domain/reservation.ts';
const SANDBOX = 'services/payments/src/providers/sandbox/index.ts';
const RELAY = 'packages/contracts/src/binding/relay.ts';
const MAILS = 'services/notifications/src/channels/ses.ts';

/** By what is wrong; each breaks one thing that a drill checks. */
export const PLANTED: Readonly<Record<string, Planted>> = {
  'stock is sold that is not there': {
    edits: [
      { file: RESERVATION, from: '.filter((line) => line.available < line.requested)', to: '.filter(() => false)' },
      {
        file: 'services/inventory/src/store.ts',
        from: "'available >= :needed AND reserved >= :held AND onHand >= :taken'",
        to: "'(available >= :needed OR available < :needed) AND reserved >= :held AND (onHand >= :taken OR onHand < :taken)'",
      },
    ],
    onHand: 3,
    found: /orders and stock could not be read: .*500|on hand, where/,
  },
  'a reservation is not released': {
    edits: [
      {
        file: RESERVATION,
        from: "reservation: { status: 'released', lines: reservation.lines },\n        moves: givenBack(reservation.lines),",
        to: 'reservation,\n        moves: [],',
      },
    ],
    paymentMethod: 'pm_card_visa_chargeDeclined',
    found: /its reservation is reserved/,
  },
  'a confirmed order loses its goods when its time is up': {
    edits: [
      {
        file: RESERVATION,
        from: "if (reservation?.status === 'reserved' && !reservation.held) {",
        to: 'if (reservation === undefined) {',
      },
      {
        file: RESERVATION,
        from: "if (reservation?.status !== 'expired' || shortagesOf",
        to: "if (reservation?.status !== 'refused' || shortagesOf",
      },
      {
        file: RESERVATION,
        from: 'const { moves, missing } = withdrawShipped(lines, stock);',
        to: "if (stock) return { event: { type: 'StockCommitRefused', reason: 'released' }, reservation, moves: [] };\n      const { moves, missing } = withdrawShipped(lines, stock);",
      },
    ],
    fault: { kind: 'clocks', plan: { clocks: [{ function: 'inventory-local-commands', seconds: -172_800 }] } },
    parcel: 'silent',
    found: /a parcel arrived/,
  },
  'a capture takes less than the total': {
    edits: [
      { file: SANDBOX, from: 'amount_to_capture: amount.amount', to: 'amount_to_capture: amount.amount - 1' },
      { file: SANDBOX, from: 'intent.amount_received === amount.amount', to: 'intent.amount_received > 0' },
    ],
    found: /captures of \d+ for a total of/,
  },
  'money is held twice for one order': {
    edits: [
      {
        file: 'services/payments/src/providers/send.ts',
        from: "{ 'idempotency-key': key }",
        to: "{ 'idempotency-key': crypto.randomUUID() }",
      },
    ],
    fault: { kind: 'provider', plan: { sandboxes: { 'payment-provider': { lie: 0.4 } } } },
    found: /the provider holds/,
  },
  'a repeated refund is another one': {
    edits: [
      {
        file: 'services/payments/src/application/refund-payment.ts',
        from: '${call.marker?.pk ?? call.id}',
        to: '${Math.random()}',
      },
    ],
    fault: {
      kind: 'kills',
      plan: { kills: [{ function: 'payments-local-api', at: 'before-write', write: 2, probability: 0.5 }] },
      // Money is refunded manually only after it was captured.
      longerMs: 30_000,
    },
    order: { refundPercent: 20 },
    found: /refunded manually|refunded, the provider/,
  },
  'an order is left to itself': {
    edits: [
      {
        file: 'services/orders/src/application/start-workflow.ts',
        from: 'await workflow.start(executionName(orderId, 0),',
        to: 'if (Number.parseInt(orderId.slice(-1), 16) % 4 > 0) await workflow.start(executionName(orderId, 0),',
      },
      {
        file: 'services/orders/src/application/settle-lost-orders.ts',
        from: 'await dependencies.workflows.listOpen(before, BATCH);',
        to: '(await dependencies.workflows.listOpen(before, BATCH)).slice(BATCH);',
      },
    ],
    found: /has not ended/,
  },
  'a repeated order is another one': {
    edits: [
      {
        file: 'packages/contracts/src/binding/commit.ts',
        from: 'const marker = call.marker && ',
        to: 'const marker = call.marker?.pk === "" && ',
      },
    ],
    fault: {
      kind: 'kills',
      plan: { kills: [{ function: 'orders-local-api', at: 'before-answer', probability: 0.4 }] },
    },
    found: /its customer placed another, and never this one/,
  },
  'the relay passes over what was refused': {
    edits: [{ file: RELAY, from: 'results[index]?.EventId !== undefined)', to: 'results[index] !== undefined)' }],
    fault: { kind: 'bus', plan: { putEvents: { refuse: 0.15 } } },
    found: /the journal has/,
  },
  'an event that is published again is another': {
    edits: [
      {
        file: RELAY,
        from: 'Detail: JSON.stringify(envelope),',
        to: 'Detail: JSON.stringify({ ...envelope, id: crypto.randomUUID() }),',
      },
    ],
    fault: { kind: 'duplicates', plan: { deliveries: { copies: 2, windowMs: 100 } } },
    found: /the journal has the numbers/,
  },
  'the read model is not what the events say': {
    edits: [
      {
        file: 'services/orders/src/store/view-store.ts',
        from: '              ...loaded,',
        to: "              ...loaded, ...(generation === 0 && { updatedAt: '2026-01-01T00:00:00.000Z' }),",
      },
    ],
    found: /the rebuilt one has/,
  },
  'a refused refund is not recorded as owed': {
    edits: [
      {
        file: 'services/payments/src/domain/outcome.ts',
        from: 'refundRefused(payment, refundId, reason, owedAfter(payment, refund))',
        to: 'refundRefused(payment, refundId, reason, owedAfter(payment, { ...refund, due: false }))',
      },
    ],
    parcel: 'lost',
    paymentMethod: 'pm_sandbox_refund_refused',
    found: /captured, 0 refunded and 0 owed/,
  },
  'a lost parcel counts as delivered': {
    edits: [
      {
        file: 'services/shipping/src/application/receive-carrier-event.ts',
        from: "'parcel.lost': 'lost'",
        to: "'parcel.lost': 'delivered'",
      },
    ],
    parcel: 'lost',
    found: /the carrier says of the delivered/,
  },
  'a mail does not go out': {
    edits: [{ file: MAILS, from: 'await ses.send(', to: 'if (id === undefined) await ses.send(' }],
    found: /was never sent/,
  },
  'a mail goes out twice': {
    edits: [{ file: MAILS, from: 'await ses.send(', to: 'for (let copy = 0; copy < 2; copy += 1) await ses.send(' }],
    found: /was sent 2 times/,
  },
};
