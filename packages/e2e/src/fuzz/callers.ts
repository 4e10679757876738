import callersOf from '@dure/contracts/callers.json' with { type: 'json' };
import { type Access, reachOf, type Role, roles } from '@dure/contracts/access';
import { contracts } from '@dure/contracts/all-contracts';
import type { EndpointContract } from '@dure/contracts/contract';
import type { Mint } from './mint.ts';
import type { Operation } from './open-api.ts';
import type { Known } from './values.ts';

/** Somebody who sends requests, and what they may do. */
export interface Caller {
  /** For reports: `an expired token`. */
  readonly kind: string;
  readonly headers: Readonly<Record<string, string>>;
  /** With whose data they may do what an endpoint does; undefined where they may not at all. */
  may(access: Access): 'any' | 'own' | undefined;
  /** Texts of others that only who may see everybody's data is shown. */
  readonly hidden: readonly string[];
}

/** What belongs to a customer. */
export interface Owned {
  readonly known: Known;
  /** Texts that only who may see it is shown. */
  readonly hidden: readonly string[];
  /** All of it, as an operator sees it. */
  ofOwner(): Promise<unknown>;
}

/** The customer whose data the others look for. */
export const OWNER = 'fuzz-customer';
const ANOTHER = 'fuzz-another';

const endpoints = contracts.filter((it): it is EndpointContract => it.kind === 'endpoint');

/** What an operation's contract says. @throws Error for an operation of no contract */
export function accessOf({ service, method, path }: Operation): Access {
  const found = endpoints.find((it) => it.owner === service && it.method === method && it.fullPath === path);
  if (found !== undefined) return found.access;
  if (['/v1/health', '/v1/version'].includes(path)) return 'public';
  throw new Error(`No contract has ${service} ${method} ${path}.`);
}

interface Holder {
  readonly subject: string;
  readonly scopes: readonly string[];
  readonly roles: readonly string[];
  readonly actor?: string;
}

const as = (role: Role, subject: string): Holder => ({ subject, scopes: roles[role], roles: [role] });

/** Who has a good token: people of every role, every service in its own name, and those that act for somebody. */
function holders(): readonly (readonly [kind: string, holder: Holder])[] {
  const services = [...new Set(endpoints.map(({ owner }) => owner))];
  const calls: Readonly<Record<string, { asItself: readonly string[]; onBehalf: readonly string[] }>> = callersOf;
  return [
    ['the customer', as('customer', OWNER)],
    ['another customer', as('customer', ANOTHER)],
    ['a guest', as('guest', 'guest-fuzz')],
    ...(['operator', 'merchandiser', 'auditor', 'deployer'] as const).map((role) => [role, as(role, role)] as const),
    ...services.map((service) => {
      const scopes = calls[service]?.asItself ?? [];
      return [`${service} in its own name`, { subject: service, scopes, roles: ['service'] }] as const;
    }),
    ...Object.entries(calls).flatMap(([service, { onBehalf }]) =>
      [as('customer', ANOTHER), as('auditor', 'auditor')].map((holder) => {
        const scopes = holder.scopes.filter((scope) => onBehalf.includes(scope));
        return [`${service} for ${holder.subject}`, { ...holder, scopes, actor: service }] as const;
      }),
    ),
    ['a token without scopes', { subject: OWNER, scopes: [], roles: ['operator'] }],
    ['scopes that look alike', { subject: OWNER, scopes: ['orders', 'orders:read:anyone', '*'], roles: ['operator'] }],
  ];
}

/** Every kind of caller. @param hidden texts of the owner's data */
export async function kindsOfCallers(mint: Mint, hidden: readonly string[]): Promise<readonly Caller[]> {
  const operator = as('operator', 'operator');
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const good = holders().map(async ([kind, holder]): Promise<Caller> => ({
    kind,
    headers: bearer(await mint.token(holder)),
    may: (access) => reachOf(access, holder.scopes),
    hidden: holder.subject === OWNER ? [] : hidden,
  }));
  const token = await mint.token(operator);
  const [head = '', , signature = ''] = token.split('.');
  const payloadOf = (claims: object) => Buffer.from(JSON.stringify(claims)).toString('base64url');
  const stolen = { ...mint.claims(operator), sub: OWNER };
  // Each would let an operator in, if it were not for what is wrong with it.
  const bad: readonly (readonly [kind: string, headers: Readonly<Record<string, string>>])[] = [
    ['no token', {}],
    ['no bearer', { authorization: token }],
    ['a password', { authorization: `Basic ${Buffer.from('operator:operator').toString('base64')}` }],
    ['a word', bearer('operator')],
    ['an expired token', bearer(await mint.token(operator, { exp: seconds() - 60 }))],
    ['a token for later', bearer(await mint.token(operator, { nbf: seconds() + 3_600 }))],
    ['another audience', bearer(await mint.token(operator, { aud: 'urn:dure:prod' }))],
    ['another issuer', bearer(await mint.token(operator, { iss: 'https://evil.example.com' }))],
    ['no client', bearer(await mint.token(operator, { client_id: undefined }))],
    ['another type', bearer(await mint.token(operator, {}, { typ: 'JWT' }))],
    ['another key', bearer(await mint.forged(operator))],
    ['no signature', bearer(`${payloadOf({ alg: 'none', typ: 'at+jwt' })}.${payloadOf(mint.claims(operator))}.`)],
    ['altered claims', bearer(`${head}.${payloadOf(stolen)}.${signature}`)],
  ];
  return [...bad.map(([kind, headers]) => ({ kind, headers, may: mayNothing, hidden })), ...(await Promise.all(good))];
}

const mayNothing: Caller['may'] = (access) => (access === 'public' ? 'any' : undefined);

const seconds = (): number => Math.floor(Date.now() / 1_000);
