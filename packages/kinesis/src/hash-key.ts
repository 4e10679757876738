import { createHash } from 'node:crypto';

/** The largest hash key: 2^128 − 1. */
export const MAX_HASH_KEY = (1n << 128n) - 1n;

/** A shard takes the records whose hash keys are from `start` to `end`, both included. */
export interface HashKeyRange {
  readonly start: bigint;
  readonly end: bigint;
}

/**
 * The MD5 of a partition key as a number of 128 bits, which says the record's shard.
 * Source: https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html#partition-key
 */
export function hashKeyOf(partitionKey: string): bigint {
  return BigInt(`0x${createHash('md5').update(partitionKey).digest('hex')}`);
}

/** So many ranges of the same size, which hold all hash keys. */
export function uniformRanges(count: number): HashKeyRange[] {
  const step = (MAX_HASH_KEY + 1n) / BigInt(count);
  return Array.from({ length: count }, (_, index) => ({
    start: step * BigInt(index),
    end: index === count - 1 ? MAX_HASH_KEY : step * BigInt(index + 1) - 1n,
  }));
}
