import type { Call } from '@dure/contracts/call';
import { commit } from '@dure/contracts/commit';
import type { Table } from '@dure/contracts/table';
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
export async function issueProgressToken(
  { table, secret, websocketUrl }: Issuing,
  orderId: string,
  call: Call,
): Promise<ProgressToken> {
  const expires = Date.parse(call.time) + TOKEN_MS;
  const token = issueToken(await secret(), orderId, expires);
  const url = `${await websocketUrl()}?${new URLSearchParams({ token, after: '0' })}`;
  const result = { token, expiresAt: new Date(expires).toISOString(), url };
  if (call.marker !== undefined) await commit(table, call, { writes: [], result });
  return result;
}
