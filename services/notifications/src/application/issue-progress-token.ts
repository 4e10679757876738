import type { Call } from '@dure/contracts/binding/call';
import { commit } from '@dure/contracts/binding/commit';
import type { Table } from '@dure/contracts/binding/table';
import { issueToken, TOKEN_MS } from './progress-token.ts';

export interface TokenDependencies {
  readonly table: Table;
  readonly secret: () => Promise<string>;
  readonly websocketUrl: () => Promise<string>;
}

export interface ProgressToken {
  readonly token: string;
  readonly expiresAt: string;
  readonly url: string;
}

/** Issues a token for an order, which need not be known yet: it may have been placed a moment ago. */
export async function issueProgressToken(
  issuing: TokenDependencies,
  orderId: string,
  call: Call,
): Promise<ProgressToken> {
  const token = await tokenOf(issuing, orderId, call.time);
  if (call.marker !== undefined) await commit(issuing.table, call, { writes: [] });
  return token;
}

/** The token for an order at an instant (ISO 8601): always the same while the secret is. */
export async function tokenOf(
  { secret, websocketUrl }: Omit<TokenDependencies, 'table'>,
  orderId: string,
  at: string,
): Promise<ProgressToken> {
  const expires = Date.parse(at) + TOKEN_MS;
  const token = issueToken(await secret(), orderId, expires);
  const url = `${await websocketUrl()}?${new URLSearchParams({ token, after: '0' })}`;
  return { token, expiresAt: new Date(expires).toISOString(), url };
}
