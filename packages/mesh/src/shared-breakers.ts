import { randomUUID } from 'node:crypto';
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { isConditionFailure, type Table } from '@dure/contracts/binding/table';
import { fleetAttribute, KEPT_KEY } from './kept-item.ts';
import { orLate } from './or-late.ts';
import type { Policy } from './policy.ts';
import { fleetOpening, isQuorum } from './quorum.ts';

/**
 * Where the environments of a caller say that a service is away. Both never reject, and take a quarter of a second at most.
 */
export interface SharedBreakers {
  /** Once an hour, at the first call in it: the environment counts in that hour and the next. */
  join(): Promise<void> | undefined;
  /** Says that its own breaker opened, and opens the breaker of all where enough say so. */
  report(opened: { readonly service: string; readonly forMs: number }, settings: Policy['breaker']): Promise<void>;
}

/** The breaker of all has opened. Moments are milliseconds since 1970. */
export interface FleetOpening {
  readonly service: string;
  readonly openedAt: number;
  readonly openUntil: number;
  /** Environments that found the service away. */
  readonly reporters: number;
}

export interface SharedBreakersOptions {
  /** Gets the error when nothing could be written: each environment then goes by its own breaker. */
  readonly failed: (error: unknown) => void;
  /** Called by the one environment that opened the breaker of all. */
  readonly opened: (opening: FleetOpening) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
}

/*
 * Items in the caller's table, beside what it keeps (`kept-item.ts`).
 *
 * item     pk    sk                   attributes
 * fleet    MESH  FLEET#<hour>         environments: how many were called in that hour; expiresAt
 * reports  MESH  REPORTS#<service>    by:<environment>, the moment of its report; expiresAt
 */
const HOUR_MS = 3_600_000;
const fleetKey = (hour: number) => ({ pk: 'MESH', sk: `FLEET#${hour}` });
const reportsKey = (service: string) => ({ pk: 'MESH', sk: `REPORTS#${service}` });
const BY = 'by:';
const WITHIN_MS = 250;
const FORGOTTEN_AT_ONCE = 50;

const expiresAt = (now: number): number => Math.ceil((now + 3 * HOUR_MS) / 1_000);

/**
 * Opens what the environments of a caller share of their breakers, in its own table. An environment that finds a service away
 * says so once; where enough do within the policy's window, the breaker of all opens until a moment, and nobody has to close it.
 * How many environments there are is how many were called in this hour or in the one before, whichever is more.
 *
 * @example
 * ```ts
 * import { required } from '@dure/contracts/binding/environment';
 * import { openTable } from '@dure/contracts/binding/table';
 * import { openMesh } from '@dure/mesh';
 * import { openPickUp } from '@dure/mesh/pick-up';
 * import { openSharedBreakers } from '@dure/mesh/shared-breakers';
 *
 * const table = openTable(required('TABLE_NAME'));
 * const policies = openPickUp(table, { failed: console.warn });
 * const shared = openSharedBreakers(table, { failed: console.warn, opened: async (it) => console.warn(it) });
 *
 * export const mesh = openMesh({ policies, shared, tell: console.warn });
 * ```
 */
export function openSharedBreakers(
  { client, name: TableName }: Table,
  { failed, opened, clock = Date.now }: SharedBreakersOptions,
): SharedBreakers {
  const me = `${BY}${randomUUID().slice(0, 13)}`;
  let joinedIn: number | undefined;

  async function within(work: (abortSignal: AbortSignal) => Promise<void>): Promise<void> {
    const signal = AbortSignal.timeout(WITHIN_MS);
    try {
      await orLate(signal, work(signal));
    } catch (error) {
      failed(error);
    }
  }

  async function calledIn(hour: number, abortSignal: AbortSignal): Promise<number> {
    const { Item } = await client.send(new GetCommand({ TableName, Key: fleetKey(hour) }), { abortSignal });
    return (Item?.['environments'] as number | undefined) ?? 0;
  }

  /** The moments of the reports by their attributes, with this environment's own. */
  async function reportsOf(service: string, abortSignal: AbortSignal): Promise<[string, number][]> {
    const now = clock();
    const { Attributes } = await client.send(
      new UpdateCommand({
        TableName,
        Key: reportsKey(service),
        UpdateExpression: 'SET #me = :now, expiresAt = :expires',
        ExpressionAttributeNames: { '#me': me },
        ExpressionAttributeValues: { ':now': now, ':expires': expiresAt(now) },
        ReturnValues: 'ALL_NEW',
      }),
      { abortSignal },
    );
    return Object.entries(Attributes ?? {}).flatMap(([name, at]) =>
      name.startsWith(BY) ? [[name, at as number]] : [],
    );
  }

  /** Environments come and go: the item would grow with each that ever found the service away. */
  async function forgetOld(
    service: string,
    reports: readonly [string, number][],
    since: number,
    abortSignal: AbortSignal,
  ) {
    const old = reports.filter(([, at]) => at < since).slice(0, FORGOTTEN_AT_ONCE);
    if (old.length < FORGOTTEN_AT_ONCE) return;
    const names = old.map(([name], index) => [`#n${index}`, name]);
    await client.send(
      new UpdateCommand({
        TableName,
        Key: reportsKey(service),
        UpdateExpression: `REMOVE ${names.map(([name]) => name).join(', ')}`,
        ExpressionAttributeNames: Object.fromEntries(names) as Record<string, string>,
      }),
      { abortSignal },
    );
  }

  /** @returns whether it was this environment that did */
  async function openForAll(service: string, opening: ReturnType<typeof fleetOpening>, abortSignal: AbortSignal) {
    try {
      await client.send(
        new UpdateCommand({
          TableName,
          Key: KEPT_KEY,
          UpdateExpression: 'SET #fleet = :opening',
          ConditionExpression: 'attribute_not_exists(#fleet) OR #fleet.openUntil < :now',
          ExpressionAttributeNames: { '#fleet': fleetAttribute(service) },
          ExpressionAttributeValues: { ':opening': opening, ':now': opening.openedAt },
        }),
        { abortSignal },
      );
      return true;
    } catch (error) {
      if (isConditionFailure(error)) return false;
      throw error;
    }
  }

  return {
    join() {
      const now = clock();
      const hour = Math.floor(now / HOUR_MS);
      if (hour === joinedIn) return undefined;
      joinedIn = hour;
      return within(async (abortSignal) => {
        await client.send(
          new UpdateCommand({
            TableName,
            Key: fleetKey(hour),
            UpdateExpression: 'ADD environments :one SET expiresAt = :expires',
            ExpressionAttributeValues: { ':one': 1, ':expires': expiresAt(now) },
          }),
          { abortSignal },
        );
      });
    },

    report: ({ service, forMs }, settings) =>
      within(async (signal) => {
        const now = clock();
        const hour = Math.floor(now / HOUR_MS);
        const [reported, ...environments] = await Promise.all([
          reportsOf(service, signal),
          calledIn(hour, signal),
          calledIn(hour - 1, signal),
        ]);
        const at = reported.map(([, moment]) => moment);
        const reports = { at, environments: Math.max(...environments) };
        if (!isQuorum(reports, settings, now)) return forgetOld(service, reported, now - settings.window, signal);
        const opening = fleetOpening(forMs, now);
        if (!(await openForAll(service, opening, signal))) return;
        // The next time they are counted from none.
        const Item = { ...reportsKey(service), expiresAt: expiresAt(now) };
        const forget = client.send(new PutCommand({ TableName, Item }), { abortSignal: signal });
        await Promise.all([forget, opened({ service, ...opening, reporters: at.length })]);
      }),
  };
}
