import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Write } from '@dure/contracts/commit';
import type { Table } from '@dure/contracts/table';
import type { Health, Place } from '../domain/lane.ts';
import { expiry, isRefusedCondition, laneKey } from './keys.ts';

export type Lanes = ReturnType<typeof createLanes>;

/** Of what is known of an endpoint that nothing is sent to. */
const LANE_DAYS = 7;

export function createLanes({ client, name: TableName }: Table) {
  return {
    async load(endpointId: string): Promise<Health> {
      const { Item: item } = await client.send(
        new GetCommand({ TableName, Key: laneKey(endpointId), ConsistentRead: true }),
      );
      return (item?.['health'] as Health | undefined) ?? {};
    },

    /** Takes a place until it is left, or an instant at the latest. Answers whether it was free, and its lane open. */
    async enter({ lane, slot }: Place, { now, until }: { now: string; until: string }): Promise<boolean> {
      try {
        await client.send(
          new UpdateCommand({
            TableName,
            Key: laneKey(lane),
            UpdateExpression: 'SET #slot = :until, expiresAt = :expiresAt',
            ConditionExpression:
              '(attribute_not_exists(#slot) OR #slot <= :now) AND ' +
              '(attribute_not_exists(health.pausedUntil) OR health.pausedUntil <= :now)',
            ExpressionAttributeNames: { '#slot': slotName(slot) },
            ExpressionAttributeValues: { ':now': now, ':until': until, ':expiresAt': expiry(now, LANE_DAYS) },
          }),
        );
        return true;
      } catch (error) {
        if (isRefusedCondition(error)) return false;
        throw error;
      }
    },

    async leave({ lane, slot }: Place): Promise<void> {
      await client.send(
        new UpdateCommand({
          TableName,
          Key: laneKey(lane),
          UpdateExpression: 'REMOVE #slot',
          ExpressionAttributeNames: { '#slot': slotName(slot) },
        }),
      );
    },

    async note(endpointId: string, health: Health, now: string): Promise<void> {
      await client.send(
        new UpdateCommand({
          TableName,
          Key: laneKey(endpointId),
          UpdateExpression: 'SET health = :health, expiresAt = :expiresAt',
          ExpressionAttributeValues: { ':health': health, ':expiresAt': expiry(now, LANE_DAYS) },
        }),
      );
    },
  };
}

const slotName = (slot: number): string => `slot${slot}`;

/** Forgets what is known of an endpoint. */
export const forgetLane = (endpointId: string): Write => ({ Delete: { Key: laneKey(endpointId) } });
