import { ListEvents } from '@dure/contracts/journal';
import type * as z from 'zod/mini';
import { type Cloud, expectStatus } from './cloud.ts';
import { allOf } from './pages.ts';

export type RecordedEvent = z.output<(typeof ListEvents)['responses'][200]['body']>['items'][number];

/** Everything that the journal recorded for a correlation or subject, oldest first. */
export function recorded(cloud: Cloud, by: { correlationId: string } | { subject: string }): Promise<RecordedEvent[]> {
  return allOf(async (cursor) => {
    const answer = await cloud.call(ListEvents, { query: { ...by, cursor, limit: 100 } });
    return expectStatus(answer, 200).body;
  });
}

/** `dure.inventory.StockReserved.v1` → `StockReserved` */
export const nameOf = ({ type }: Pick<RecordedEvent, 'type'>): string => type.split('.')[2] ?? type;

/** Events have a sequence; commands have none. */
export const isEvent = ({ sequence }: Pick<RecordedEvent, 'sequence'>): boolean => sequence !== undefined;
