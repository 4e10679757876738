import { randomUUID } from 'node:crypto';
import { proxyEvent, type TestCaller } from '@dure/testing/lambda-events';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { api } from '../../src/binding/api.ts';
import { http, type Operation } from '../../src/binding/http.ts';
import type { Table } from '../../src/binding/table.ts';
import given from '@dure/contracts/callers.json' with { type: 'json' };
import { type Role, roles, scopesOf } from '../../src/contracts/access.ts';
import { contracts } from '../../src/contracts/all-contracts.ts';
import type { EndpointContract } from '../../src/contracts/contract.ts';
import { answersSecretOnce } from '../../src/contracts/marks.ts';
import { problem } from '../../src/contracts/problem.ts';

/** Every endpoint that a service declares; a new one is in the matrix by itself. */
export const endpoints = contracts
  .filter((contract) => contract.kind === 'endpoint')
  .filter(({ name }) => !['GetHealth', 'GetVersion'].includes(name));

/** The examples are of this customer. */
export const OWNER = 'c-1001';
const ANOTHER = 'c-9999';

/** Who calls, with the own and with another's data. Null for nobody. */
export type Callers = readonly (readonly [who: string, caller: TestCaller | null])[];
export const as = (role: Role, subject: string): TestCaller => ({ subject, scopes: roles[role], roles: [role] });

/** Of every service: those that call others have what the identity service gives them, and the others nothing. */
const SERVICES: Readonly<Record<string, { readonly asItself: readonly string[] }>> = {
  ...Object.fromEntries(endpoints.map(({ owner }) => [owner, { asItself: [] }])),
  ...given,
};

/** The tokens with which services act for their callers: each is for the scopes of one endpoint alone. */
const onBehalf = endpoints.flatMap(({ name, version, access, callers: named = {} }) =>
  Object.entries(named).flatMap(([service, how]): Callers => {
    if (how !== 'on-behalf') return [];
    return (['customer', 'operator'] as const).flatMap((role) =>
      [OWNER, ANOTHER].map((subject) => {
        const scopes = scopesOf(access).filter((scope) => as(role, subject).scopes.includes(scope));
        const who = `${service} for the ${role} ${subject}, asking for ${name}.v${version}`;
        return [who, { ...as(role, subject), scopes, actor: service }] as const;
      }),
    );
  }),
);

export const callers: Callers = [
  ['no token', null],
  ...Object.entries(SERVICES).map(
    ([service, { asItself }]) =>
      [`${service} in its own name`, { subject: service, scopes: asItself, roles: ['service'] }] as const,
  ),
  ...onBehalf,
  ...(Object.keys(roles) as Role[]).flatMap((role): Callers => [
    [role, as(role, OWNER)],
    [`${role}, another`, as(role, ANOTHER)],
  ]),
  ['a token without scopes', { subject: OWNER, scopes: [], roles: ['operator'] }],
  ['a token with scopes that only look alike', { subject: OWNER, scopes: ['orders', 'orders:read:anyone'], roles: [] }],
];

/** What the contract says, worked out in another way than the binding does it. */
export function expected({ access, method }: EndpointContract, caller: TestCaller | null): string {
  if (caller === null) return access === 'public' ? 'let in' : '401, Bearer';
  const { subject, scopes } = caller;
  if (access === 'public' || scopes.some((scope) => scope === access.any)) return 'let in';
  if (!scopes.some((scope) => scope === access.own)) return '403';
  if (subject === OWNER || access.by === 'subject') return 'let in';
  if (access.by !== undefined) return '403';
  return method === 'GET' ? '404' : '404, untouched';
}

/** A real API with this endpoint, and a request of its example. */
export interface Cell {
  readonly event: APIGatewayProxyEvent;
  readonly handle: ReturnType<typeof api>;
  /** How often the operation ran. */
  readonly runs: () => number;
}

export function cellOf(contract: EndpointContract, table: Table, caller: TestCaller | null): Cell {
  let runs = 0;
  const [status] = Object.keys(contract.responses).map(Number);
  const names = contract.responses[status ?? 0]?.headers ?? [];
  const operation = {
    run: () => Promise.resolve(`ran ${(runs += 1)}`),
    answer: (result: string) =>
      result === 'nothing'
        ? problem('not-found')
        : {
            ...{ status, body: contract.example.response, etag: 1 },
            headers: { location: '/v1/it', ...Object.fromEntries(names.map((name) => [name, '/v1/it'])) },
          },
    owner: () => OWNER,
    ownerBefore: () => Promise.resolve(OWNER),
    none: () => 'nothing',
    ...(answersSecretOnce(contract) && { recall: () => Promise.resolve(undefined) }),
  };
  const { params, query, body } = contract.example;
  const event = proxyEvent({
    ...{
      method: contract.method,
      resource: contract.fullPath,
      params: { ...params },
      query: { ...query },
      body,
      caller,
    },
    headers: {
      ...(contract.idempotencyKey && { 'idempotency-key': randomUUID() }),
      ...(contract.ifMatch && { 'if-match': '"1"' }),
      ...Object.fromEntries((contract.webhook?.headers ?? []).map((name) => [name, 'signed'])),
    },
  });
  const handle = api({ table }, [http(contract, operation as unknown as Operation<EndpointContract, string>)]);
  return { event, handle, runs: () => runs };
}

/** What came of a request, in the words of {@link expected}. */
export function told(
  { method }: EndpointContract,
  status: number,
  runs: number,
  challenge: string | undefined,
): string {
  if (status < 300) return 'let in';
  const challenged = challenge === undefined ? '' : `, ${challenge.split(' ')[0]}`;
  const touched = method !== 'GET' && status === 404 && runs === 0 ? ', untouched' : '';
  const ran = runs > 0 && status !== 404 ? ', ran' : '';
  return `${status}${touched}${ran}${challenged}`.replace('403, Bearer', '403');
}
