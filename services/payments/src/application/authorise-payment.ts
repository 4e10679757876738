import type { Call } from '@dure/contracts/binding/call';
import { Poison } from '@dure/contracts/binding/message';
import type { Money } from '@dure/contracts/values';
import { changePayment, type Dependencies } from './change-payment.ts';

interface Input {
  readonly orderId: string;
  readonly amount: Money;
  readonly paymentMethod: string;
  readonly customerId?: string;
  /** The id of the payment, if this is the first command for the order. */
  readonly paymentId: string;
}

/** Holds an order's total. @throws Poison when the order has a payment with another amount or method */
export async function authorisePayment(dependencies: Dependencies, call: Call, input: Input): Promise<void> {
  const { orderId, ...charge } = input;
  const result = await changePayment(dependencies, call, orderId, { type: 'AuthorisePayment', charge });
  if ('rejected' in result) throw new Poison('The order has a payment with another amount or payment method.');
}
