import type { Call } from '@dure/contracts/binding/call';
import type { News } from '../domain/order.ts';
import { chunksOf, throwFailure } from './chunks.ts';
import { readToken } from './progress-token.ts';
import type { Connection, Connections } from '../store/connections.ts';
import type { Orders } from '../store/orders.ts';
import { publicData } from './webhooks.ts';

/** Sends a text to a connection: `gone` when it is none, or none yet. Rejects when it could not be told. */
export type Post = (connectionId: string, text: string) => Promise<'sent' | 'gone'>;

export interface Pushing {
  readonly orders: Orders;
  readonly connections: Connections;
  readonly post: Post;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A connection that is not there yet: it opens once `$connect` was answered. */
export class NotOpenYet extends Error {
  override readonly name = 'NotOpenYet';
}

/** For so long a connection that cannot be posted to may still be opening. */
const OPENING_MS = 15_000;

/**
 * Sends a connection all that it does not have, in order. Two at once send some of it twice, each from where the
 * connection is: what it gets has repetitions, and never a gap. Never run, the next news or message of it makes up for it.
 */
export async function catchUp({ orders, connections, post, now }: Pushing, connection: Connection): Promise<void> {
  const news = await orders.newsAfter(connection.orderId, connection.sent);
  for (const it of news) {
    if ((await post(connection.connectionId, textOf(connection.orderId, it))) === 'sent') continue;
    if (now() - connection.openedAt < OPENING_MS) throw new NotOpenYet(`${connection.connectionId} is not open yet.`);
    return connections.close(connection);
  }
  const last = news.at(-1);
  if (last !== undefined) await connections.noteSent(connection, last.sequence);
}

/** As a client gets it. */
const textOf = (orderId: string, { milestone, at, eventId: _event, orderSequence: _sequence, ...news }: News): string =>
  JSON.stringify({ type: `order.${milestone}`, timestamp: at, data: publicData({ orderId, ...news }) });

/** So many connections are caught up at once, however many follow an order. */
const AT_ONCE = 50;

/** Tells all who follow an order. One that fails leaves the others alone, and is tried again. */
export async function pushToAll(pushing: Pushing, orderId: string): Promise<void> {
  const following = await pushing.connections.following(orderId);
  const ended: PromiseSettledResult<void>[] = [];
  for (const some of chunksOf(following, AT_ONCE)) {
    ended.push(...(await Promise.allSettled(some.map((connection) => catchUp(pushing, connection)))));
  }
  throwFailure(ended);
}

export async function pushToOne(pushing: Pushing, connectionId: string): Promise<void> {
  const connection = await pushing.connections.load(connectionId);
  if (connection !== undefined) await catchUp(pushing, connection);
}

export interface Following {
  readonly connections: Connections;
  readonly secret: () => Promise<string>;
  /** Has a connection caught up, after so many seconds. */
  readonly ready: (connectionId: string, seconds: number, call: Call) => Promise<void>;
}

interface Asked {
  readonly connectionId: string;
  readonly token: string;
  /** The sequence of the last news that the client has; 0 for none. */
  readonly after: number;
}

/** `$connect` is answered before the connection is open: what it lacks comes a second later, or when it says a word. */
const OPEN_AFTER_SECONDS = 1;

/** Lets the bearer of a token follow its order. First kept, then caught up: no news falls in between. */
export async function follow(
  { connections, secret, ready }: Following,
  { connectionId, token, after }: Asked,
  now: number,
  call: Call,
): Promise<'following' | 'refused'> {
  const orderId = readToken(await secret(), token, now);
  if (orderId === undefined) return 'refused';
  await connections.open({ connectionId, orderId, sent: after, openedAt: now });
  await ready(connectionId, OPEN_AFTER_SECONDS, call);
  return 'following';
}

export async function unfollow({ connections }: Pick<Following, 'connections'>, connectionId: string): Promise<void> {
  const connection = await connections.load(connectionId);
  if (connection !== undefined) await connections.close(connection);
}
