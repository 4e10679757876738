/** How a waiting step of the checkout goes on: with what the event tells, or by the error that its Catch knows. */
export type StepAnswer =
  | { readonly ok: true; readonly output: object }
  | { readonly ok: false; readonly error: string; readonly cause: object };

interface Shortage {
  readonly sku: string;
}

const succeeded = (): StepAnswer => ({ ok: true, output: {} });
const told = (data: object): StepAnswer => ({ ok: true, output: data });
const failed =
  (error: string) =>
  (cause: object): StepAnswer => ({ ok: false, error, cause });

/** By the event that answers a command. */
export const stepAnswers = {
  StockReserved: told,
  // What had ended before says nothing of what is in stock.
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
  OrderDispatched: told,
  ShippingRefused: ({ reason }: { reason: string }): StepAnswer =>
    failed(reason === 'cancelled' ? 'ShippingCancelled' : 'ShippingRefused')({ reason }),
  ShippingCancelled: succeeded,
  ShippingCancellationRefused: failed('ShippingCancellationRefused'),
  ShippingSettled: told,
};
