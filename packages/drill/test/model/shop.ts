import type { Call } from '@dure/contracts/binding/call';
import { AlreadyHandled } from '@dure/contracts/binding/commit';
import type { Json, JsonObject } from '@dure/states-language/json';
import { StateError } from '@dure/states-language/state-error';
import { changeReservation } from '../../../../services/inventory/src/application/change-reservation.ts';
import { expireReservations } from '../../../../services/inventory/src/application/expire-reservations.ts';
import { answerWorkflow } from '../../../../services/orders/src/application/answer-workflow.ts';
import { changeOrder } from '../../../../services/orders/src/application/change-order.ts';
import { settleLostOrders } from '../../../../services/orders/src/application/settle-lost-orders.ts';
import { startCheckout } from '../../../../services/orders/src/application/start-workflow.ts';
import type { OrderCommand } from '../../../../services/orders/src/domain/decide.ts';
import type { Ending } from '../../../../services/orders/src/domain/ending.ts';
import { type Answer, stepAnswers } from '../../../../services/orders/src/domain/step-answers.ts';
import { memoryStore as ordersStore } from '../../../../services/orders/test/support/memory-store.ts';
import { authorisePayment } from '../../../../services/payments/src/application/authorise-payment.ts';
import { cancelPayment } from '../../../../services/payments/src/application/cancel-payment.ts';
import { capturePayment } from '../../../../services/payments/src/application/capture-payment.ts';
import { refundAmount } from '../../../../services/payments/src/application/refund-amount.ts';
import { settlePayments } from '../../../../services/payments/src/application/settle-payments.ts';
import { memoryStore } from '../../../../services/payments/test/support/memory-store.ts';
import { Crash, type Fault, modelProvider } from '../../../../services/payments/test/support/model-provider.ts';
import { requestLabel, recallParcel } from '../../../../services/shipping/src/application/carrier-requests.ts';
import { changeShipping } from '../../../../services/shipping/src/application/change-shipping.ts';
import { receiveCarrierEvent } from '../../../../services/shipping/src/application/receive-carrier-event.ts';
import { pollSilentShipments } from '../../../../services/shipping/src/application/poll-silent-shipments.ts';
import { modelCarrier, type ParcelEnd } from './carrier.ts';
import { type Luck, rarely, type Skews } from './luck.ts';
import { createMachine } from './machine.ts';
import { createCommit, inventoryStore, type Published, shippingStore } from './stores.ts';
import type { Timeline } from './timeline.ts';

export interface Setting {
  readonly timeline: Timeline;
  readonly luck: Luck;
  readonly skews: Skews;
  /** Whether the clocks are right again once nothing else goes wrong. */
  readonly mended: boolean;
  readonly shelf: readonly { readonly sku: string; readonly onHand: number; readonly location: string }[];
  readonly parcels: readonly ParcelEnd[];
  readonly travelHours: number;
  /** The provider refuses every refund. */
  readonly keeps?: boolean;
  /** Inventory forgets expired reservations: a planted bug. */
  readonly forgets?: boolean;
}

interface Message extends Published {
  readonly id: string;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const RECEIVES = 5;
const DELAYS_MS = [MINUTE_MS, 11 * MINUTE_MS, 3 * 60 * MINUTE_MS, 26 * 60 * MINUTE_MS];
const RESERVATION_MS = 15 * MINUTE_MS;
const AUTHORISATION_MS = 7 * 24 * 60 * MINUTE_MS;
const FAULTS: readonly Fault[] = [
  'none',
  'lost',
  'unheard',
  'delayed',
  'crash-before',
  'crash-after',
  'refused',
  'undecided',
];
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** All services with their real deciders and use cases, and in-memory stores, bus, queues, provider and carrier. */
export function createShop({ timeline, luck, skews, mended, shelf, parcels, travelHours, keeps, forgets }: Setting) {
  /** Before or after which of its writes the running function dies, if it does. */
  let death: { when: 'before' | 'after'; write: number } | undefined;
  let [messages, shipments] = [0, 0];
  const dies = (when: 'before' | 'after'): void => {
    if (death?.when !== when) return;
    if (death.write === 0) throw new Crash(when);
    death.write -= 1;
  };
  const commit = createCommit(dies, publish);
  const { orders, workflows, broken } = ordersStore(commit);
  const warehouse = inventoryStore(commit, shelf, forgets);
  const shipping = shippingStore(commit);
  const carrier = modelCarrier(timeline, luck, { ends: parcels, travelHours }, (trackingNumber, status) =>
    publish({ type: 'Webhook', orderId: '', data: { trackingNumber, status } }),
  );
  const askers = new Map<string, string | undefined>();
  const payments = memoryStore((name) => {
    if (name.endsWith('save')) dies(name.startsWith('before') ? 'before' : 'after');
    return Promise.resolve();
  });
  const provider = modelProvider(
    () => Promise.resolve(),
    () => FAULTS[rarely(luck, FAULTS.length - 1, 24)] ?? 'none',
    keeps,
  );
  const paying = { store: payments.store, provider: provider.provider, pauses: [] };
  const carrying = { store: shipping, carrier: carrier.carrier };
  const machine = createMachine(timeline, { send, step });

  function callOf(from: string, more: Partial<Call> = {}): Call {
    const skew = luck.calm() && mended ? 0 : (skews[from] ?? 0);
    const time = new Date(timeline.now() + skew).toISOString();
    return {
      id: '',
      correlationId: '',
      traceparent: '',
      actor: 'anonymous',
      state: { committed: false },
      log: silent,
      ...more,
      time,
    };
  }

  /** Runs a function, which may die; what it published stays published. */
  async function invoke(run: () => Promise<unknown>): Promise<void> {
    const fault = rarely(luck, 4, 16);
    death =
      fault === 0 ? undefined : { when: fault % 2 === 0 ? 'before' : 'after', write: Math.floor((fault - 1) / 2) };
    try {
      await run();
    } finally {
      death = undefined;
      provider.pass();
      for (const { orderId, event, callId } of payments.published.splice(0)) {
        publish({ type: event.type, data: { orderId, ...event.data }, orderId, replyTo: askers.get(callId) });
      }
    }
  }

  function send({ type, data, replyto }: { type: string; data: JsonObject; replyto: string }): void {
    const refused = rarely(luck, 1, 12);
    if (refused === 1) throw new StateError('EventBridge.InternalException', 'no');
    publish({ type: type.split('.')[2] ?? '', data, orderId: String(data['orderId']), replyTo: replyto });
  }

  /** Over the bus and a queue: late, twice or, if it becomes a dead letter, never. */
  function publish(event: Published): void {
    messages += 1;
    const message = { ...event, id: `m${messages}` };
    const fault = rarely(luck, 2 + DELAYS_MS.length, 18);
    if (fault === 1) return;
    if (fault === 2) timeline.after(7 * MINUTE_MS, () => deliver(message, 1));
    timeline.after(DELAYS_MS[fault - 3] ?? 50, () => deliver(message, 1));
  }

  async function deliver(message: Message, receives: number): Promise<void> {
    try {
      await invoke(() => handle(message));
    } catch (error) {
      if (error instanceof AlreadyHandled) return;
      if (!isExpected(error)) throw error;
      if (receives < RECEIVES) timeline.after(30 * SECOND_MS * receives, () => deliver(message, receives + 1));
    }
  }

  async function handle({ id, type, data, orderId, replyTo }: Message): Promise<unknown> {
    const marked = (service: string): Call => {
      const call = callOf(`${service}/commands`, {
        id: `${service}-${id}`,
        replyTo,
        marker: { pk: `${service}-${id}` },
      });
      askers.set(call.id, replyTo);
      return call;
    };
    if (type in stepAnswers) {
      if (type === 'StockReserved' && replyTo === undefined) return;
      const dependencies = { orders, workflows, workflow: machine.workflow };
      return answerWorkflow(dependencies, marked('orders'), orderId, { type, data } as Answer);
    }
    const asked = data as never;
    const { store } = warehouse;
    switch (type) {
      case 'OrderPlaced':
        return startCheckout(orders, machine.workflow, marked('orders'), orderId);
      case 'ReserveStock': {
        const call = marked('inventory');
        const expiresAt = new Date(Date.parse(call.time) + RESERVATION_MS).toISOString();
        return changeReservation(store, call, orderId, { type, ...(asked as { lines: [] }), expiresAt });
      }
      case 'CommitStock':
      case 'ReleaseStock':
        return changeReservation(store, marked('inventory'), orderId, { type });
      case 'ReturnStock':
        return changeReservation(store, marked('inventory'), orderId, { type, ...(asked as { lines: [] }) });
      case 'OrderConfirmed':
        return changeReservation(store, marked('inventory'), orderId, { type: 'hold' });
      case 'AuthorisePayment':
        return authorisePayment(paying, marked('payments'), {
          ...(asked as Parameters<typeof authorisePayment>[2]),
          paymentId: id,
        });
      case 'CapturePayment':
        return capturePayment(paying, marked('payments'), orderId);
      case 'CancelPayment':
        return cancelPayment(paying, marked('payments'), {
          orderId,
          reason: 'why',
          refundId: `${id}-${timeline.now()}`,
        });
      case 'RefundAmount':
        return refundAmount(paying, marked('payments'), asked);
      case 'ShipOrder': {
        const newId = () => `s${(shipments += 1)}`;
        return changeShipping(shipping, marked('shipping'), orderId, {
          type: 'ship',
          ...(asked as { recipient: never; lines: [] }),
          newId,
        });
      }
      case 'AwaitDelivery':
        return changeShipping(shipping, marked('shipping'), orderId, { type: 'awaitDelivery' });
      case 'CancelShipping':
        return changeShipping(shipping, marked('shipping'), orderId, { type: 'cancel', answer: true });
      case 'OrderCancellationRequested':
        return changeShipping(shipping, marked('shipping'), orderId, { type: 'cancel', answer: false });
      case 'ShipmentCreated':
        return requestLabel(carrying, marked('shipping'), asked);
      case 'ShipmentRecallRequested':
        return recallParcel(carrying, marked('shipping'), asked);
      case 'Webhook': {
        const { trackingNumber, status } = data as { trackingNumber: string; status: keyof typeof WEBHOOKS };
        const webhook = {
          id,
          type: WEBHOOKS[status],
          timestamp: callOf('carrier').time,
          data: { trackingNumber },
        } as const;
        return receiveCarrierEvent(shipping, callOf('shipping/commands'), webhook);
      }
      default:
        return undefined;
    }
  }

  /** The step function: it fails before or after its work, or works after the state has timed out. */
  function step(payload: JsonObject): Promise<Json> {
    const { orderId, command } = payload as unknown as { orderId: string; command: Step };
    const fault = rarely(luck, 3, 12);
    const failed = new StateError('Lambda.Unknown', 'no');
    return new Promise((resolve, reject) => {
      const work = async () => decideStep(orderId, command);
      if (fault === 3) timeline.after(7 * MINUTE_MS, work);
      timeline.after(50, async () => {
        if (fault === 1 || fault === 3) return reject(failed);
        const answer = await work();
        if (fault === 2) reject(failed);
        else resolve(answer as Json);
      });
    });
  }

  async function decideStep(orderId: string, command: Step): Promise<object> {
    if (command.type === 'decideEnding') return workflows.decideEnding(orderId, command.ending);
    const changed = await changeOrder(orders, callOf('orders/commands'), orderId, command);
    if ('rejected' in changed) throw new Error(changed.rejected);
    const { order } = changed;
    return { status: order.status, cancelling: 'cancelling' in order && order.cancelling };
  }

  async function sweep(): Promise<void> {
    const expireBefore = new Date(Date.parse(callOf('payments/sweep').time) - AUTHORISATION_MS).toISOString();
    const jobs: readonly (() => Promise<unknown>)[] = [
      () => settleLostOrders({ orders, workflows, workflow: machine.workflow }, callOf('orders/sweep'), 30),
      () => expireReservations(warehouse.store, callOf('inventory/sweep')),
      () => settlePayments(paying, callOf('payments/sweep'), expireBefore),
      () => pollSilentShipments(carrying, callOf('shipping/sweep'), 10),
    ];
    for (const job of jobs) {
      await invoke(job).catch((error: unknown) => {
        if (!isExpected(error)) throw error;
      });
    }
  }

  return {
    orders,
    workflows,
    broken,
    warehouse,
    shipping,
    payments: payments.store,
    provider,
    carrier,
    machine,
    sweep,
    callOf,
  };
}

type Step = OrderCommand | { type: 'decideEnding'; ending: Ending };

const WEBHOOKS = {
  dispatched: 'parcel.picked_up',
  delivered: 'parcel.delivered',
  returned: 'parcel.returned',
  lost: 'parcel.lost',
} as const;

/** The errors after which a message is redelivered. */
const EXPECTED = ['NotYetDecided', 'ProviderUnreachable', 'ProviderRefused', 'CarrierUnreachable'];
const isExpected = (error: unknown): boolean =>
  error instanceof Crash || (error instanceof Error && EXPECTED.includes(error.name));
