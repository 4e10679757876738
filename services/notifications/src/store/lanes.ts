import { BatchGetCommand, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Write } from '@dure/contracts/binding/commit';
import { isConditionFailure, type Table } from '@dure/contracts/binding/table';
import { type Health, type Lane, latestEnd, type Slot } from '../domain/lane.ts';
import { expiry, laneKey } from './keys.ts';

export type Lanes = ReturnType<typeof createLanes>;

/** How long the health of an endpoint is kept after the last delivery. */
const LANE_DAYS = 7;

/** The keys of one BatchGetItem. */
const MAX_READ = 100;

export function createLanes({ client, name: TableName }: Table) {
  return {
    async load(endpointId: string): Promise<Lane> {
      const { Item: item } = await client.send(
        new GetCommand({ TableName, Key: laneKey(endpointId), ConsistentRead: true }),
      );
      return { health: healthOf(item), taken: takenOf(item) };
    },

    /** How endpoints have responded lately; those that are unknown, or were not read, are left out. */
    async healthOfAll(endpointIds: readonly string[]): Promise<ReadonlyMap<string, Health>> {
      const found = new Map<string, Health>();
      for (let from = 0; from < endpointIds.length; from += MAX_READ) {
        const Keys = endpointIds.slice(from, from + MAX_READ).map(laneKey);
        const { Responses } = await client.send(new BatchGetCommand({ RequestItems: { [TableName]: { Keys } } }));
        for (const item of Responses?.[TableName] ?? [])
          found.set(String(item['pk']).slice(laneKey('').pk.length), healthOf(item));
      }
      return found;
    },

    /** Takes a slot until it is left, or until an instant at the latest. Returns whether it was free and its lane open. */
    async enter({ lane, slot }: Slot, { now, until }: { now: string; until: string }): Promise<boolean> {
      try {
        await client.send(
          new UpdateCommand({
            TableName,
            Key: laneKey(lane),
            UpdateExpression: 'SET #slot = :until, expiresAt = :expiresAt',
            ConditionExpression:
              '(attribute_not_exists(#slot) OR #slot <= :now OR #slot > :latest) AND ' +
              '(attribute_not_exists(health.pausedUntil) OR health.pausedUntil <= :now OR health.pausedUntil > :latest)',
            ExpressionAttributeNames: { '#slot': slotName(slot) },
            ExpressionAttributeValues: {
              ...{ ':now': now, ':latest': latestEnd(now), ':until': until },
              ':expiresAt': expiry(now, LANE_DAYS),
            },
          }),
        );
        return true;
      } catch (error) {
        if (isConditionFailure(error)) return false;
        throw error;
      }
    },

    async leave({ lane, slot }: Slot): Promise<void> {
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

const healthOf = (item: Record<string, unknown> | undefined): Health => (item?.['health'] as Health | undefined) ?? {};

const takenOf = (item: Record<string, unknown> = {}): Record<number, string> =>
  Object.fromEntries(
    Object.entries(item)
      .filter(([name]) => name.startsWith(SLOT))
      .map(([name, until]) => [Number(name.slice(SLOT.length)), String(until)]),
  );

const SLOT = 'slot';
const slotName = (slot: number): string => `${SLOT}${slot}`;

/** Deletes the health of an endpoint. */
export const forgetLane = (endpointId: string): Write => ({ Delete: { Key: laneKey(endpointId) } });
