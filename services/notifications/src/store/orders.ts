import { GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { Conflict } from '@dure/contracts/binding/commit';
import { readItems } from '@dure/contracts/binding/read-items';
import { isConditionFailure, type Table } from '@dure/contracts/binding/table';
import { type News, type Order, unknownOrder } from '../domain/order.ts';
import { endpointCountKey, expiry, newsKey, ORDER_DAYS, orderKey } from './keys.ts';

export type Orders = ReturnType<typeof createOrders>;

/** An order with its progress, as one item holds them. */
export interface Progress {
  readonly order: Order;
  readonly news: readonly News[];
  /**
   * Until when connections may follow the order, in milliseconds since 1970; 0 for never. Undefined of an order of before,
   * of which it is not known.
   */
  readonly followedUntil: number | undefined;
}

interface Listeners {
  readonly isFollowed: boolean;
  readonly endpoints: number | undefined;
}

/** The copies of orders, and their progress. */
export function createOrders(table: Table) {
  const { client, name: TableName } = table;

  /** The progress entries that an earlier version stored as items of their own. */
  async function oldNews(orderId: string): Promise<News[]> {
    const { pk, sk } = newsKey(orderId, 0);
    const { Items: items = [] } = await client.send(
      new QueryCommand({
        TableName,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: { ':pk': pk, ':from': sk, ':to': 'NEWS#~' },
      }),
    );
    return items.map((item) => item['news'] as News);
  }

  async function toProgress(orderId: string, item: Record<string, unknown> | undefined): Promise<Progress> {
    const {
      order = unknownOrder(orderId),
      news = [],
      followedUntil,
    } = (item ?? { followedUntil: 0 }) as Partial<Progress>;
    // Each fact that was learnt has an entry.
    const complete = news.length >= order.learnt.length;
    return { order, news: complete ? news : [...(await oldNews(orderId)), ...news], followedUntil };
  }

  async function load(orderId: string): Promise<Progress> {
    const Key = orderKey(orderId);
    const { Item: item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
    return toProgress(orderId, item);
  }

  return {
    load,

    /** An order, whether somebody may follow it, and how many webhook endpoints there are, if they were counted ever. */
    async loadWithListeners(orderId: string, now: number): Promise<Progress & Listeners> {
      const items = await readItems(table, [orderKey(orderId), endpointCountKey], { consistent: true });
      const found = ({ pk }: { readonly pk: string }) => items.find((item) => item['pk'] === pk);
      const progress = await toProgress(orderId, found(orderKey(orderId)));
      const { followedUntil = now + 1 } = progress;
      const endpoints = found(endpointCountKey)?.['count'] as number | undefined;
      return { ...progress, isFollowed: followedUntil > now, endpoints };
    },

    /** Saves an order with its progress. @throws Conflict when it was changed meanwhile, or when somebody began to follow it */
    async save({ order, news, followedUntil }: Progress, before: Pick<Order, 'version'>, now: string): Promise<void> {
      const { orderId, version } = order;
      const Item = { ...orderKey(orderId), order, news, version, followedUntil, expiresAt: expiry(now, ORDER_DAYS) };
      try {
        await client.send(
          new PutCommand({
            TableName,
            Item,
            ConditionExpression:
              (before.version === 0 ? 'attribute_not_exists(#version)' : '#version = :version') +
              ` AND (${followedUntil ? '' : 'attribute_not_exists(followedUntil) OR '}followedUntil = :followedUntil)`,
            ExpressionAttributeNames: { '#version': 'version' },
            ExpressionAttributeValues: {
              ':followedUntil': followedUntil ?? 0,
              ...(before.version !== 0 && { ':version': before.version }),
            },
          }),
        );
      } catch (error) {
        throw isConditionFailure(error) ? new Conflict('The order was changed meanwhile.', { cause: error }) : error;
      }
    },

    /** Says that connections may follow an order, known or not, until an instant. */
    async noteFollowed(orderId: string, until: number): Promise<void> {
      try {
        await client.send(
          new UpdateCommand({
            TableName,
            Key: orderKey(orderId),
            UpdateExpression: 'SET followedUntil = :until, expiresAt = if_not_exists(expiresAt, :expiresAt)',
            ConditionExpression: 'attribute_not_exists(followedUntil) OR followedUntil < :until',
            ExpressionAttributeValues: { ':until': until, ':expiresAt': Math.floor(until / 1000) },
          }),
        );
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
      }
    },
  };
}
