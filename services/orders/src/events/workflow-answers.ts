import type { Call } from '@dure/contracts/call';
import { consumer } from '@dure/contracts/consumer';
import { consumes } from '@dure/contracts/contract';
import {
  ReservationRefused,
  StockCommitRefused,
  StockCommitted,
  StockReleased,
  StockReserved,
  StockReturned,
} from '@dure/contracts/inventory/index';
import { type Message, on } from '@dure/contracts/message';
import {
  PaymentAuthorised,
  PaymentCaptured,
  PaymentCaptureFailed,
  PaymentDeclined,
  PaymentRefunded,
  PaymentRefundRefused,
  PaymentVoided,
} from '@dure/contracts/payments/index';
import {
  OrderDispatched,
  ShippingCancellationRefused,
  ShippingCancelled,
  ShippingRefused,
  ShippingSettled,
} from '@dure/contracts/shipping/index';
import { answerWorkflow, type StepAnswer } from '../application/answer-workflow.ts';
import { checkout } from '../composition.ts';

const workflow = checkout();

/** The rules of this queue let only events through that carry a return address. */
const answer =
  <Data>(toAnswer: (data: Data) => StepAnswer) =>
  ({ data }: Message<Data>, call: Call) =>
    answerWorkflow(workflow, call, toAnswer(data));

const success = answer(() => ({ ok: true, output: {} }));

/** The step goes on with what the event tells. */
const output = answer((data: object) => ({ ok: true, output: data }));

export const handler = consumer('workflow-answers', [
  on(consumes(StockReserved, ['lines']), output),
  on(
    consumes(ReservationRefused, ['reason', 'shortages']),
    answer(({ reason, shortages }) => ({
      ok: false,
      // What had ended before says nothing of what is in stock.
      error: reason === 'out-of-stock' ? 'ReservationRefused' : 'ReservationEnded',
      cause: { reason, skus: shortages.map((shortage) => shortage.sku) },
    })),
  ),
  on(consumes(StockCommitted, []), success),
  on(
    consumes(StockCommitRefused, ['reason']),
    answer((cause) => ({ ok: false, error: 'StockCommitRefused', cause })),
  ),
  on(consumes(StockReleased, []), success),
  on(consumes(PaymentAuthorised, []), success),
  on(
    consumes(PaymentDeclined, ['cause']),
    answer(({ cause }) => ({
      ok: false,
      error: cause === 'provider-unavailable' ? 'PaymentUnavailable' : 'PaymentDeclined',
      cause: { cause },
    })),
  ),
  on(consumes(PaymentCaptured, []), success),
  on(
    consumes(PaymentCaptureFailed, ['reason']),
    answer((cause) => ({ ok: false, error: 'PaymentCaptureFailed', cause })),
  ),
  on(consumes(PaymentVoided, []), success),
  on(consumes(PaymentRefunded, []), success),
  on(
    consumes(PaymentRefundRefused, ['reason']),
    answer((cause) => ({ ok: false, error: 'PaymentRefundRefused', cause })),
  ),
  on(consumes(StockReturned, []), success),
  on(consumes(OrderDispatched, ['parcels']), output),
  on(
    consumes(ShippingRefused, ['reason']),
    answer((cause) => ({
      ok: false,
      error: cause.reason === 'cancelled' ? 'ShippingCancelled' : 'ShippingRefused',
      cause,
    })),
  ),
  on(consumes(ShippingCancelled, []), success),
  on(
    consumes(ShippingCancellationRefused, ['reason']),
    answer((cause) => ({ ok: false, error: 'ShippingCancellationRefused', cause })),
  ),
  on(consumes(ShippingSettled, ['delivered', 'returned', 'lost']), output),
]);
