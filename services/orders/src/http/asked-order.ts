import { problem } from '@dure/contracts/problem';
import { orders } from '../composition.ts';
import type { Loaded, Moment } from '../store/event-store.ts';

/** What both versions of GetOrder are asked. */
interface Asked {
  readonly params: { readonly orderId: string };
  readonly query: { readonly at?: string };
}

const moment = (at: string | undefined): Moment | undefined => {
  if (at === undefined) return undefined;
  return /^\d+$/.test(at) ? { sequence: Number(at) } : { instant: at };
};

export const loadAsked = ({ params, query }: Asked) => orders.load(params.orderId, moment(query.at));

export const isThere = ({ sequence }: Loaded): boolean => sequence > 0;

export const missing = ({ query }: Asked) => problem(query.at === undefined ? 'order-not-found' : 'order-not-yet');
