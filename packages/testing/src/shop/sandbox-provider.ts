import { type Cloud, json } from '../cloud.ts';

/** What the sandbox payment provider really held, captured and refunded for one order. Amounts are minor units. */
export interface Charges {
  readonly order_id: string;
  /** In lower case, as the provider stores it. */
  readonly currency: string;
  /** The number of approved payment intents, and of those with a capture. */
  readonly authorisations: number;
  readonly captures: number;
  readonly held: number;
  readonly captured: number;
  readonly refunded: number;
}

/**
 * Asks the provider itself, bypassing all services: one row per order that it knows.
 * @throws Error when the provider does not expose its totals
 */
export async function chargesOf(cloud: Cloud, orderId?: string): Promise<Charges[]> {
  const url = await cloud.sandbox('payment-provider');
  if (url === undefined) throw new Error(`The payment provider of ${cloud.url} does not show its books.`);
  const search = orderId === undefined ? '' : `?order_id=${encodeURIComponent(orderId)}`;
  const { data } = (await json(`${url}/v1/charges${search}`)) as { data: Charges[] };
  return data;
}
