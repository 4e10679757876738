import type { Order, Parcel } from './order.ts';
import type { Delivery, Settlement } from './settlement.ts';

/** How a waiting step of the checkout continues: with the event's data, or with the error that its Catch handles. */
export type StepAnswer =
  | { readonly ok: true; readonly output: object }
  | { readonly ok: false; readonly error: string; readonly cause: object };

interface Shortage {
  readonly sku: string;
}

const succeeded: (data: object) => StepAnswer = () => ({ ok: true, output: {} });
const succeededWith = (data: object): StepAnswer => ({ ok: true, output: data });
const failed =
  (error: string) =>
  (cause: object): StepAnswer => ({ ok: false, error, cause });

/** By the event that answers a command. The data are without the order's id. */
export const stepAnswers = {
  StockReserved: succeededWith,
  // A reservation that had ended says nothing about what is in stock.
  ReservationRefused: ({ reason, shortages }: { reason: string; shortages: readonly Shortage[] }): StepAnswer =>
    failed(reason === 'out-of-stock' ? 'ReservationRefused' : 'ReservationEnded')({
      reason,
      skus: shortages.map(({ sku }) => sku),
    }),
  StockCommitted: succeeded,
  StockCommitRefused: failed('StockCommitRefused'),
  StockReleased: succeeded,
  StockReturned: succeeded,
  PaymentAuthorised: succeeded,
  PaymentDeclined: ({ cause }: { cause: string }): StepAnswer =>
    failed(cause === 'provider-unavailable' ? 'PaymentUnavailable' : 'PaymentDeclined')({ cause }),
  PaymentCaptured: succeeded,
  PaymentCaptureFailed: failed('PaymentCaptureFailed'),
  PaymentVoided: succeeded,
  PaymentRefunded: succeeded,
  PaymentRefundRefused: failed('PaymentRefundRefused'),
  OrderDispatched: succeededWith as (data: { readonly parcels: readonly Parcel[] }) => StepAnswer,
  ShippingRefused: ({ reason }: { reason: string }): StepAnswer =>
    failed(reason === 'cancelled' ? 'ShippingCancelled' : 'ShippingRefused')({ reason }),
  ShippingCancelled: succeeded,
  ShippingCancellationRefused: failed('ShippingCancellationRefused'),
  ShippingSettled: succeededWith as (data: Delivery) => StepAnswer,
};

export type AnswerType = keyof typeof stepAnswers;

/** An event that answers a command of the checkout. */
export type Answer = {
  [Type in AnswerType]: { readonly type: Type; readonly data: Parameters<(typeof stepAnswers)[Type]>[0] };
}[AnswerType];

export const stepAnswerOf = ({ type, data }: Answer): StepAnswer =>
  (stepAnswers[type] as (data: object) => StepAnswer)(data);

/** After the decision to confirm; undefined when the order is being undone. One that is being cancelled turns back. */
export function confirmed(order: Order | undefined): StepAnswer {
  const status = order?.status ?? 'undone';
  const cancelling = order?.status === 'confirmed' && order.cancelling;
  const goesOn = status === 'confirmed' || status === 'shipped' || status === 'completed';
  return goesOn && !cancelling ? succeeded({}) : failed('NotConfirmed')({ status, cancelling });
}

/** After the decision to ship; undefined when the order is being undone. */
export function shipped(order: Order | undefined): StepAnswer {
  const status = order?.status ?? 'undone';
  return status === 'shipped' || status === 'completed' ? succeeded({}) : failed('NotShipped')({ status });
}

/** When not everything arrived, or the order could not be completed all the same. */
export const notAllDelivered = (settlement: Settlement): StepAnswer => failed('NotAllDelivered')(settlement);

export const completed: StepAnswer = { ok: true, output: {} };
