import { type Cloud, json } from './cloud.ts';

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

const PROVIDER_URL = /^\/dure\/[^/]+\/payments\/provider-url$/;

/** Asks the provider itself, past all services: one row per order that it knows of. */
export async function chargesOf(cloud: Cloud, orderId?: string): Promise<Charges[]> {
  const search = orderId === undefined ? '' : `?order_id=${encodeURIComponent(orderId)}`;
  const { data } = (await json(`${await providerUrl(cloud)}/v1/charges${search}`)) as { data: Charges[] };
  return data;
}

const urls = new WeakMap<Cloud, Promise<string>>();

function providerUrl(cloud: Cloud): Promise<string> {
  const url = urls.get(cloud) ?? readProviderUrl(cloud);
  urls.set(cloud, url);
  return url;
}

async function readProviderUrl(cloud: Cloud): Promise<string> {
  const { parameters } = (await cloud.view('resources')) as { parameters: { name: string; value: string }[] };
  const url = parameters.find(({ name }) => PROVIDER_URL.test(name))?.value;
  if (url === undefined) throw new Error(`${cloud.url} has no sandbox payment provider.`);
  return url;
}
