import { isDeepStrictEqual } from 'node:util';
import type { GlobalSecondaryIndexUpdate } from '@aws-sdk/client-dynamodb';
import type { AwsJsonRequest } from '@dure/aws-protocols/aws-json-client';
import type { Properties } from '../cloudformation/index.ts';

type Index = NonNullable<GlobalSecondaryIndexUpdate['Create']>;

/** As AWS: one index comes or goes in one update. */
export async function changeIndexes(
  dynamodb: AwsJsonRequest,
  TableName: string,
  properties: Properties,
  previous: Properties,
): Promise<void> {
  const indexes = (of: Properties): Index[] => (of['GlobalSecondaryIndexes'] ?? []) as Index[];
  const [before, after] = [indexes(previous), indexes(properties)];
  const named = (list: Index[], name?: string): Index | undefined => list.find(({ IndexName }) => IndexName === name);
  const altered = after.find((index) => {
    const former = named(before, index.IndexName);
    return former !== undefined && !isDeepStrictEqual(former, index);
  });
  if (altered !== undefined) throw new TypeError(`The index ${altered.IndexName} cannot be changed; name another.`);
  const updates: GlobalSecondaryIndexUpdate[] = [
    ...before.filter(({ IndexName }) => !named(after, IndexName)).map(({ IndexName }) => ({ Delete: { IndexName } })),
    ...after.filter(({ IndexName }) => !named(before, IndexName)).map((index) => ({ Create: index })),
  ];
  if (updates.length > 1)
    throw new TypeError('Cannot perform more than one GSI creation or deletion in a single update');
  if (updates.length === 0) return;
  const { AttributeDefinitions } = properties;
  await dynamodb('UpdateTable', { TableName, AttributeDefinitions, GlobalSecondaryIndexUpdates: updates });
}

interface TimeToLive {
  readonly AttributeName?: string;
  readonly Enabled?: boolean;
}

export async function changeTimeToLive(
  dynamodb: AwsJsonRequest,
  TableName: string,
  { TimeToLiveSpecification: wanted }: Properties,
  { TimeToLiveSpecification: former }: Properties,
): Promise<void> {
  const { AttributeName, Enabled } = (wanted ?? { ...(former as TimeToLive), Enabled: false }) as TimeToLive;
  const TimeToLiveSpecification = { AttributeName, Enabled };
  await dynamodb('UpdateTimeToLive', { TableName, TimeToLiveSpecification });
}
