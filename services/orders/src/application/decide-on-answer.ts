import type { Call } from '@dure/contracts/binding/call';
import { Conflict, retryOnConflict } from '@dure/contracts/binding/commit';
import { Poison } from '@dure/contracts/binding/message';
import { decide, type OrderCommand } from '../domain/decide.ts';
import { isUndone } from '../domain/ending.ts';
import { type FulfilmentPart, isFulfilled } from '../domain/fulfilment.ts';
import type { PlacedOrder } from '../domain/order.ts';
import type { RequestedDecision } from '../domain/return-address.ts';
import { allDelivered, type Delivery, settle } from '../domain/settlement.ts';
import {
  type Answer,
  completed,
  confirmed,
  notAllDelivered,
  shipped,
  type StepAnswer,
  stepAnswerOf,
} from '../domain/step-answers.ts';
import type { EventStore, Loaded } from '../store/event-store.ts';
import type { WorkflowStore } from '../store/workflow-store.ts';
import { changeOrder } from './change-order.ts';

export interface Deciders {
  readonly orders: EventStore;
  readonly workflows: WorkflowStore;
}

/**
 * What an answer means for its order, committed. Facts that a later decision needs are kept whatever is requested.
 * Returns how the waiting step continues, or undefined while other answers of that step are missing.
 */
export async function decideOnAnswer(
  deciders: Deciders,
  call: Call,
  orderId: string,
  answer: Answer,
  requested: RequestedDecision | undefined,
): Promise<StepAnswer | undefined> {
  // Without its marker: a repeated answer decides nothing, but its step may still wait. Without its return address: what the
  // order publishes answers no command.
  const decisive: Call = { ...call, marker: undefined, replyTo: undefined, ...requested?.context };
  switch (answer.type) {
    case 'OrderDispatched':
      await deciders.workflows.keepParcels(call, orderId, answer.data.parcels);
      break;
    case 'ShippingCancellationRefused':
      await deciders.workflows.markTooLate(orderId);
      break;
    case 'PaymentAuthorised':
      if (requested?.type === 'confirm') return confirm(deciders, decisive, orderId);
      break;
    case 'PaymentCaptured':
      if (requested?.type === 'ship') return ship(deciders, decisive, orderId, 'captured');
      break;
    case 'StockCommitted':
      if (requested?.type === 'ship') return ship(deciders, decisive, orderId, 'committed');
      break;
    case 'ShippingSettled':
      if (requested?.type === 'settle') return complete(deciders, decisive, orderId, answer.data);
      break;
    default:
  }
  return stepAnswerOf(answer);
}

async function confirm(deciders: Deciders, call: Call, orderId: string): Promise<StepAnswer> {
  return confirmed((await changeUnlessUndone(deciders, call, orderId, { type: 'confirm' }))?.order);
}

/** The answer that completes the set ships the order. */
async function ship(deciders: Deciders, call: Call, orderId: string, part: FulfilmentPart) {
  const fulfilment = await deciders.workflows.noteFulfilled(call, orderId, part);
  if (!isFulfilled(fulfilment)) return undefined;
  const { parcels } = fulfilment;
  // The checkout requests this only after shipping has reported the parcels, which stored them.
  if (parcels === undefined) throw new Error(`The parcels of order ${orderId} are unknown.`);
  return shipped((await changeUnlessUndone(deciders, call, orderId, { type: 'ship', parcels }))?.order);
}

/** An order of which everything arrived ends here. What is owed for the rest is left to the state machine. */
async function complete({ orders }: Deciders, call: Call, orderId: string, delivery: Delivery): Promise<StepAnswer> {
  const changed = allDelivered(delivery)
    ? await changeOrder(orders, call, orderId, { type: 'complete' })
    : await orders.load(orderId);
  if ('rejected' in changed || changed.order.status === 'none') throw unknown(orderId);
  if (allDelivered(delivery) && changed.order.status === 'completed') return completed;
  return notAllDelivered(settle(changed.order, delivery));
}

/** Runs a command on an order, unless it is being undone; then undefined. */
function changeUnlessUndone(
  { orders, workflows }: Deciders,
  call: Call,
  orderId: string,
  command: OrderCommand,
): Promise<(Loaded & { readonly order: PlacedOrder }) | undefined> {
  return retryOnConflict(async () => {
    const loaded = await orders.load(orderId);
    const decision = decide(command, loaded.order);
    if ('rejected' in decision) throw unknown(orderId);
    try {
      const { events } = decision;
      const after = events.length === 0 ? loaded : await orders.append(call, loaded, events, { unlessUndone: true });
      return after as Loaded & { readonly order: PlacedOrder };
    } catch (error) {
      if (error instanceof Conflict && isUndone(await workflows.load(orderId))) return undefined;
      throw error;
    }
  });
}

const unknown = (orderId: string) => new Poison(`There is no order ${orderId}.`);
