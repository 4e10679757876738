import type { Call } from '@dure/contracts/binding/call';
import { commit } from '@dure/contracts/binding/commit';
import type { Table } from '@dure/contracts/binding/table';
import { issueToken, TOKEN_MS } from './progress-token.ts';

export interface Issuing {
  readonly table: Table;
  readonly secret: () => Promise<string>;
  readonly websocketUrl: () => Promise<string>;
}

export interface ProgressToken {
  readonly token: string;
  readonly expiresAt: string;
  readonly url: string;
}

/** A token for one order, which need not have been heard of yet: who placed it a moment ago may follow it already. */
export async function issueProgressToken(issuing: Issuing, orderId: string, call: Call): Promise<ProgressToken> {
  const token = await tokenOf(issuing, orderId, call.time);
  if (call.marker !== undefined) await commit(issuing.table, call, { writes: [] });
  return token;
}

/** The token that was or is issued for an order at an instant (ISO 8601): always the same, while the secret is. */
export async function tokenOf(
  { secret, websocketUrl }: Omit<Issuing, 'table'>,
  orderId: string,
  at: string,
): Promise<ProgressToken> {
  const expires = Date.parse(at) + TOKEN_MS;
  const token = issueToken(await secret(), orderId, expires);
  const url = `${await websocketUrl()}?${new URLSearchParams({ token, after: '0' })}`;
  return { token, expiresAt: new Date(expires).toISOString(), url };
}
