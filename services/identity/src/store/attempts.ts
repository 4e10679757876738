import { DeleteCommand, GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { randomUUID } from 'node:crypto';
import { SignInRefused } from '@dure/contracts/identity';
import type { Call } from '@dure/contracts/binding/call';
import { commit } from '@dure/contracts/binding/commit';
import { publish } from '@dure/contracts/binding/outbox';
import type { Table } from '@dure/contracts/binding/table';
import type { PasswordParts } from '../application/choose-password.ts';
import { tokenDigest } from '../application/digest.ts';
import type { SignInParts } from '../application/sign-in.ts';
import {
  type Failures,
  FORGOTTEN_SECONDS,
  STRANGERS_FREE,
  STRANGERS_WAIT_MS,
  withFailure,
} from '../domain/lock-out.ts';
import { emailDigest } from './account-store.ts';
import { attemptsKey, expiry, strangersKey } from './keys.ts';
import { unlessRefused } from './unless-refused.ts';

export function createAttempts(table: Table): SignInParts['attempts'] & PasswordParts['attempts'] {
  const { client, name: TableName } = table;
  const keyOf = (email: string, whose: string) => attemptsKey(emailDigest(email), tokenDigest(whose));
  const strangersOf = ({ time }: Call, email: string) => strangersKey(emailDigest(email), time.slice(0, 10));
  const remove = (Key: Record<string, unknown>) => client.send(new DeleteCommand({ TableName, Key }));
  return {
    async load(email, whose) {
      const { Item: item } = await client.send(
        new GetCommand({ TableName, Key: keyOf(email, whose), ConsistentRead: true }),
      );
      return item as Failures | undefined;
    },
    async count(call, email, whose, seen) {
      const { at, count } = withFailure(seen, call.time);
      const values = { ':at': at, ':count': count, ':expires': expiry(at, FORGOTTEN_SECONDS) };
      const counting = new UpdateCommand({
        TableName,
        Key: keyOf(email, whose),
        UpdateExpression: 'SET #at = :at, #count = :count, expiresAt = :expires',
        ConditionExpression:
          seen === undefined ? 'attribute_not_exists(#count)' : '#count = :seenCount AND #at = :seenAt',
        ExpressionAttributeNames: { '#at': 'at', '#count': 'count' },
        ExpressionAttributeValues: {
          ...values,
          ...(seen !== undefined && { ':seenCount': seen.count, ':seenAt': seen.at }),
        },
      });
      return unlessRefused(client.send(counting));
    },
    async countStranger(call, email) {
      const before = new Date(Date.parse(call.time) - STRANGERS_WAIT_MS).toISOString();
      const values = { ':at': call.time, ':expires': expiry(call.time, FORGOTTEN_SECONDS), ':one': 1 };
      const counting = new UpdateCommand({
        TableName,
        Key: strangersOf(call, email),
        UpdateExpression: 'SET #at = :at, expiresAt = :expires ADD #count :one',
        ConditionExpression: 'attribute_not_exists(#count) OR #count < :free OR #at <= :before',
        ExpressionAttributeNames: { '#at': 'at', '#count': 'count' },
        ExpressionAttributeValues: { ...values, ':free': STRANGERS_FREE, ':before': before },
      });
      return unlessRefused(client.send(counting));
    },
    async forgetStranger(call, email) {
      const back = new UpdateCommand({
        TableName,
        Key: strangersOf(call, email),
        UpdateExpression: 'ADD #count :back',
        ConditionExpression: '#count > :none',
        ExpressionAttributeNames: { '#count': 'count' },
        ExpressionAttributeValues: { ':back': -1, ':none': 0 },
      });
      await unlessRefused(client.send(back));
    },
    async refuse(call, accountId, network) {
      const refused = { reason: 'wrong' as const, network, ...(accountId !== undefined && { accountId }) };
      // Of its own, as it belongs to no session.
      await commit(table, call, { writes: [], events: [publish(SignInRefused, randomUUID(), 1, refused)] });
    },
    async forget(email, whose) {
      await remove(keyOf(email, whose));
    },
    async forgetAll(email) {
      const { pk } = keyOf(email, '');
      const query = { TableName, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': pk } };
      const projection = { ProjectionExpression: 'pk, sk', ConsistentRead: true };
      for (let from: Record<string, unknown> | undefined, first = true; first || from !== undefined; first = false) {
        const page = await client.send(new QueryCommand({ ...query, ...projection, ExclusiveStartKey: from }));
        await Promise.all((page.Items ?? []).map(remove));
        from = page.LastEvaluatedKey;
      }
    },
  };
}
