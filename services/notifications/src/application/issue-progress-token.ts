import type { Call } from '@dure/contracts/binding/call';
import { commit } from '@dure/contracts/binding/commit';
import type { Table } from '@dure/contracts/binding/table';
import { type Following, issueToken, TOKEN_MS } from './progress-token.ts';

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

/**
 * Issues a token for an order, which need not be known yet: it may have been placed a moment ago. So a customer's token
 * names the customer, and whose order it is is asked when there is something to show.
 */
export async function issueProgressToken(
  issuing: TokenDependencies,
  following: Following,
  call: Call,
): Promise<ProgressToken> {
  const token = await tokenOf(issuing, following, call.time);
  if (call.marker !== undefined) await commit(issuing.table, call, { writes: [] });
  return token;
}

/** The token at an instant (ISO 8601): always the same while the secret is. */
export async function tokenOf(
  { secret, websocketUrl }: Omit<TokenDependencies, 'table'>,
  following: Following,
  at: string,
): Promise<ProgressToken> {
  const expires = Date.parse(at) + TOKEN_MS;
  const token = issueToken(await secret(), following, expires);
  const url = `${await websocketUrl()}?${new URLSearchParams({ token, after: '0' })}`;
  return { token, expiresAt: new Date(expires).toISOString(), url };
}
