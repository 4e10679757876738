import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { decodeCursor, encodeCursor } from '@dure/contracts/cursor';
import type { Table } from '@dure/contracts/table';
import * as z from 'zod/mini';
import { dayOf, daysBetween, instant, placeOf, type RecordedEvent } from './domain/recorded-event.ts';

/*
 * Key design. Every list sorts by `place`: <time>#<sequence>#<id>.
 *
 * item   pk          sk     besides
 * event  EVENT#<id>  EVENT  the envelope's attributes, recordedAt, place
 * first  FIRST       FIRST  day: where a range without a beginning begins
 *
 * index          pk
 * byCorrelation  CORRELATION#<correlation id>
 * bySubject      SUBJECT#<subject>
 * byType         TYPE#<type>
 * byDay          DAY#<UTC day>   so that no partition holds the whole journal
 */

export type EventFilter = { readonly from?: string; readonly to?: string } & (
  { readonly correlationId: string } | { readonly subject: string } | { readonly type: string } | { readonly all: true }
);

export interface EventPage {
  readonly events: RecordedEvent[];
  readonly cursor: string | undefined;
}

export interface EventStore {
  /** Stores an event; false when it was stored before. */
  put(event: RecordedEvent): Promise<boolean>;
  get(id: string): Promise<RecordedEvent | undefined>;
  /** A page, oldest first; undefined when the cursor is not one of this list's. */
  list(filter: EventFilter, limit: number, now: string, cursor?: string): Promise<EventPage | undefined>;
}

/** A page reads no more days than this; then it ends early, with a cursor. */
const MAX_DAYS_A_PAGE = 30;

export function createEventStore({ client, name: TableName }: Table): EventStore {
  async function rememberFirst(day: string): Promise<void> {
    try {
      await client.send(
        new PutCommand({
          TableName,
          Item: { pk: 'FIRST', sk: 'FIRST', day },
          ConditionExpression: 'attribute_not_exists(pk) OR #day > :day',
          ExpressionAttributeNames: { '#day': 'day' },
          ExpressionAttributeValues: { ':day': day },
        }),
      );
    } catch (error) {
      if (!isConditionFailure(error)) throw error;
    }
  }

  async function firstDay(): Promise<string | undefined> {
    const { Item: item } = await client.send(new GetCommand({ TableName, Key: { pk: 'FIRST', sk: 'FIRST' } }));
    return item && String(item['day']);
  }

  async function query(index: Index, from: string, to: string, limit: number, after: string | undefined) {
    const { Items: items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName,
        IndexName: index.name,
        KeyConditionExpression: `${index.pk} = :pk AND place BETWEEN :from AND :to`,
        ExpressionAttributeValues: { ':pk': index.value, ':from': from, ':to': to },
        Limit: limit,
        ExclusiveStartKey:
          after === undefined
            ? undefined
            : { pk: `EVENT#${after.split('#')[2]}`, sk: 'EVENT', [index.pk]: index.value, place: after },
      }),
    );
    return { events: items.map(toEvent), more: LastEvaluatedKey !== undefined };
  }

  return {
    async put(event) {
      await rememberFirstOnce(dayOf(event.time), rememberFirst);
      try {
        await client.send(
          new PutCommand({ TableName, Item: toItem(event), ConditionExpression: 'attribute_not_exists(pk)' }),
        );
        return true;
      } catch (error) {
        if (isConditionFailure(error)) return false;
        throw error;
      }
    },

    async get(id) {
      const { Item: item } = await client.send(new GetCommand({ TableName, Key: { pk: `EVENT#${id}`, sk: 'EVENT' } }));
      return item && toEvent(item);
    },

    async list(filter, limit, now, cursor) {
      const start = cursor === undefined ? undefined : decodeCursor(Cursor, cursor);
      if (cursor !== undefined && start?.list !== nameOf(filter)) return undefined;
      const first = start?.day ?? filter.from ?? (await firstDay()) ?? now;
      const to = filter.to ?? now;
      const indexes = 'all' in filter ? daysBetween(first, to, MAX_DAYS_A_PAGE).map(dayIndex) : [indexOf(filter)];
      const events: RecordedEvent[] = [];
      let after = start?.after;
      for (const [position, index] of indexes.entries()) {
        const range = { from: filter.from ? instant(filter.from) : '', to: filter.to ? `${instant(filter.to)}~` : '~' };
        const page = await query(index, range.from, range.to, limit - events.length, after);
        events.push(...page.events);
        after = undefined;
        const last = page.events.at(-1);
        if (page.more && last) {
          return { events, cursor: cursorOf(filter, index, placeOf(last)) };
        }
        const next = indexes[position + 1];
        if (next && events.length >= limit) return { events, cursor: cursorOf(filter, next, undefined) };
      }
      return { events, cursor: followingDays(filter, indexes.at(-1), to) };
    },
  };
}

interface Index {
  readonly name: string;
  readonly pk: string;
  readonly value: string;
  readonly day?: string;
}

const dayIndex = (day: string): Index => ({ name: 'byDay', pk: 'dayPk', value: `DAY#${day}`, day });

function indexOf(filter: EventFilter): Index {
  if ('correlationId' in filter) {
    return { name: 'byCorrelation', pk: 'correlationPk', value: `CORRELATION#${filter.correlationId}` };
  }
  if ('subject' in filter) return { name: 'bySubject', pk: 'subjectPk', value: `SUBJECT#${filter.subject}` };
  if ('type' in filter) return { name: 'byType', pk: 'typePk', value: `TYPE#${filter.type}` };
  return dayIndex('');
}

/** A cursor goes on in the list that it was made for, and in no other. */
const Cursor = z.strictObject({
  list: z.string(),
  day: z.optional(z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/))),
  after: z.optional(z.string().check(z.regex(/^[^#]+#[0-9]{12}#[0-9a-fA-F-]{36}$/))),
});

const nameOf = (filter: EventFilter): string => [indexOf(filter).value, filter.from ?? '', filter.to ?? ''].join('|');

const cursorOf = (filter: EventFilter, { day }: Index, after: string | undefined) =>
  encodeCursor({ list: nameOf(filter), day, after });

/** Where a list of all goes on when the days of one page were empty. */
function followingDays(filter: EventFilter, last: Index | undefined, to: string): string | undefined {
  if (last?.day === undefined || last.day >= dayOf(to)) return undefined;
  const day = new Date(Date.parse(last.day) + 86_400_000).toISOString().slice(0, 10);
  return cursorOf(filter, dayIndex(day), undefined);
}

/** The first day is looked at once a process, not once an event: only the oldest event changes it. */
let oldestSeen = '~';
async function rememberFirstOnce(day: string, remember: (day: string) => Promise<void>): Promise<void> {
  if (day >= oldestSeen) return;
  await remember(day);
  oldestSeen = day;
}

function toItem(event: RecordedEvent): Record<string, unknown> {
  return {
    pk: `EVENT#${event.id}`,
    sk: 'EVENT',
    place: placeOf(event),
    correlationPk: `CORRELATION#${event.correlationid}`,
    subjectPk: `SUBJECT#${event.subject}`,
    typePk: `TYPE#${event.type}`,
    dayPk: `DAY#${dayOf(event.time)}`,
    event: JSON.stringify(event),
  };
}

const toEvent = (item: Record<string, unknown>) => JSON.parse(String(item['event'])) as RecordedEvent;

const isConditionFailure = (error: unknown) =>
  error instanceof Error && error.name === 'ConditionalCheckFailedException';
