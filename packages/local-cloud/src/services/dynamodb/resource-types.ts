import { isDeepStrictEqual } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TableDescription } from '@aws-sdk/client-dynamodb';
import type { AwsJsonRequest } from '@dure/aws-protocols/aws-json-client';
import { type CreatedResource, knownProperties, type Properties, type ResourceType } from '../cloudformation/index.ts';
import { changeIndexes, changeTimeToLive } from './change-table.ts';
import { arnOnAws } from './names-on-aws.ts';

const TYPE = 'AWS::DynamoDB::Table';
const SUPPORTED = [
  'TableName',
  'AttributeDefinitions',
  'KeySchema',
  'BillingMode',
  'ProvisionedThroughput',
  'GlobalSecondaryIndexes',
  'LocalSecondaryIndexes',
  'StreamSpecification',
  'TimeToLiveSpecification',
];
/** Without an effect on one machine, but for the protection against deletion in an account. */
const ACCEPTED = [
  'ContributorInsightsSpecification',
  'DeletionProtectionEnabled',
  'OnDemandThroughput',
  'PointInTimeRecoverySpecification',
  'ResourcePolicy',
  'SSESpecification',
  'TableClass',
  'Tags',
  'WarmThroughput',
];
const INDEXES = ['GlobalSecondaryIndexes', 'AttributeDefinitions'];
const CHANGEABLE = [...INDEXES, ...ACCEPTED, 'BillingMode', 'ProvisionedThroughput', 'TimeToLiveSpecification'];
const WAIT_MS = 10_000;
const LOOK_AGAIN_MS = 100;

export function dynamoDbResourceTypes(dynamodb: AwsJsonRequest, region: string): Record<string, ResourceType> {
  return { [TYPE]: tableType(dynamodb, region) };
}

/**
 * A table, whose indexes, time to live and deletion protection can be changed.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
 */
function tableType(dynamodb: AwsJsonRequest, region: string): ResourceType {
  async function put(name: string, properties: Properties): Promise<CreatedResource> {
    const existing = await describe(dynamodb, name);
    if (existing !== undefined) refuseOtherKeys(existing, properties);
    const table = existing ?? (await createTable(dynamodb, name, properties));
    if (isProtected(properties)) await protect(dynamodb, name, true);
    return createdResource(name, table, region);
  }

  return {
    nameProperty: 'TableName',
    replacedBy: ['KeySchema', 'LocalSecondaryIndexes'],
    holdsData: true,
    ...knownProperties(TYPE, SUPPORTED, ACCEPTED),
    exists: async (name) => (await describe(dynamodb, name)) !== undefined,
    create: ({ name, properties }) => put(name, properties),
    async update(name, properties, previous) {
      const changed = [...new Set([...Object.keys(properties), ...Object.keys(previous)])].filter(
        (property) => !isDeepStrictEqual(properties[property], previous[property]),
      );
      if (changed.length === 0) return put(name, properties);
      const fixed = changed.find((property) => !CHANGEABLE.includes(property));
      if (fixed !== undefined) throw new TypeError(`${TYPE}: ${fixed} of a table cannot be changed here.`);
      if (changed.some((property) => INDEXES.includes(property))) {
        await changeIndexes(dynamodb, name, properties, previous);
      }
      if (changed.includes('TimeToLiveSpecification')) await changeTimeToLive(dynamodb, name, properties, previous);
      if (changed.includes('DeletionProtectionEnabled')) await protect(dynamodb, name, isProtected(properties));
      return createdResource(name, (await describe(dynamodb, name)) ?? {}, region);
    },
    async remove({ name: TableName }) {
      if ((await describe(dynamodb, TableName)) === undefined) return;
      await dynamodb('DeleteTable', { TableName });
    },
  };
}

function createdResource(
  ref: string,
  { TableArn: arn = '', LatestStreamArn: streamArn }: TableDescription,
  region: string,
): CreatedResource {
  const Arn = arnOnAws(arn, region);
  return { ref, attributes: { Arn, ...(streamArn !== undefined && { StreamArn: arnOnAws(streamArn, region) }) } };
}

const isProtected = ({ DeletionProtectionEnabled: enabled }: Properties): boolean => String(enabled) === 'true';

async function protect(dynamodb: AwsJsonRequest, TableName: string, DeletionProtectionEnabled: boolean): Promise<void> {
  await dynamodb('UpdateTable', { TableName, DeletionProtectionEnabled });
}

async function describe(dynamodb: AwsJsonRequest, TableName: string): Promise<TableDescription | undefined> {
  try {
    return ((await dynamodb('DescribeTable', { TableName })) as { Table?: TableDescription }).Table;
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

async function createTable(dynamodb: AwsJsonRequest, name: string, properties: Properties): Promise<TableDescription> {
  const { StreamSpecification: stream, TimeToLiveSpecification: timeToLive, ...rest } = properties;
  const input: Record<string, unknown> = { ...rest, TableName: name };
  for (const accepted of ACCEPTED) delete input[accepted];
  if (stream !== undefined) input['StreamSpecification'] = { StreamEnabled: true, ...stream };
  let table = ((await dynamodb('CreateTable', input)) as { TableDescription?: TableDescription }).TableDescription;
  for (const until = Date.now() + WAIT_MS; table?.TableStatus !== 'ACTIVE'; table = await describe(dynamodb, name)) {
    if (Date.now() > until) throw new Error(`The table ${name} is not active after ${WAIT_MS / 1000} seconds.`);
    await sleep(LOOK_AGAIN_MS);
  }
  if (timeToLive !== undefined) {
    const { AttributeName, Enabled } = timeToLive as { AttributeName: string; Enabled: boolean };
    const TimeToLiveSpecification = { AttributeName, Enabled };
    await dynamodb('UpdateTimeToLive', { TableName: name, TimeToLiveSpecification });
  }
  return (await describe(dynamodb, name)) ?? table;
}

/** For a table that no stack has made. Its data is kept until the person decides otherwise. */
function refuseOtherKeys(existing: TableDescription, properties: Properties): void {
  const wanted = {
    keys: properties['KeySchema'],
    indexes: indexNames(properties['GlobalSecondaryIndexes']),
    stream: (properties['StreamSpecification'] as { StreamViewType?: string } | undefined)?.StreamViewType,
  };
  const found = {
    keys: existing.KeySchema,
    indexes: indexNames(existing.GlobalSecondaryIndexes),
    stream: existing.StreamSpecification?.StreamViewType,
  };
  if (canonical(wanted) === canonical(found)) return;
  throw new Error(
    `The table ${existing.TableName} is kept from an earlier start with other keys, indexes or stream. ` +
      'Run "npm run reset" to start with empty tables.',
  );
}

function indexNames(indexes: unknown): string[] {
  return ((indexes ?? []) as { IndexName?: string }[]).map(({ IndexName }) => IndexName ?? '').sort();
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([left], [right]) => (left < right ? -1 : 1)))
      : inner,
  );
}
