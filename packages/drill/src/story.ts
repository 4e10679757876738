import type { NewOrder } from '@dure/testing/shop/shop';

/** Everything that happens in a drill, decided beforehand. Times are milliseconds since its start. */
export interface Story {
  readonly version: 1;
  readonly seed: number;
  /** How long orders flow. */
  readonly lastsMs: number;
  readonly products: readonly Product[];
  readonly orders: readonly OrderStory[];
  readonly changes: readonly Change[];
  readonly faults: readonly FaultWindow[];
}

export interface Product {
  readonly sku: string;
  readonly price: { readonly amount: number; readonly currency: string };
  readonly onHand: number;
  readonly location?: string;
}

export interface OrderStory {
  /** `o17`: the customer's id starts with it. */
  readonly name: string;
  readonly at: number;
  readonly body: NewOrder;
  /** The customer requests a cancellation this long after the order was placed. */
  readonly cancelAfterMs?: number;
  /** An operator refunds a part of the money as soon as it was captured; in percent of the total. */
  readonly refundPercent?: number;
  /** How an operator ends parcels that the carrier is silent about. */
  readonly operator?: 'delivered' | 'returned' | 'lost';
}

/** A change in the warehouse or the catalogue. */
export type Change =
  | { readonly at: number; readonly what: 'receipt'; readonly sku: string; readonly quantity: number }
  /** The difference between the counted and the expected stock on hand. */
  | { readonly at: number; readonly what: 'count'; readonly sku: string; readonly difference: number }
  | { readonly at: number; readonly what: 'price'; readonly sku: string; readonly amount: number };

export const KINDS = [
  'duplicates',
  'delays',
  'kills',
  'tables',
  'queues',
  'bus',
  'workflow',
  'provider',
  'carrier',
  'webhooks',
  'schedules',
  'clocks',
  'absence',
  'crash',
] as const;

export type Kind = (typeof KINDS)[number];

/** Kinds for which all requests of the functions to AWS go through proxies of the local cloud. */
export const REQUEST_KINDS: readonly Kind[] = ['tables', 'queues', 'bus', 'workflow'];

/** A fault from one moment to another; `crash` kills the whole cloud at the first and restarts it. */
export interface FaultWindow {
  readonly kind: Kind;
  readonly from: number;
  readonly until: number;
  /** Parts of a fault plan of the local cloud; empty for a crash. */
  readonly plan: PlanParts;
}

export interface PlanParts {
  readonly deliveries?: { readonly copies: number; readonly windowMs: number };
  readonly kills?: readonly object[];
  readonly putEvents?: { readonly refuse: number };
  readonly requests?: readonly object[];
  readonly clocks?: readonly object[];
  readonly absent?: readonly string[];
  readonly sandboxes?: Readonly<Record<string, object>>;
  readonly webhooks?: object;
  readonly schedules?: object;
}

/** The services absent at a time of the story, or within `near` milliseconds of it. */
export const absentAt = ({ faults }: Pick<Story, 'faults'>, now: number, near = 0): readonly string[] =>
  faults.flatMap(({ from, until, plan }) => (from - near <= now && now < until + near ? (plan.absent ?? []) : []));

/** @throws Error that explains what is wrong with the file */
export function parseStory(text: string): Story {
  const story = JSON.parse(text) as Partial<Story>;
  if (story.version !== 1) throw new Error(`A story must have version 1, not ${JSON.stringify(story.version)}.`);
  for (const part of ['products', 'orders', 'changes', 'faults'] as const) {
    if (!Array.isArray(story[part])) throw new Error(`The story has no list of ${part}.`);
  }
  const unknown = story.faults?.find(({ kind }) => !KINDS.includes(kind));
  if (unknown !== undefined) throw new Error(`Unknown kind "${unknown.kind}"; the kinds are ${KINDS.join(', ')}.`);
  return story as Story;
}
