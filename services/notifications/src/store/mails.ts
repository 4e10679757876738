import { PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { Conflict } from '@dure/contracts/binding/commit';
import { readItems } from '@dure/contracts/binding/read-items';
import { isConditionFailure, type Table } from '@dure/contracts/binding/table';
import type { MailRecord } from '../domain/mailing.ts';
import { type Order, unknownOrder } from '../domain/order.ts';
import { noPreferences, type Preferences } from '../domain/preferences.ts';
import { expiry, ifVersion, mailedKey, mailKey, ORDER_DAYS, orderKey, preferencesKey } from './keys.ts';

export type Mails = ReturnType<typeof createMails>;

export interface MailPage {
  readonly mails: readonly MailRecord[];
  /** Set while more may follow. */
  readonly end?: string;
}

export interface KnownOfMail {
  readonly mail: MailRecord | undefined;
  readonly order: Order;
  readonly preferences: Preferences | undefined;
}

const NOT_NEWER = 'attribute_not_exists(#sequence) OR #sequence <= :sequence';

export function createMails(table: Table) {
  const { client, name: TableName } = table;
  return {
    /** What is known of a mail at one moment: its record, its order, and what its customer prefers, if one is given. */
    async load(orderId: string, id: string, customerId?: string): Promise<KnownOfMail> {
      const keys = [orderKey(orderId), mailKey(orderId, id)];
      const wanted = customerId === undefined ? keys : [...keys, preferencesKey(customerId)];
      const items = await readItems(table, wanted, { consistent: true });
      const has = <Value>(name: string) => items.find((item) => name in item)?.[name] as Value | undefined;
      return {
        mail: has('mail'),
        order: has<Order>('order') ?? unknownOrder(orderId),
        preferences: customerId === undefined ? undefined : (has<Preferences>('preferences') ?? noPreferences),
      };
    },

    /** Saves the next version of a record. @throws Conflict when it was changed meanwhile */
    async save(mail: MailRecord): Promise<void> {
      const { orderId, id, customerId, at, updatedAt, version } = mail;
      const Item = {
        ...mailKey(orderId, id),
        ...{ mail, version, customer: customerId, position: `${at}#${id}`, expiresAt: expiry(updatedAt, ORDER_DAYS) },
      };
      try {
        await client.send(new PutCommand({ TableName, Item, ...ifVersion(version - 1) }));
      } catch (error) {
        throw isConditionFailure(error) ? new Conflict('The mail was changed meanwhile.', { cause: error }) : error;
      }
    },

    /**
     * Claims the first attempt of a mail until an instant, and records that a mail for this event of the order was begun.
     * `outdated` when one for a newer event was; the end of the claim when it was claimed before.
     */
    async beginFirst(
      orderId: string,
      { id, until, now }: { readonly id: string; readonly until: number; readonly now: string },
      orderSequence: number | undefined,
    ): Promise<'begun' | 'outdated' | { readonly until: number }> {
      const claim = `claim#${id}`;
      const sequenced = orderSequence !== undefined;
      try {
        await client.send(
          new UpdateCommand({
            TableName,
            Key: mailedKey(orderId),
            UpdateExpression: `SET #claim = :until, expiresAt = :expiresAt${sequenced ? ', #sequence = :sequence' : ''}`,
            ConditionExpression: `attribute_not_exists(#claim)${sequenced ? ` AND (${NOT_NEWER})` : ''}`,
            ExpressionAttributeNames: { '#claim': claim, ...(sequenced && { '#sequence': 'sequence' }) },
            ExpressionAttributeValues: {
              ...{ ':until': until, ':expiresAt': expiry(now, ORDER_DAYS) },
              ...(sequenced && { ':sequence': orderSequence }),
            },
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        );
        return 'begun';
      } catch (error) {
        if (!isConditionFailure(error)) throw error;
        const { Item: item } = error as { readonly Item?: Record<string, { readonly N?: string }> };
        const claimed = item?.[claim]?.N;
        return claimed === undefined ? 'outdated' : { until: Number(claimed) };
      }
    },

    /** Records that a mail for this event of the order was begun; false when one for a newer event was. */
    async begin(orderId: string, orderSequence: number, now: string): Promise<boolean> {
      try {
        await client.send(
          new UpdateCommand({
            TableName,
            Key: mailedKey(orderId),
            UpdateExpression: 'SET #sequence = :sequence, expiresAt = :expiresAt',
            ConditionExpression: NOT_NEWER,
            ExpressionAttributeNames: { '#sequence': 'sequence' },
            ExpressionAttributeValues: { ':sequence': orderSequence, ':expiresAt': expiry(now, ORDER_DAYS) },
          }),
        );
        return true;
      } catch (error) {
        if (isConditionFailure(error)) return false;
        throw error;
      }
    },

    /** Newest first. */
    async ofOrder(orderId: string, { before = '~', limit }: { before?: string; limit: number }): Promise<MailPage> {
      const { Items: items = [], LastEvaluatedKey: last } = await client.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
          ExpressionAttributeValues: { ':pk': mailKey(orderId, '').pk, ':from': 'MAIL#', ':to': `MAIL#${before}` },
          ScanIndexForward: false,
          // One more, since `before` is a record that was shown already.
          Limit: limit + 1,
        }),
      );
      const mails = items.map((item) => item['mail'] as MailRecord).filter(({ id }) => id !== before);
      const shown = mails.slice(0, limit);
      return { mails: shown, end: last !== undefined || mails.length > limit ? shown.at(-1)?.id : undefined };
    },

    /** Newest first. */
    async ofCustomer(customerId: string, { before, limit }: { before?: string; limit: number }): Promise<MailPage> {
      const { Items: items = [], LastEvaluatedKey: last } = await client.send(
        new QueryCommand({
          TableName,
          IndexName: 'customer',
          KeyConditionExpression: `#customer = :customer${before === undefined ? '' : ' AND #position < :before'}`,
          ExpressionAttributeNames: {
            '#customer': 'customer',
            ...(before !== undefined && { '#position': 'position' }),
          },
          ExpressionAttributeValues: { ':customer': customerId, ...(before !== undefined && { ':before': before }) },
          ScanIndexForward: false,
          Limit: limit,
        }),
      );
      const mails = items.map((item) => item['mail'] as MailRecord);
      const end = last === undefined ? undefined : String(items.at(-1)?.['position']);
      return { mails, end };
    },
  };
}
