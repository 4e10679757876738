import { shardsWithRecords } from './describe.ts';
import { notFound } from './kinesis-error.ts';
import type { Parts } from './parts.ts';
import { parseShardId, type Shard, shardId } from './shards.ts';
import type { Stream } from './stream-store.ts';

/** A stream's shard by its id. @throws AwsError `ResourceNotFoundException` */
export function requireShard({ accountId, now }: Parts, stream: Stream, id: string): Shard {
  const index = parseShardId(id);
  if (index === undefined) {
    throw notFound(`Could not find shard ${id} in stream ${stream.name} under account ${accountId}.`);
  }
  const shard = shardsWithRecords(stream, now()).find((candidate) => candidate.index === index);
  if (shard !== undefined) return shard;
  throw notFound(`Shard ${shardId(index)} in stream ${stream.name} under account ${accountId} does not exist`);
}
