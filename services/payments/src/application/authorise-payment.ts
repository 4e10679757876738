import type { Call } from '@dure/contracts/binding/call';
import { Poison } from '@dure/contracts/binding/message';
import type { Money } from '@dure/contracts/values';
import { carryOut, type Dependencies } from './carry-out.ts';

interface Asked {
  readonly orderId: string;
  readonly amount: Money;
  readonly paymentMethod: string;
  /** The payment's id, if it is the order's first. */
  readonly paymentId: string;
}

/** Holds an order's total. @throws Poison when the order's payment is of another amount or method */
export async function authorisePayment(dependencies: Dependencies, call: Call, asked: Asked): Promise<void> {
  const { orderId, ...charge } = asked;
  const result = await carryOut(dependencies, call, orderId, { type: 'AuthorisePayment', charge });
  if ('rejected' in result) throw new Poison('The order has a payment of another amount or payment method.');
}
