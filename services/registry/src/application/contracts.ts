import { nameOf } from '@dure/compatibility';
import type { Call } from '@dure/contracts/binding/call';
import { retryOnConflict } from '@dure/contracts/binding/commit';
import { acknowledged, type Deprecation, type Terms, withTerms } from '../domain/deprecation.ts';
import { counting, type Entry } from '../domain/live-set.ts';
import type { ConsumerRow, ProviderRow } from '../store/contract-store.ts';
import type { Page } from '../store/pages.ts';
import type { Stores } from './judge.ts';
import { pageOf } from './page-of.ts';

type Needed = Pick<Stores, 'contracts' | 'releases' | 'stages'>;

export interface ContractSummary {
  readonly contract: string;
  readonly kind: ProviderRow['kind'];
  readonly deprecation: Deprecation | undefined;
}

export interface Contract extends ContractSummary {
  readonly label: string;
  readonly schema: string;
}

export interface Consumer extends Omit<ConsumerRow, 'digest'> {
  readonly label: string;
  readonly state?: Entry['state'];
  readonly lastUsed?: string;
}

interface At {
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** A contract with the release that provides it and was registered last; undefined when none does. */
export async function showContract({ contracts, releases }: Needed, contract: string): Promise<Contract | undefined> {
  const [rows, deprecation] = await Promise.all([contracts.newestProviders(contract), contracts.deprecation(contract)]);
  const labels = await releases.labelsOf(distinct(rows));
  const row = rows.find((it) => labels.has(digestKey(it)));
  if (row === undefined) return undefined;
  return { contract, kind: row.kind, label: labels.get(digestKey(row))!, schema: row.schema, deprecation };
}

export async function listContracts(
  { contracts }: Needed,
  owner: string | undefined,
  at: At,
): Promise<Page<ContractSummary> | undefined> {
  const page = await contracts.list(owner, at);
  if (page === undefined) return undefined;
  const deprecations = await contracts.deprecationsOf(page.items.map(({ sk }) => sk));
  const items = page.items.map(({ sk, kind }) => ({ contract: sk, kind, deprecation: deprecations.get(sk) }));
  return { ...page, items };
}

/** Every registered release that requires the contract. */
export async function listConsumers(
  { contracts, releases }: Needed,
  contract: string,
  at: At,
): Promise<Page<Consumer> | undefined> {
  const page = await contracts.consumers(contract, at);
  if (page === undefined) return undefined;
  const labels = await releases.labelsOf(distinct(page.items));
  const items = page.items.flatMap((row): Consumer[] => {
    const label = labels.get(digestKey(row));
    const { service, owner, use, fields, schema } = row;
    return label === undefined ? [] : [{ service, label, owner, use, fields, schema }];
  });
  return { ...page, items };
}

/** The releases in a stage that require the contract, with their last use. */
export async function listConsumersIn(
  { stages, releases }: Needed,
  stage: string,
  contract: string,
  at: At,
  now: string,
): Promise<Page<Consumer> | undefined> {
  const [live, uses] = await Promise.all([stages.load(stage), stages.usesOf(stage, `${contract}#`)]);
  const entries = counting(live?.entries ?? [], now);
  const found = await releases.loadMany(entries);
  const lastUsed = new Map(uses.map(({ service, label, day }) => [`${service}#${label}`, day]));
  const consumers = entries.flatMap(({ service, label, owner, state }): Consumer[] => {
    const required = found.get(`${service}#${label}`)?.requires.find((it) => nameOf(it) === contract);
    if (required === undefined) return [];
    const { use, fields, schema } = required;
    const day = lastUsed.get(`${service}#${label}`);
    return [{ service, label, owner, use, fields, schema, state, ...(day !== undefined && { lastUsed: day }) }];
  });
  return pageOf(consumers, ({ service, label }) => `${service}#${label}`, at);
}

type Refusal<Code extends string> = { readonly rejected: Code };

/** Deprecates a contract, or changes the terms. `expected` is the version that the caller has seen, or empty. */
export function deprecateContract(
  needed: Needed,
  call: Call,
  contract: string,
  terms: Terms,
  expected: string,
): Promise<Contract | Refusal<'contract-not-found' | 'successor-not-found' | 'own-successor' | 'precondition-failed'>> {
  return retryOnConflict(async () => {
    const before = await showContract(needed, contract);
    if (before === undefined) return { rejected: 'contract-not-found' };
    if (expected !== '' && expected !== tagOf(before)) return { rejected: 'precondition-failed' };
    const { successor } = terms;
    if (successor === contract) return { rejected: 'own-successor' };
    if (successor !== undefined && (await showContract(needed, successor)) === undefined) {
      return { rejected: 'successor-not-found' };
    }
    const deprecation = withTerms(contract, before.deprecation, terms);
    if (deprecation === undefined) return before;
    await needed.contracts.deprecate(call, deprecation);
    return { ...before, deprecation };
  });
}

/** Records that the owner of a consumer knows of a deprecation. */
export function acknowledgeDeprecation(
  needed: Needed,
  call: Call,
  contract: string,
  { consumer, who }: { readonly consumer: string; readonly who: string },
): Promise<Contract | Refusal<'contract-not-found' | 'not-deprecated' | 'not-a-consumer'>> {
  return retryOnConflict(async () => {
    const before = await showContract(needed, contract);
    if (before === undefined) return { rejected: 'contract-not-found' };
    if (before.deprecation === undefined) return { rejected: 'not-deprecated' };
    const rows = await needed.contracts.consumers(contract, { limit: 100 }, consumer);
    const labels = await needed.releases.labelsOf(distinct(rows?.items ?? []));
    if (labels.size === 0) return { rejected: 'not-a-consumer' };
    const acknowledgement = { consumer, who, at: call.time };
    const deprecation = acknowledged(before.deprecation, acknowledgement);
    if (deprecation === undefined) return before;
    await needed.contracts.acknowledge(call, deprecation, acknowledgement);
    return { ...before, deprecation };
  });
}

/** A version of what is shown of a contract. */
export const tagOf = ({ schema, label, deprecation }: Contract): string =>
  `${schema.slice(0, 16)}.${label.slice(-24)}.${deprecation?.version ?? 0}`;

const digestKey = ({ service, digest }: { service: string; digest: string }): string => `${service}#${digest}`;

const distinct = (rows: readonly { service: string; digest: string }[]) => [
  ...new Map(rows.map((row) => [digestKey(row), row])).values(),
];
