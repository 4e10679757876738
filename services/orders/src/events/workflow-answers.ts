import type { Call } from '@dure/contracts/binding/call';
import { consumer } from '@dure/contracts/binding/consumer';
import { consumes } from '@dure/contracts/contract';
import {
  ReservationRefused,
  StockCommitRefused,
  StockCommitted,
  StockReleased,
  StockReserved,
  StockReturned,
} from '@dure/contracts/inventory';
import { type Message, on } from '@dure/contracts/binding/message';
import {
  PaymentAuthorised,
  PaymentCaptured,
  PaymentCaptureFailed,
  PaymentDeclined,
  PaymentRefunded,
  PaymentRefundRefused,
  PaymentVoided,
} from '@dure/contracts/payments';
import {
  OrderDispatched,
  ShippingCancellationRefused,
  ShippingCancelled,
  ShippingRefused,
  ShippingSettled,
} from '@dure/contracts/shipping';
import { answerWorkflow } from '../application/answer-workflow.ts';
import { checkout, orders, workflows } from '../composition.ts';
import type { Answer } from '../domain/step-answers.ts';

const dependencies = { orders, workflows, workflow: checkout() };

type DataOf<Type> = Extract<Answer, { type: Type }>['data'];

/** The rules of this queue pass only events with a return address. */
const answer =
  <Type extends Answer['type']>(type: Type) =>
  ({ data: { orderId, ...data } }: Message<{ orderId: string } & DataOf<Type>>, call: Call) =>
    answerWorkflow(dependencies, call, orderId, { type, data } as unknown as Answer);

export const handler = consumer('workflow-answers', [
  on(consumes(StockReserved, ['orderId', 'lines']), answer('StockReserved')),
  on(consumes(ReservationRefused, ['orderId', 'reason', 'shortages']), answer('ReservationRefused')),
  on(consumes(StockCommitted, ['orderId']), answer('StockCommitted')),
  on(consumes(StockCommitRefused, ['orderId', 'reason']), answer('StockCommitRefused')),
  on(consumes(StockReleased, ['orderId']), answer('StockReleased')),
  on(consumes(PaymentAuthorised, ['orderId']), answer('PaymentAuthorised')),
  on(consumes(PaymentDeclined, ['orderId', 'cause']), answer('PaymentDeclined')),
  on(consumes(PaymentCaptured, ['orderId']), answer('PaymentCaptured')),
  on(consumes(PaymentCaptureFailed, ['orderId', 'reason']), answer('PaymentCaptureFailed')),
  on(consumes(PaymentVoided, ['orderId']), answer('PaymentVoided')),
  on(consumes(PaymentRefunded, ['orderId']), answer('PaymentRefunded')),
  on(consumes(PaymentRefundRefused, ['orderId', 'reason']), answer('PaymentRefundRefused')),
  on(consumes(StockReturned, ['orderId']), answer('StockReturned')),
  on(consumes(OrderDispatched, ['orderId', 'parcels']), answer('OrderDispatched')),
  on(consumes(ShippingRefused, ['orderId', 'reason']), answer('ShippingRefused')),
  on(consumes(ShippingCancelled, ['orderId']), answer('ShippingCancelled')),
  on(consumes(ShippingCancellationRefused, ['orderId', 'reason']), answer('ShippingCancellationRefused')),
  on(consumes(ShippingSettled, ['orderId', 'delivered', 'returned', 'lost']), answer('ShippingSettled')),
]);
