import { type Copy, isOnItsWay, isUndone, type OrderPart, parcelsOf } from './copy.ts';
import type { Finding, Repair } from './drift.ts';

/** An order that has been quiet for a while, as the rules see it. */
export interface Subject {
  readonly copy: Copy;
  readonly order: OrderPart;
  /** Nothing arrived for so long that the orders service would have resumed it by itself. */
  readonly stuck: boolean;
}

/** Returns what is wrong with an order, if anything. */
export type Rule = (subject: Subject) => Finding | undefined;

/** Goods and money of an undone order are left alone while one of its parcels is in transit: it has to come back first. */
export const waitsForParcels = (copy: Copy, order: OrderPart): boolean =>
  isUndone(order) && parcelsOf(copy).some(isOnItsWay);

/** If somebody may have received the goods, a person decides. */
export const safely = (copy: Copy, order: OrderPart, repair: Repair): Repair | 'needs-a-person' =>
  isUndone(order) && !parcelsOf(copy).some(({ status }) => status === 'delivered') ? repair : 'needs-a-person';
