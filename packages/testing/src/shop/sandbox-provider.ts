import { type Cloud, json } from '../cloud.ts';

/** What the sandbox payment provider really held, took and gave back for one order. Amounts are minor units. */
export interface Charges {
  readonly order_id: string;
  /** Lower case, as the provider keeps it. */
  readonly currency: string;
  /** How many payment intents were approved, and of how many something was captured. */
  readonly authorisations: number;
  readonly captures: number;
  readonly held: number;
  readonly captured: number;
  readonly refunded: number;
}

/**
 * Asks the provider itself, past all services: one row per order that it knows of.
 * @throws Error where it shows its books to nobody
 */
export async function chargesOf(cloud: Cloud, orderId?: string): Promise<Charges[]> {
  const url = await cloud.sandbox('payment-provider');
  if (url === undefined) throw new Error(`The payment provider of ${cloud.url} does not show its books.`);
  const search = orderId === undefined ? '' : `?order_id=${encodeURIComponent(orderId)}`;
  const { data } = (await json(`${url}/v1/charges${search}`)) as { data: Charges[] };
  return data;
}
