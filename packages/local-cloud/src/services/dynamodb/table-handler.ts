import { isDeepStrictEqual } from 'node:util';
import {
  DeleteTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  type GlobalSecondaryIndexUpdate,
  ResourceNotFoundException,
  type UpdateTableCommandInput,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import type { Cloud, CreatedResource } from '../cloudformation/resource-type.ts';
import { table } from './resource-type.ts';
import type { Properties, ResourceHandler } from '../cloudformation/resource-handler.ts';
import { onlyKnown } from '../cloudformation/properties.ts';

const TYPE = 'AWS::DynamoDB::Table';
const INDEXES = ['GlobalSecondaryIndexes', 'AttributeDefinitions'];
/** Can be changed; of these, what is not named again below has no effect on one machine. */
const CHANGEABLE = [
  ...INDEXES,
  ...(table.accepted ?? []),
  'BillingMode',
  'ProvisionedThroughput',
  'TimeToLiveSpecification',
];

/**
 * A table with its deletion protection, whose indexes and time to live can be changed.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
 */
export function dynamoDbTable(cloud: Cloud): ResourceHandler {
  const { dynamodb } = cloud;
  return {
    nameProperty: 'TableName',
    replacedBy: ['KeySchema', 'LocalSecondaryIndexes'],
    check: (properties) => onlyKnown(TYPE, properties, [...table.supported, ...(table.accepted ?? [])]),
    exists: async (name) => (await describe(dynamodb, name)) !== undefined,
    async create(request) {
      const created = await table.create(request, cloud);
      if (isProtected(request.properties)) await protect(dynamodb, request.defaultName, true);
      return created;
    },
    async update(name, properties, previous) {
      const changed = [...new Set([...Object.keys(properties), ...Object.keys(previous)])].filter(
        (property) => !isDeepStrictEqual(properties[property], previous[property]),
      );
      const fixed = changed.find((property) => !CHANGEABLE.includes(property));
      if (fixed !== undefined) throw new TypeError(`${TYPE}: ${fixed} of a table cannot be changed here.`);
      if (changed.some((property) => INDEXES.includes(property)))
        await changeIndexes(dynamodb, name, properties, previous);
      if (changed.includes('TimeToLiveSpecification')) await changeTimeToLive(dynamodb, name, properties, previous);
      if (changed.includes('DeletionProtectionEnabled')) await protect(dynamodb, name, isProtected(properties));
      return attributesOf(dynamodb, name);
    },
    async remove({ name }) {
      if ((await describe(dynamodb, name)) !== undefined)
        await dynamodb.send(new DeleteTableCommand({ TableName: name }));
    },
  };
}

const isProtected = ({ DeletionProtectionEnabled: enabled }: Properties): boolean => String(enabled) === 'true';

async function protect(dynamodb: DynamoDBClient, TableName: string, DeletionProtectionEnabled: boolean): Promise<void> {
  await dynamodb.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled }));
}

async function describe(dynamodb: DynamoDBClient, TableName: string) {
  try {
    return (await dynamodb.send(new DescribeTableCommand({ TableName }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

async function attributesOf(dynamodb: DynamoDBClient, name: string): Promise<CreatedResource> {
  const { TableArn: arn = '', LatestStreamArn: streamArn } = (await describe(dynamodb, name)) ?? {};
  return { ref: name, attributes: { Arn: arn, ...(streamArn !== undefined && { StreamArn: streamArn }) } };
}

type Index = NonNullable<GlobalSecondaryIndexUpdate['Create']>;

/** As AWS: one index comes or goes in one update. */
async function changeIndexes(
  dynamodb: DynamoDBClient,
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
  const AttributeDefinitions = properties['AttributeDefinitions'] as UpdateTableCommandInput['AttributeDefinitions'];
  await dynamodb.send(
    new UpdateTableCommand({ TableName, AttributeDefinitions, GlobalSecondaryIndexUpdates: updates }),
  );
}

interface TimeToLive {
  readonly AttributeName?: string;
  readonly Enabled?: boolean;
}

async function changeTimeToLive(
  dynamodb: DynamoDBClient,
  TableName: string,
  { TimeToLiveSpecification: wanted }: Properties,
  { TimeToLiveSpecification: former }: Properties,
): Promise<void> {
  const { AttributeName, Enabled } = (wanted ?? { ...(former as TimeToLive), Enabled: false }) as TimeToLive;
  const TimeToLiveSpecification = { AttributeName, Enabled };
  await dynamodb.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
}
