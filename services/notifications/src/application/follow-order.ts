import type { Call } from '@dure/contracts/binding/call';
import type { News } from '../domain/order.ts';
import { chunksOf, throwFailure } from './chunks.ts';
import { readToken } from './progress-token.ts';
import { type Connection, CONNECTION_LIFE_SECONDS, type Connections } from '../store/connections.ts';
import type { Orders } from '../store/orders.ts';
import { publicData } from './fan-out-webhooks.ts';

/** Posts a text to a connection: `gone` when it does not exist or is not open yet. Rejects when posting fails. */
export type Post = (connectionId: string, text: string) => Promise<'sent' | 'gone'>;

export interface PushDependencies {
  readonly orders: Orders;
  readonly connections: Connections;
  readonly post: Post;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** The connection is not open yet: it opens after `$connect` was answered. */
export class NotOpenYet extends Error {
  override readonly name = 'NotOpenYet';
}

/** For this long a connection that cannot be posted to may still be opening. */
const OPENING_MS = 15_000;

/**
 * Sends a connection everything that it lacks, in order. Two concurrent calls send some of it twice: a client may get
 * duplicates, but never a gap. If a call is lost, the next entry or message of the connection makes up for it.
 */
export async function catchUp(
  { orders, connections, post, now }: PushDependencies,
  connection: Connection,
): Promise<void> {
  const { order, news: all } = await orders.load(connection.orderId);
  if (connection.customerId !== undefined && order.customerId !== connection.customerId) {
    // Whose it is may arrive later, with the event that says so.
    return order.customerId === undefined ? undefined : connections.close(connection);
  }
  const news = all.filter(({ sequence }) => sequence > connection.sent);
  for (const it of news) {
    if ((await post(connection.connectionId, textOf(connection.orderId, it))) === 'sent') continue;
    if (now() - connection.openedAt < OPENING_MS) throw new NotOpenYet(`${connection.connectionId} is not open yet.`);
    return connections.close(connection);
  }
  const last = news.at(-1);
  if (last !== undefined) await connections.noteSent(connection, last.sequence);
}

/** The message as a client receives it. */
const textOf = (orderId: string, { milestone, at, eventId: _event, orderSequence: _sequence, ...news }: News): string =>
  JSON.stringify({ type: `order.${milestone}`, timestamp: at, data: publicData({ orderId, ...news }) });

/** Connections that are caught up at the same time, however many follow an order. */
const AT_ONCE = 50;

/** Catches up every connection that follows an order. A failing one does not hold up the others and is retried. */
export async function pushToAll(pushing: PushDependencies, orderId: string): Promise<void> {
  const following = await pushing.connections.following(orderId);
  const ended: PromiseSettledResult<void>[] = [];
  for (const some of chunksOf(following, AT_ONCE)) {
    ended.push(...(await Promise.allSettled(some.map((connection) => catchUp(pushing, connection)))));
  }
  throwFailure(ended);
}

export async function pushToOne(pushing: PushDependencies, connectionId: string): Promise<void> {
  const connection = await pushing.connections.load(connectionId);
  if (connection !== undefined) await catchUp(pushing, connection);
}

export interface FollowDependencies {
  readonly connections: Connections;
  readonly orders: Pick<Orders, 'noteFollowed'>;
  readonly secret: () => Promise<string>;
  /** Schedules a catch-up of a connection after some seconds. */
  readonly scheduleCatchUp: (connectionId: string, seconds: number, call: Call) => Promise<void>;
}

interface Input {
  readonly connectionId: string;
  readonly token: string;
  /** The sequence of the last entry that the client has; 0 for none. */
  readonly after: number;
}

/** `$connect` is answered before the connection is open, so the catch-up follows a second later, or on its first message. */
const OPEN_AFTER_SECONDS = 1;

/**
 * Lets the holder of a token follow its order. The connection is stored, and the order noted as followed, before the
 * catch-up: a milestone that was saved before is caught up with, and each later one is pushed. So nothing is missed.
 */
export async function follow(
  { connections, orders, secret, scheduleCatchUp }: FollowDependencies,
  { connectionId, token, after }: Input,
  now: number,
  call: Call,
): Promise<'following' | 'refused'> {
  const followed = readToken(await secret(), token, now);
  if (followed === undefined) return 'refused';
  const { orderId, customerId } = followed;
  await connections.open({ orderId, customerId, connectionId, sent: after, openedAt: now });
  await orders.noteFollowed(orderId, now + CONNECTION_LIFE_SECONDS * 1000);
  await scheduleCatchUp(connectionId, OPEN_AFTER_SECONDS, call);
  return 'following';
}

export async function unfollow(
  { connections }: Pick<FollowDependencies, 'connections'>,
  connectionId: string,
): Promise<void> {
  const connection = await connections.load(connectionId);
  if (connection !== undefined) await connections.close(connection);
}
