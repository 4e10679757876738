import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DatabaseSync } from 'node:sqlite';
import { own } from '@dure/local-http/own-property';
import { consumerActions, streamArnOf } from './consumers.ts';
import { getRecords } from './get-records.ts';
import { notSupported } from './kinesis-error.ts';
import { listShards } from './list-shards.ts';
import type { Actions, Input, Parts } from './parts.ts';
import { putActions } from './put-records.ts';
import { openRecordStore } from './record-store.ts';
import { createHandler } from './request-handler.ts';
import { reshardingActions } from './resharding.ts';
import { sequenceNumber } from './sequence-number.ts';
import { getShardIterator } from './shard-iterator.ts';
import { shardId } from './shards.ts';
import { streamActions } from './stream-actions.ts';
import { openStreamStore, type Stream, type StreamMode } from './stream-store.ts';
import { tagActions } from './tag-actions.ts';
import { jsonShape } from './wire.ts';

export { kinesisResourceTypes } from './resource-types.ts';

export interface KinesisOptions {
  readonly database: DatabaseSync;
  /** Runs synchronous work in one transaction of the database; within another one it is a part of that. */
  readonly atomically: <T>(work: () => T) => T;
  readonly accountId: string;
  readonly region: string;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** A stream from outside of the API. */
export interface StreamView {
  readonly name: string;
  readonly arn: string;
  readonly mode: StreamMode;
  readonly retentionHours: number;
  readonly openShards: number;
}

export interface Kinesis {
  /** Answers a request in JSON or CBOR. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** An action from within this process, in the shape of the JSON protocol. @throws AwsError as Kinesis refuses it */
  readonly request: (action: string, input: object) => Promise<object>;
  /** The streams there are. */
  streams(): StreamView[];
  /** The stream of this name, or of an ARN of it or of one of its consumers. */
  find(nameOrArn: string): StreamView | undefined;
  /** The sequence number of the last record of each shard that has any, by the shard's id. */
  lastRecords(streamName: string): ReadonlyMap<string, string>;
  /** Reports writes and changes of shards, by the stream's name. Returns how to end it. */
  onWrite(listener: (streamName: string) => void): () => void;
}

/**
 * Kinesis Data Streams, in this process: streams and records are in the database, so that a kill loses none.
 * Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_Operations.html
 */
export function createKinesis({ database, atomically, accountId, region, now = Date.now }: KinesisOptions): Kinesis {
  const records = openRecordStore(database);
  const streams = openStreamStore(database);
  const listeners = new Set<(stream: string) => void>();
  const changed = (stream: string): void => listeners.forEach((listener) => listener(stream));
  const parts: Parts = { streams, records, accountId, region, now, atomically, changed };
  const actions: Actions = {
    ...streamActions(parts),
    ...putActions(parts),
    ...reshardingActions(parts),
    ...tagActions(parts),
    ...consumerActions(parts),
    GetRecords: (input) => getRecords(parts, input),
    GetShardIterator: (input) => getShardIterator(parts, input),
    ListShards: (input) => listShards(parts, input),
  };
  async function call(name: string, input: Input): Promise<object> {
    const action = own(actions, name);
    if (action === undefined) throw notSupported(name);
    return action(input) ?? {};
  }
  const viewOf = ({ name, arn, mode, retentionHours, shards }: Stream): StreamView => ({
    ...{ name, arn, mode, retentionHours },
    openShards: shards.filter(({ closed }) => closed === undefined).length,
  });

  return {
    handle: createHandler(call),
    request: async (action, input) => jsonShape(await call(action, input as Input)),
    streams: () => streams.all().map(viewOf),
    find(nameOrArn) {
      const arn = streamArnOf(nameOrArn);
      const stream = streams.find(arn.split('/').at(-1)!);
      return stream !== undefined && (arn === stream.arn || arn === stream.name) ? viewOf(stream) : undefined;
    },
    lastRecords(name) {
      const { id: stream = -1, shards = [] } = streams.find(name) ?? {};
      const last = shards.flatMap(({ index: shard }) => {
        const id = records.last({ stream, shard });
        return id === undefined ? [] : [[shardId(shard), sequenceNumber({ id, shard })] as const];
      });
      return new Map(last);
    },
    onWrite(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
