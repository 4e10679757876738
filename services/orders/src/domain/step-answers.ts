/** How a waiting step of the checkout continues: with the event's data, or with the error that its Catch handles. */
export type StepAnswer =
  | { readonly ok: true; readonly output: object }
  | { readonly ok: false; readonly error: string; readonly cause: object };

interface Shortage {
  readonly sku: string;
}

const succeeded = (): StepAnswer => ({ ok: true, output: {} });
const succeededWith = (data: object): StepAnswer => ({ ok: true, output: data });
const failed =
  (error: string) =>
  (cause: object): StepAnswer => ({ ok: false, error, cause });

/** By the event that answers a command. */
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
  OrderDispatched: succeededWith,
  ShippingRefused: ({ reason }: { reason: string }): StepAnswer =>
    failed(reason === 'cancelled' ? 'ShippingCancelled' : 'ShippingRefused')({ reason }),
  ShippingCancelled: succeeded,
  ShippingCancellationRefused: failed('ShippingCancellationRefused'),
  ShippingSettled: succeededWith,
};
