import { hashOf, type Provided, type Required } from '@dure/compatibility';
import { contracts } from '@dure/contracts/all-contracts';
import type { Contract, Deprecation, EndpointContract, MessageContract } from '@dure/contracts/contract';
import { contractSchemas } from '@dure/contracts/schemas';
import { entryOf } from './code.ts';
import { type Declared, declaredIn } from './declared.ts';
import { type Owner, readPackageJson } from './package-json.ts';
import { ReleaseError } from './release-error.ts';

/** A function of a service, as serverless.yml has it. */
export interface FunctionCode {
  readonly handler?: string | undefined;
  readonly endpoints?: readonly string[] | undefined;
  readonly consumes?: readonly (string | { readonly message: string })[] | undefined;
}

/** A service of the workspace. */
export interface ServiceCode {
  readonly service: string;
  /** Absolute. */
  readonly folder: string;
  readonly functions: Readonly<Record<string, FunctionCode>>;
  /** It only answers by the examples of its endpoints. */
  readonly mock?: boolean;
}

/** What a release of a service provides and requires, with the schemas that it was built with. */
export interface Manifest {
  readonly service: string;
  /** Of the version in its package.json. */
  readonly major: number;
  readonly owner: Owner;
  /** Of git; `unknown` outside a repository. */
  readonly commit: string;
  /** SHA-256 of what is deployed, in hex. */
  readonly digest: string;
  /** It is an urgent fix. */
  readonly urgent?: true;
  /** It only answers by the examples of its contracts. */
  readonly mock?: true;
  readonly provides: readonly Provided[];
  readonly requires: readonly Required[];
  /** By their hash. */
  readonly schemas: Readonly<Record<string, object>>;
}

/** The file beside the packaged template. */
export const MANIFEST = 'manifest.json';

const EVERY_FIELD = ['*'];
/** The endpoints that come with the first one of a service. */
const OPERATIONS = ['GetHealth', 'GetVersion'];

type SchemaOf = Awaited<ReturnType<typeof contractSchemas>>;

interface ManifestOptions {
  readonly catalogue?: readonly Contract[];
  readonly schemaOf?: SchemaOf;
  /** `provides` reads no code, and says nothing of what is required. */
  readonly part?: 'all' | 'provides';
}

/**
 * Makes the manifest of a service from its code: it provides its events, the commands that its functions consume and the
 * endpoints that they serve; it requires what its functions read of other services' events, the commands that contracts
 * let it send, and the endpoints that it calls. What concerns the service alone is left out. The same code makes the
 * same manifest.
 * @throws ReleaseError for code that cannot be read or calls what it may not, or a package.json without an owner
 */
export async function manifestOf(
  code: ServiceCode,
  build: Pick<Manifest, 'commit' | 'digest'>,
  { catalogue = contracts, schemaOf, part = 'all' }: ManifestOptions = {},
): Promise<Manifest> {
  const toSchema = schemaOf ?? (await contractSchemas());
  const schemas = new Map<string, object>();
  const hashed = (contract: Contract): string => {
    const schema = toSchema(contract);
    const hash = hashOf(schema);
    schemas.set(hash, schema);
    return hash;
  };
  const provides = providedBy(code, catalogue).map((contract) => ({
    ...identityOf(contract),
    schema: hashed(contract),
    ...(contract.deprecated && { deprecated: termsOf(contract, contract.deprecated) }),
  }));
  const required = part === 'all' ? await requiredBy(code, catalogue) : [];
  const requires = required.map(({ contract, use, fields }) => ({
    ...identityOf(contract),
    ...{ use, fields },
    schema: hashed(contract),
  }));
  const { owner, major } = readPackageJson(code.folder, code.service);
  return {
    service: code.service,
    ...{ major, owner, ...build },
    ...(code.mock === true && { mock: true }),
    provides: inOrder(provides),
    requires: inOrder(requires),
    schemas: Object.fromEntries([...schemas].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

const identityOf = (contract: Contract): Omit<Provided, 'schema'> => ({
  contract: `${contract.owner}/${contract.name}`,
  major: contract.kind === 'endpoint' ? contract.version : contract.major,
  kind: contract.kind,
});

/** A contract names days, of which the last one counts to its end; a release names instants. */
const termsOf = ({ owner, name }: Contract, { since, sunset, successor }: Deprecation) => ({
  since: `${since}T00:00:00.000Z`,
  sunset: `${sunset}T23:59:59.000Z`,
  successor: `${owner}/${name}@${successor}`,
});

const inOrder = <One extends Provided>(all: readonly One[]): One[] =>
  [...all].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));

const keyOf = ({ contract, major, kind }: Provided): string => `${kind} ${contract}@${String(major).padStart(4, '0')}`;

const isMessage = (contract: Contract): contract is MessageContract => contract.kind !== 'endpoint';
const isEndpoint = (contract: Contract): contract is EndpointContract => contract.kind === 'endpoint';

function providedBy({ service, functions, mock }: ServiceCode, catalogue: readonly Contract[]): Contract[] {
  const own = catalogue.filter(({ owner }) => owner === service);
  // A mock answers every endpoint, sends no event and reads no command.
  if (mock === true) return own.filter(isEndpoint);
  const consumed = namedIn(functions).map((name) => name.replace(`${service}/`, ''));
  const served = Object.values(functions).flatMap(({ endpoints = [] }) => endpoints);
  const names = served.length > 0 ? [...served, ...OPERATIONS] : [];
  return [
    ...own.filter(({ kind }) => kind === 'event'),
    ...own.filter(isMessage).filter(({ kind, detailType }) => kind === 'command' && consumed.includes(detailType)),
    ...own
      .filter(isEndpoint)
      .filter(({ name, version }) => names.some((it) => it === name || it === `${name}.v${version}`)),
  ];
}

interface Requirement extends Pick<Required, 'use' | 'fields'> {
  readonly contract: Contract;
}

async function requiredBy(code: ServiceCode, catalogue: readonly Contract[]): Promise<Requirement[]> {
  if (code.mock === true) return [];
  const { service, folder, functions } = code;
  const entries = Object.values(functions).flatMap(({ handler }) => (handler === undefined ? [] : [entryOf(handler)]));
  const declared = await declaredIn(folder, entries, catalogue);
  for (const one of declared) requireLeave(service, one);
  const fields = new Map<Contract, readonly string[]>();
  for (const { contract, fields: some } of declared) fields.set(contract, [...(fields.get(contract) ?? []), ...some]);
  // Code that is not made by the binding gets the whole message, so all of it counts as read.
  for (const contract of catalogue.filter(isMessage)) {
    const isListed = namedIn(functions).includes(`${contract.owner}/${contract.detailType}`);
    if (isListed && !fields.has(contract)) fields.set(contract, EVERY_FIELD);
  }
  const sent = catalogue
    .filter(isMessage)
    .filter(({ kind, senders }) => kind === 'command' && senders.includes(service));
  return [
    ...[...fields].map(([contract, some]): Requirement => ({ contract, use: useOf(contract), fields: distinct(some) })),
    ...sent.map((contract): Requirement => ({ contract, use: 'sends', fields: EVERY_FIELD })),
  ].filter(({ contract }) => contract.owner !== service);
}

/** Whether the owner of an endpoint lets the service call it in this way: by that its identity gets scopes. */
function requireLeave(service: string, { contract, as, file }: Declared): void {
  if (contract.kind !== 'endpoint' || contract.owner === service) return;
  const { owner, name, method, access, callers = {} } = contract;
  // A caller that ends in the middle would leave one service changed and the other not; a message is delivered in the end.
  if (method !== 'GET') {
    throw new ReleaseError(
      `${file}: client(${name}, …) would change what ${owner} has, by ${method}. Services only read from one another: ` +
        `send ${owner} a command, or publish an event that it consumes.`,
    );
  }
  if (access === 'public') return;
  if (as === undefined) {
    throw new ReleaseError(
      `${file}: client(${name}, …) has to say for whom it calls ${owner}, by onBehalf({ … }) or asItself({ … }) ` +
        'of @dure/service-identity, because its contract lets nobody in without a token.',
    );
  }
  if (callers[service] === as) return;
  throw new ReleaseError(
    `${file}: the contract of ${owner} ${name} does not let ${service} call it: it has to say ` +
      `callers: { ${/^\w+$/.test(service) ? service : `'${service}'`}: '${as}' }.`,
  );
}

const useOf = ({ kind }: Contract): Required['use'] => (kind === 'endpoint' ? 'calls' : 'reads');

const distinct = (fields: readonly string[]): readonly string[] =>
  fields.includes('*') ? EVERY_FIELD : [...new Set(fields)].sort();

/** Messages that serverless.yml lists: `OrderPlaced.v1`, `orders/OrderPlaced.v1`. */
const namedIn = (functions: ServiceCode['functions']): string[] =>
  Object.values(functions).flatMap(({ consumes = [] }) =>
    consumes.map((it) => (typeof it === 'string' ? it : it.message)),
  );
