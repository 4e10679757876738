import { createHash } from 'node:crypto';
import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '@dure/contracts/binding/table';
import type { Freshness } from './domain/caching.ts';

/*
 * Key design.
 *
 * item    pk                          sk      attributes
 * cached  CACHE#<sha256 of the key>   CACHE   key, body (JSON), etag, madeAt (ms), freshness, askedUntil (ms), expiresAt
 */
const cacheKey = (key: string) => ({
  pk: `CACHE#${createHash('sha256').update(key).digest('base64url')}`,
  sk: 'CACHE',
});

/** An answer that everybody may see. */
export interface CachedAnswer {
  /** The part's declared fields. */
  readonly body: unknown;
  readonly etag?: string | undefined;
  /** Epoch in milliseconds. */
  readonly madeAt: number;
  readonly freshness: Freshness;
}

export interface AnswerCache {
  /** An answer may be there until DynamoDB removes it, long after its time. */
  load(key: string): Promise<CachedAnswer | undefined>;
  /** @param until when nobody needs it any more, in epoch milliseconds; a larger answer than an item takes is not kept */
  save(key: string, answer: CachedAnswer, until: number): Promise<void>;
  /** Whether this request is the one that asks again. It has until `until` (ms) to do so, then another may. */
  claim(key: string, now: number, until: number): Promise<boolean>;
}

/** DynamoDB's limit for an item is 400 kB, and a larger answer is read faster from its service. */
const MAX_BYTES = 100_000;

export function createAnswerCache({ client, name: TableName }: Table): AnswerCache {
  return {
    async load(key) {
      const { Item: item } = await client.send(new GetCommand({ TableName, Key: cacheKey(key) }));
      // A digest stands for the key in `pk`: the key itself says that it is the one.
      if (item?.['key'] !== key) return undefined;
      const { body, etag, madeAt, freshness } = item as Omit<CachedAnswer, 'body'> & { body: string };
      return { body: JSON.parse(body), etag, madeAt, freshness };
    },

    async save(key, { body, ...rest }, until) {
      const text = JSON.stringify(body);
      if (Buffer.byteLength(text) > MAX_BYTES) return;
      const Item = { ...cacheKey(key), key, body: text, ...rest, expiresAt: Math.ceil(until / 1000) };
      await client.send(new PutCommand({ TableName, Item }));
    },

    async claim(key, now, until) {
      try {
        await client.send(
          new UpdateCommand({
            TableName,
            Key: cacheKey(key),
            UpdateExpression: 'SET askedUntil = :until',
            ConditionExpression: 'attribute_exists(pk) AND (attribute_not_exists(askedUntil) OR askedUntil < :now)',
            ExpressionAttributeValues: { ':until': until, ':now': now },
          }),
        );
        return true;
      } catch (error) {
        if ((error as Error).name === 'ConditionalCheckFailedException') return false;
        throw error;
      }
    },
  };
}
