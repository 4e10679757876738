import { problem } from '@dure/contracts/problem';
import { orders } from '../composition.ts';
import { customerOf } from '../domain/order.ts';
import { type Loaded, type Moment, notPlaced } from '../store/event-store.ts';

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

/** Whose order it is, and what another customer sees of it. */
export const ofCustomer = {
  owner: ({ order }: Loaded) => customerOf(order),
  none: ({ params }: Pick<Asked, 'params'>) => notPlaced(params.orderId),
};

export const isThere = ({ sequence }: Loaded): boolean => sequence > 0;

export const missing = ({ query }: Asked) => problem(query.at === undefined ? 'order-not-found' : 'order-not-yet');
