import { GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '@dure/contracts/binding/table';
import type { Alert, AlertState } from './domain/alert.ts';

/*
 * item   pk           sk      attributes
 * alert  ALERT#<id>   ALERT   the alert; `email`, `webhook`: the delivery by that channel, and until when it is claimed
 *
 * Index `recent`: shard ALERTS, sorted by position, <at>#<id>. Index `state`: by state, sorted the same.
 */
const key = (id: string) => ({ pk: `ALERT#${id}`, sk: 'ALERT' });
const SHARD = 'ALERTS';
const KEPT_SECONDS = 90 * 86_400;

export const CHANNELS = ['email', 'webhook'] as const;
export type ChannelName = (typeof CHANNELS)[number];

/** `until` is in milliseconds since 1970: an older claim was abandoned. */
interface Claim {
  readonly status: 'sending' | 'sent' | 'unconfigured';
  readonly at: string;
  readonly until: number;
}

export interface StoredAlert extends Alert {
  readonly deliveries: readonly {
    readonly channel: ChannelName;
    readonly status: Claim['status'];
    readonly at: string;
  }[];
}

type Item = { readonly alert: Alert; readonly position: string } & Partial<Record<ChannelName, Claim>>;

export type Store = ReturnType<typeof createStore>;

export function createStore({ client, name: TableName }: Table) {
  /**
   * Stores the alert and claims its delivery over a channel until an instant, in one write. A claim that ends after `latest`
   * comes from a clock that is ahead, would block delivery for days, and is ignored. All in milliseconds since 1970.
   */
  async function claim(
    alert: Alert,
    channel: ChannelName,
    { now, until, latest }: { readonly now: number; readonly until: number; readonly latest: number },
  ): Promise<'claimed' | 'sent' | 'busy'> {
    const { id, state, at } = alert;
    const claimed: Claim = { status: 'sending', at: new Date(now).toISOString(), until };
    try {
      await client.send(
        new UpdateCommand({
          TableName,
          Key: key(id),
          UpdateExpression:
            'SET alert = :alert, #state = :state, #shard = :shard, #position = :position, expiresAt = :expiresAt, ' +
            '#channel = :claimed',
          ConditionExpression:
            'attribute_not_exists(#channel) OR ' +
            '(#channel.#status = :status AND (#channel.#until <= :now OR #channel.#until > :latest))',
          ExpressionAttributeNames: {
            '#state': 'state',
            '#shard': 'shard',
            '#position': 'position',
            '#channel': channel,
            '#status': 'status',
            '#until': 'until',
          },
          ExpressionAttributeValues: {
            ':alert': alert,
            ':state': state,
            ':shard': SHARD,
            ':position': `${at}#${id}`,
            ':expiresAt': Math.floor(now / 1000) + KEPT_SECONDS,
            ':claimed': claimed,
            ':status': claimed.status,
            ':now': now,
            ':latest': latest,
          },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return 'claimed';
    } catch (error) {
      if (!isRefusedClaim(error)) throw error;
      return error.Item?.[channel]?.M?.status.S === 'sending' ? 'busy' : 'sent';
    }
  }

  async function put(id: string, channel: ChannelName, value: Claim): Promise<void> {
    await client.send(
      new UpdateCommand({
        TableName,
        Key: key(id),
        UpdateExpression: 'SET #channel = :value',
        ExpressionAttributeNames: { '#channel': channel },
        ExpressionAttributeValues: { ':value': value },
      }),
    );
  }

  return {
    claim,
    /** Records how the delivery ended. */
    settle: (id: string, channel: ChannelName, status: 'sent' | 'unconfigured', now: number) =>
      put(id, channel, { status, at: new Date(now).toISOString(), until: now }),
    /** Gives up the claim, so that the next attempt need not wait until it ends. */
    release: (id: string, channel: ChannelName, now: number) =>
      put(id, channel, { status: 'sending', at: new Date(now).toISOString(), until: now }),

    async load(id: string): Promise<StoredAlert | undefined> {
      const { Item: item } = await client.send(new GetCommand({ TableName, Key: key(id), ConsistentRead: true }));
      return item && toStored(item as Item);
    },

    /** Alerts of one state or of all, newest first; `end` is set while more may follow. */
    async list(
      state: AlertState | undefined,
      { before, limit }: { readonly before?: string; readonly limit: number },
    ): Promise<{ alerts: StoredAlert[]; end?: string }> {
      const [index, partition, value] = state === undefined ? ['recent', 'shard', SHARD] : ['state', 'state', state];
      const { Items: items = [], LastEvaluatedKey: last } = await client.send(
        new QueryCommand({
          TableName,
          IndexName: index,
          KeyConditionExpression: `#partition = :value${before === undefined ? '' : ' AND #position < :before'}`,
          ExpressionAttributeNames: {
            '#partition': partition,
            ...(before !== undefined && { '#position': 'position' }),
          },
          ExpressionAttributeValues: { ':value': value, ...(before !== undefined && { ':before': before }) },
          ScanIndexForward: false,
          Limit: limit,
        }),
      );
      const found = items as Item[];
      return { alerts: found.map(toStored), end: last === undefined ? undefined : found.at(-1)?.position };
    },
  };
}

/** Carries the previous item, in DynamoDB's own format. */
interface RefusedClaim extends Error {
  readonly Item?: Partial<Record<ChannelName, { readonly M?: { readonly status: { readonly S: string } } }>>;
}

const isRefusedClaim = (error: unknown): error is RefusedClaim =>
  error instanceof Error && error.name === 'ConditionalCheckFailedException';

function toStored(item: Item): StoredAlert {
  const deliveries = CHANNELS.flatMap((channel) => {
    const claim = item[channel];
    return claim === undefined ? [] : [{ channel, status: claim.status, at: claim.at }];
  });
  return { ...item.alert, deliveries };
}
