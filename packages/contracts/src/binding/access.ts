import type { Caller } from './call.ts';
import { type Access, type NamedBy, reachOf, type Scope, scopesOf } from '../contracts/access.ts';
import { HttpProblem } from '../contracts/problem.ts';

/** What API Gateway's authorizer made of the access token: flat strings, lists separated by spaces. */
export type AuthorizerContext = Readonly<Record<string, unknown>> | null | undefined;

/**
 * Reads the caller from `requestContext.authorizer`; undefined unless an authorizer of ours let it in, and when its token has
 * expired since: API Gateway keeps an answer of the authorizer for minutes.
 */
export function callerOf(context: AuthorizerContext): Caller | undefined {
  const { sub: subject, clientId, tokenId, scope, roles, expiresAt, actor: via } = context ?? {};
  if (!(Number(expiresAt) > Date.now())) return undefined;
  if (!isText(subject) || !isText(clientId) || !isText(tokenId) || typeof scope !== 'string') return undefined;
  const granted = { scopes: words(scope), roles: typeof roles === 'string' ? words(roles) : [] };
  return { subject, clientId, tokenId, ...granted, ...(isText(via) && { via }) };
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

const words = (text: string): string[] => text.split(' ').filter((word) => word !== '');

/** How events and logs name a caller: `customer:…`, `service:…`, `user:…` for anybody else. */
export function actorOf({ subject, roles }: Caller): string {
  if (roles.includes('service')) return `service:${subject}`;
  return roles.includes('customer') || roles.includes('guest') ? `customer:${subject}` : `user:${subject}`;
}

/**
 * Thrown where the caller may not do what is asked: answers 401 or 403 with a challenge.
 *
 * @example
 * ```ts
 * import { AccessRefused } from '@dure/contracts/binding/access';
 *
 * throw new AccessRefused('unauthenticated', undefined);
 * ```
 */
export class AccessRefused extends HttpProblem {
  /** `WWW-Authenticate`. Source: https://www.rfc-editor.org/rfc/rfc6750#section-3 */
  readonly challenge: string;

  constructor(code: 'unauthenticated' | 'forbidden', scope: Scope | undefined) {
    const missing = scope === undefined ? '' : `It needs the scope ${scope}.`;
    super(code, code === 'forbidden' ? missing : undefined);
    const error = code === 'forbidden' ? ['error="insufficient_scope"'] : [];
    this.challenge = `Bearer ${[...error, ...(scope === undefined ? [] : [`scope="${scope}"`])].join(', ')}`.trim();
  }
}

/**
 * With whose data the caller may do what an endpoint does.
 * @throws AccessRefused without a caller, and without any of the endpoint's scopes
 */
export function admit(access: Access, caller: Caller | undefined): 'any' | 'own' {
  if (access === 'public') return 'any';
  const [first] = scopesOf(access);
  if (caller === undefined) throw new AccessRefused('unauthenticated', first);
  const reach = reachOf(access, caller.scopes);
  if (reach === undefined) throw new AccessRefused('forbidden', first);
  return reach;
}

/** @throws AccessRefused where the request names another customer than its caller, or none */
export function refuseForeign(access: Access, by: NamedBy, request: object, caller: Caller): void {
  if (by === 'subject') return;
  const named = by
    .split('.')
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], request);
  if (named !== caller.subject) throw new AccessRefused('forbidden', access === 'public' ? undefined : access.any);
}
