import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '@dure/contracts/binding/table';
import type { ConfigurationContract } from '@dure/contracts/configuration';
import * as z from 'zod/mini';
import type { FromOutside } from './heed.ts';
import {
  fleetAttribute,
  handAttribute,
  type Kept,
  KEPT_KEY,
  policyAttribute,
  policyFrom,
  valueAttribute,
} from './kept-item.ts';
import { orLate } from './or-late.ts';
import type { Policy } from './policy.ts';
import { usualPolicy } from './usual-policy.ts';

/** What the control plane published, as the environment knows it. */
export interface PickUp {
  /**
   * Reads what is in the table, if that was longer than ten seconds ago. The work goes on beside it, with what was read
   * before, and awaits it in the end. It never rejects, and takes a quarter of a second at most. Undefined where nothing is to be read.
   */
  refresh(): Promise<void> | undefined;
  /** The same object until another revision was read; undefined where none was published. */
  policyOf(service: string): Policy | undefined;
  /** What operators and the other environments say of the breaker of a service. */
  breakerOf(service: string): FromOutside;
  /** What was published, or the default where nothing was, or nothing that the schema takes. */
  valueOf<Schema extends z.ZodMiniType>(value: ConfigurationContract<Schema>): z.output<Schema>;
}

export interface PickUpOptions {
  /** Is told why something could not be read. What was read before holds. */
  readonly failed: (error: unknown) => void;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
}

/** So old may be what was read: with the time that an event takes, what is published is in use within 11 s. */
const FRESH_MS = 10_000;
/** A table that is slow slows down no call by more. */
const WITHIN_MS = 250;

/**
 * Opens what the consumer of the service keeps of the control plane in this table. To be made once in an environment: one
 * GetItem in ten seconds reads all of it, when a call comes.
 *
 * @example
 * ```ts
 * import { required } from '@dure/contracts/binding/environment';
 * import { openTable } from '@dure/contracts/binding/table';
 * import { openMesh } from '@dure/mesh';
 * import { openPickUp } from '@dure/mesh/pick-up';
 *
 * const policies = openPickUp(openTable(required('TABLE_NAME')), { failed: console.warn });
 *
 * export const mesh = openMesh({ policies, tell: console.warn });
 * ```
 */
export function openPickUp({ client, name: TableName }: Table, { failed, clock = Date.now }: PickUpOptions): PickUp {
  const policies = new Map<string, { readonly revision: number; readonly policy: Policy | undefined }>();
  const values = new Map<string, { readonly revision: number; readonly value: unknown }>();
  let item: Readonly<Record<string, unknown>> = {};
  let readAt = Number.NEGATIVE_INFINITY;
  let isReading = false;

  async function read(): Promise<void> {
    try {
      const signal = AbortSignal.timeout(WITHIN_MS);
      const { Item } = await orLate(
        signal,
        client.send(new GetCommand({ TableName, Key: KEPT_KEY }), { abortSignal: signal }),
      );
      if (Item !== undefined) item = Item;
    } catch (error) {
      failed(error);
    } finally {
      isReading = false;
    }
  }

  /** What was read of one thing, made once for each revision. */
  function known<Made extends { readonly revision: number }>(
    made: Map<string, Made>,
    attribute: string,
    make: (kept: Kept) => Made,
  ): Made | undefined {
    const kept = item[attribute] as Kept | undefined;
    const before = made.get(attribute);
    // An eventually consistent read may show what was there before.
    if (kept === undefined || (before !== undefined && before.revision >= kept.revision)) return before;
    const after = make(kept);
    made.set(attribute, after);
    return after;
  }

  return {
    refresh() {
      const now = clock();
      // A clock that was set back reads again.
      if (isReading || (now >= readAt && now - readAt < FRESH_MS)) return undefined;
      readAt = now;
      isReading = true;
      return read();
    },

    policyOf(service) {
      const attribute = policyAttribute(service);
      return known(policies, attribute, (kept) => {
        const policy = policyFrom(kept, usualPolicy(service));
        if (policy === undefined) failed(new Error(`Revision ${kept.revision} of ${attribute} has another form.`));
        return { revision: kept.revision, policy: policy ?? policies.get(attribute)?.policy };
      })?.policy;
    },

    breakerOf: (service) => ({
      hand: item[handAttribute(service)] as FromOutside['hand'],
      fleet: item[fleetAttribute(service)] as FromOutside['fleet'],
    }),

    valueOf<Schema extends z.ZodMiniType>({ name, schema, initial }: ConfigurationContract<Schema>) {
      const attribute = valueAttribute(name);
      const found = known(values, attribute, ({ json, revision }) => {
        const { data, error } = z.safeParse(schema, JSON.parse(json));
        if (error === undefined) return { revision, value: data };
        failed(new Error(`Revision ${revision} of ${attribute} is not one that this release takes.`, { cause: error }));
        return { revision, value: values.get(attribute)?.value };
      });
      return (found?.value ?? initial) as z.output<Schema>;
    },
  };
}
