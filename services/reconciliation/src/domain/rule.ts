import { type Copy, isOnItsWay, isUndone, type OrderPart, parcelsOf } from './copy.ts';
import type { Finding, Repair } from './drift.ts';

/** An order that has been quiet for a while, as the rules see it. */
export interface Subject {
  readonly copy: Copy;
  readonly order: OrderPart;
  /** So long nothing came that the orders service would have taken it up by itself. */
  readonly stuck: boolean;
}

/** Says what is not right about an order, if that is so. */
export type Rule = (subject: Subject) => Finding | undefined;

/** Goods and money of an undone order are left alone while a parcel of it is under way: first that has to come back. */
export const waitsForParcels = (copy: Copy, order: OrderPart): boolean =>
  isUndone(order) && parcelsOf(copy).some(isOnItsWay);

/** Where somebody may have got the goods, a person judges. */
export const safely = (copy: Copy, order: OrderPart, repair: Repair): Repair | 'needs-a-person' =>
  isUndone(order) && !parcelsOf(copy).some(({ status }) => status === 'delivered') ? repair : 'needs-a-person';
