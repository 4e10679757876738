import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { ContractDeprecated, DeprecationAcknowledged, SunsetNear, SunsetPassed } from '@dure/contracts/registry';
import type { Call } from '@dure/contracts/binding/call';
import { commit, type Write } from '@dure/contracts/binding/commit';
import { type OutgoingEvent, publish } from '@dure/contracts/binding/outbox';
import type { Table } from '@dure/contracts/binding/table';
import type { Change } from '../domain/change.ts';
import type { Acknowledgement, Deprecation } from '../domain/deprecation.ts';
import { readMany } from './batches.ts';
import { changePut } from './change-store.ts';
import { readAll, readPage } from './pages.ts';

/*
 * item         pk            sk                      attributes
 * deprecation  DEPRECATION   <contract>@<major>      since, sunset, successor, acknowledgements, noticed, version
 *
 * The rows of contracts, providers and consumers are written with a release: release-store.ts.
 */
const deprecationKey = (contract: string) => ({ pk: 'DEPRECATION', sk: contract });

export interface ProviderRow {
  readonly kind: 'event' | 'command' | 'endpoint';
  readonly service: string;
  readonly digest: string;
  readonly schema: string;
}

export interface ConsumerRow {
  readonly service: string;
  readonly digest: string;
  readonly owner: string;
  readonly use: 'reads' | 'sends' | 'calls';
  readonly fields: readonly string[];
  readonly schema: string;
}

/** Registrations of a provider that were begun and never finished are passed over; so many are looked at. */
const NEWEST = 10;

/** As part of another transaction, on the condition that the deprecation is the one that was loaded. */
export function deprecationPut(deprecation: Deprecation): Write {
  const before = deprecation.version - 1;
  const condition =
    before === 0
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : { ConditionExpression: 'version = :before', ExpressionAttributeValues: { ':before': before } };
  return { Put: { Item: { ...deprecationKey(deprecation.contract), ...deprecation }, ...condition } };
}

export const termsOf = ({ contract, since, sunset, successor }: Deprecation) => ({
  ...{ contract, since },
  ...(sunset !== undefined && { sunset }),
  ...(successor !== undefined && { successor }),
});

export type ContractStore = ReturnType<typeof createContractStore>;

export function createContractStore(table: Table) {
  const save = (call: Call, deprecation: Deprecation, event: OutgoingEvent, change: Pick<Change, 'kind' | 'what'>) =>
    commit(table, call, {
      writes: [
        deprecationPut(deprecation),
        changePut({ at: call.time, contract: deprecation.contract, actor: call.actor, ...change }),
      ],
      events: [event],
    });

  return {
    async deprecation(contract: string): Promise<Deprecation | undefined> {
      const { Item: item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: deprecationKey(contract), ConsistentRead: true }),
      );
      return item && toDeprecation(item as Deprecation);
    },

    /** Every deprecation there is, by contract. */
    async deprecations(): Promise<Deprecation[]> {
      return (await readAll<Deprecation>(table, { pk: 'DEPRECATION' })).map(toDeprecation);
    },

    async deprecationsOf(contracts: readonly string[]): Promise<Map<string, Deprecation>> {
      const found = await readMany<Deprecation>(table, contracts.map(deprecationKey), { consistent: true });
      return new Map(found.map((it) => [it.contract, toDeprecation(it)]));
    },

    deprecate: (call: Call, deprecation: Deprecation) =>
      save(
        call,
        deprecation,
        publish(ContractDeprecated, deprecation.contract, deprecation.version, termsOf(deprecation)),
        {
          kind: 'contract-deprecated',
          what: `${deprecation.contract} is deprecated.`,
        },
      ),

    acknowledge(call: Call, deprecation: Deprecation, { consumer, who }: Acknowledgement) {
      const { contract, version } = deprecation;
      return save(call, deprecation, publish(DeprecationAcknowledged, contract, version, { contract, consumer, who }), {
        kind: 'deprecation-acknowledged',
        what: `${who} knows for ${consumer} that ${contract} is deprecated.`,
      });
    },

    /** Announces that the sunset is near. */
    notice(call: Call, deprecation: Deprecation, days: number) {
      const { contract, version } = deprecation;
      const { sunset = '', successor } = deprecation;
      const data = { contract, sunset, ...(successor !== undefined && { successor }), days };
      return save(call, deprecation, publish(SunsetNear, contract, version, data), {
        kind: 'sunset-near',
        what: `${contract} is there until ${sunset}.`,
      });
    },

    /** Announces that the sunset has passed, and that somebody still requires the contract. */
    noticePassed(call: Call, deprecation: Deprecation, weeks: number) {
      const { contract, version, sunset = '', successor } = deprecation;
      const data = { contract, sunset, ...(successor !== undefined && { successor }), weeks };
      return save(call, deprecation, publish(SunsetPassed, contract, version, data), {
        kind: 'sunset',
        what: `${contract} was to go at ${sunset}, and is still required.`,
      });
    },

    list: (owner: string | undefined, at: { cursor?: string | undefined; limit: number }) =>
      readPage<{ sk: string; kind: ProviderRow['kind'] }>(
        table,
        { pk: 'CONTRACTS', ...(owner !== undefined && { prefix: `${owner}/` }) },
        at,
      ),

    /** Those who provide the contract, registered last first; some may not be registered in the end. */
    async newestProviders(contract: string): Promise<readonly ProviderRow[]> {
      const range = { pk: `CONTRACT#${contract}`, prefix: 'PROVIDER#', descending: true };
      return (await readPage<ProviderRow>(table, range, { limit: NEWEST }))?.items ?? [];
    },

    consumers: (contract: string, at: { cursor?: string | undefined; limit: number }, service?: string) =>
      readPage<ConsumerRow>(
        table,
        { pk: `CONTRACT#${contract}`, prefix: service === undefined ? 'CONSUMER#' : `CONSUMER#${service}#` },
        at,
      ),
  };
}

function toDeprecation(item: Deprecation): Deprecation {
  const { contract, since, sunset, successor, acknowledgements, noticed, version } = item;
  return {
    ...{ contract, since, acknowledgements, noticed, version },
    ...(sunset !== undefined && { sunset }),
    ...(successor !== undefined && { successor }),
  };
}
