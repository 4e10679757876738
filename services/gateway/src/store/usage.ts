import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { isConditionFailure, type Table } from '@dure/contracts/binding/table';
import type { Priority } from '../domain/priority.ts';
import type { Counted, Moment, Plan, Report } from '../domain/rate-limit.ts';

/*
 * Key design.
 *
 * item   pk                 sk               attributes
 * plan   CLIENT#<client>    PLAN             perMinute, perMonth, priority
 * usage  CLIENT#<client>    USAGE#<month>    minute, taken (in it), used, used by day (d01 …), expiresAt
 */
const keyOf = (client: string, sk: string) => ({ pk: `CLIENT#${client}`, sk });

/** Months are shown for a year. */
const KEPT_SECONDS = 400 * 86_400;

export interface MonthUsage {
  /** Missing for a client without a plan of its own. */
  readonly plan: Plan | undefined;
  readonly used: number;
  /** In the order of the days (`2026-11-30`). */
  readonly days: readonly { readonly day: string; readonly requests: number }[];
}

export interface UsageStore {
  /** Adds what an environment let through to the common counter. One write unit; two where `opens` is not so. */
  report(client: string, moment: Moment, report: Report, signal?: AbortSignal): Promise<Omit<Counted, 'plan'>>;
  planOf(client: string, signal?: AbortSignal): Promise<Plan | undefined>;
  setPlan(client: string, plan: Plan): Promise<void>;
  usageOf(client: string, month: string): Promise<MonthUsage>;
}

export function createUsageStore({ client: db, name: TableName }: Table): UsageStore {
  /** Undefined where the item is not in the minute that was supposed. */
  async function update(client: string, moment: Moment, { inMinute, inMonth, opens }: Report, signal?: AbortSignal) {
    const day = `d${moment.day.slice(-2)}`;
    const counts = '#used = if_not_exists(#used, :zero) + :month, #day = if_not_exists(#day, :zero) + :month';
    const minute = opens ? '#minute = :now, taken = :minute, expiresAt = :expires' : 'taken = taken + :minute';
    const expires = moment.window * 60 + KEPT_SECONDS;
    try {
      const { Attributes } = await db.send(
        new UpdateCommand({
          TableName,
          Key: keyOf(client, `USAGE#${moment.month}`),
          UpdateExpression: `SET ${minute}, ${counts}`,
          ConditionExpression: opens ? 'attribute_not_exists(#minute) OR #minute < :now' : '#minute >= :now',
          ExpressionAttributeNames: { '#minute': 'minute', '#used': 'used', '#day': day },
          ExpressionAttributeValues: {
            ...{ ':now': moment.window, ':minute': inMinute, ':month': inMonth, ':zero': 0 },
            ...(opens && { ':expires': expires }),
          },
          ReturnValues: 'UPDATED_NEW',
        }),
        { abortSignal: signal },
      );
      const { taken, used } = Attributes as { taken: number; used: number };
      return { taken, used, opened: opens };
    } catch (error) {
      if (isConditionFailure(error)) return undefined;
      throw error;
    }
  }

  async function itemOf(client: string, sk: string, signal?: AbortSignal) {
    const { Item } = await db.send(new GetCommand({ TableName, Key: keyOf(client, sk) }), { abortSignal: signal });
    return Item;
  }

  const planOf = async (client: string, signal?: AbortSignal) => planIn(await itemOf(client, 'PLAN', signal));

  return {
    async report(client, moment, report, signal) {
      // The third time another began the minute between the first two.
      for (const opens of [report.opens, !report.opens, report.opens]) {
        const counted = await update(client, moment, { ...report, opens }, signal);
        if (counted !== undefined) return counted;
      }
      throw new Error('The minute is another one each time.');
    },

    planOf,

    async setPlan(client, plan) {
      await db.send(new PutCommand({ TableName, Item: { ...keyOf(client, 'PLAN'), ...plan } }));
    },

    async usageOf(client, month) {
      const [plan, item = {}] = await Promise.all([planOf(client), itemOf(client, `USAGE#${month}`)]);
      const days = Object.entries(item)
        .filter(([name]) => /^d\d\d$/.test(name))
        .map(([name, requests]) => ({ day: `${month}-${name.slice(1)}`, requests: requests as number }))
        .sort((one, other) => (one.day < other.day ? -1 : 1));
      return { plan, used: (item['used'] as number | undefined) ?? 0, days };
    },
  };
}

const planIn = (item: Record<string, unknown> | undefined): Plan | undefined =>
  item && {
    perMinute: item['perMinute'] as number,
    perMonth: item['perMonth'] as number,
    priority: item['priority'] as Priority | undefined,
  };
