import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '@dure/contracts/binding/table';
import type { Link, Links } from '../application/send-account-mail.ts';
import { expiry, linkKey } from './keys.ts';

export const createLinks = ({ client, name: TableName }: Table): Links => ({
  async put(digest, link) {
    const Item = { ...linkKey(digest), state: link, expiresAt: expiry(link.until, 0) };
    await client.send(new PutCommand({ TableName, Item }));
  },
  async load(digest) {
    const { Item: item } = await client.send(new GetCommand({ TableName, Key: linkKey(digest), ConsistentRead: true }));
    return item?.['state'] as Link | undefined;
  },
});
