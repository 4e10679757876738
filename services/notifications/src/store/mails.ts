import { GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { Conflict } from '@dure/contracts/binding/commit';
import type { Table } from '@dure/contracts/binding/table';
import type { MailRecord } from '../domain/mailing.ts';
import { expiry, ifVersion, isConditionFailure, mailedKey, mailKey, ORDER_DAYS } from './keys.ts';

export type Mails = ReturnType<typeof createMails>;

export interface MailPage {
  readonly mails: readonly MailRecord[];
  /** Set while more may follow. */
  readonly end?: string;
}

export function createMails({ client, name: TableName }: Table) {
  return {
    async load(orderId: string, id: string): Promise<MailRecord | undefined> {
      const Key = mailKey(orderId, id);
      const { Item: item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
      return item?.['mail'] as MailRecord | undefined;
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

    /** Records that a mail for this event of the order was begun; false when one for a newer event was. */
    async begin(orderId: string, orderSequence: number, now: string): Promise<boolean> {
      try {
        await client.send(
          new UpdateCommand({
            TableName,
            Key: mailedKey(orderId),
            UpdateExpression: 'SET #sequence = :sequence, expiresAt = :expiresAt',
            ConditionExpression: 'attribute_not_exists(#sequence) OR #sequence <= :sequence',
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
