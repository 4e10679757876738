import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Call } from '@dure/contracts/binding/call';
import { commit } from '@dure/contracts/binding/commit';
import type { Table } from '@dure/contracts/binding/table';
import type { ReplayRequest } from '../domain/replay.ts';

/*
 * item    pk                 sk      attributes
 * replay  REPLAY#<replayId>  REPLAY  consumer, from, to, requestedAt, actor
 */
const key = (replayId: string) => ({ pk: `REPLAY#${replayId}`, sk: 'REPLAY' });

export interface ReplayStore {
  load(replayId: string): Promise<ReplayRequest | undefined>;
  save(call: Call, request: ReplayRequest): Promise<void>;
}

export function createReplayStore(table: Table): ReplayStore {
  return {
    async load(replayId) {
      const { Item: item } = await table.client.send(
        new GetCommand({ TableName: table.name, Key: key(replayId), ConsistentRead: true }),
      );
      if (item === undefined) return undefined;
      const { consumer, from, to, requestedAt, actor } = item as unknown as ReplayRequest;
      return { replayId, consumer, from, to, requestedAt, actor };
    },

    async save(call, request) {
      await commit(table, call, {
        writes: [{ Put: { Item: { ...key(request.replayId), ...request } } }],
        result: request,
      });
    },
  };
}
