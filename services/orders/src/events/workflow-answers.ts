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
import { checkout } from '../composition.ts';
import { type StepAnswer, stepAnswers } from '../domain/step-answers.ts';

const workflow = checkout();

/** The rules of this queue pass only events with a return address. */
const answer =
  <Data>(toAnswer: (data: Data) => StepAnswer) =>
  ({ data }: Message<Data>, call: Call) =>
    answerWorkflow(workflow, call, toAnswer(data));

export const handler = consumer('workflow-answers', [
  on(consumes(StockReserved, ['lines']), answer(stepAnswers.StockReserved)),
  on(consumes(ReservationRefused, ['reason', 'shortages']), answer(stepAnswers.ReservationRefused)),
  on(consumes(StockCommitted, []), answer(stepAnswers.StockCommitted)),
  on(consumes(StockCommitRefused, ['reason']), answer(stepAnswers.StockCommitRefused)),
  on(consumes(StockReleased, []), answer(stepAnswers.StockReleased)),
  on(consumes(PaymentAuthorised, []), answer(stepAnswers.PaymentAuthorised)),
  on(consumes(PaymentDeclined, ['cause']), answer(stepAnswers.PaymentDeclined)),
  on(consumes(PaymentCaptured, []), answer(stepAnswers.PaymentCaptured)),
  on(consumes(PaymentCaptureFailed, ['reason']), answer(stepAnswers.PaymentCaptureFailed)),
  on(consumes(PaymentVoided, []), answer(stepAnswers.PaymentVoided)),
  on(consumes(PaymentRefunded, []), answer(stepAnswers.PaymentRefunded)),
  on(consumes(PaymentRefundRefused, ['reason']), answer(stepAnswers.PaymentRefundRefused)),
  on(consumes(StockReturned, []), answer(stepAnswers.StockReturned)),
  on(consumes(OrderDispatched, ['parcels']), answer(stepAnswers.OrderDispatched)),
  on(consumes(ShippingRefused, ['reason']), answer(stepAnswers.ShippingRefused)),
  on(consumes(ShippingCancelled, []), answer(stepAnswers.ShippingCancelled)),
  on(consumes(ShippingCancellationRefused, ['reason']), answer(stepAnswers.ShippingCancellationRefused)),
  on(consumes(ShippingSettled, ['delivered', 'returned', 'lost']), answer(stepAnswers.ShippingSettled)),
]);
