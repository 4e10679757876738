import {
  type CreateTableCommandInput,
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceNotFoundException,
  type TableDescription,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { type ResourceRequest, type ResourceType, text } from '../cloudformation/resource-type.ts';

const WAIT_SECONDS = 10;

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html */
export const table: ResourceType = {
  supported: [
    'TableName',
    'AttributeDefinitions',
    'KeySchema',
    'BillingMode',
    'ProvisionedThroughput',
    'GlobalSecondaryIndexes',
    'LocalSecondaryIndexes',
    'StreamSpecification',
    'TimeToLiveSpecification',
  ],
  accepted: [
    'ContributorInsightsSpecification',
    'DeletionProtectionEnabled',
    'OnDemandThroughput',
    'PointInTimeRecoverySpecification',
    'ResourcePolicy',
    'SSESpecification',
    'TableClass',
    'Tags',
    'WarmThroughput',
  ],
  async create(request, { dynamodb }) {
    const name = text(request, 'TableName') ?? request.defaultName;
    const existing = await describe(dynamodb, name);
    const description = existing ?? (await createTable(dynamodb, name, request));
    if (existing !== undefined) refuseOtherKeys(existing, request);
    const { LatestStreamArn: streamArn } = description;
    return {
      ref: name,
      attributes: { Arn: description.TableArn ?? '', ...(streamArn !== undefined && { StreamArn: streamArn }) },
    };
  },
};

async function describe(dynamodb: DynamoDBClient, name: string): Promise<TableDescription | undefined> {
  try {
    return (await dynamodb.send(new DescribeTableCommand({ TableName: name }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

async function createTable(
  dynamodb: DynamoDBClient,
  name: string,
  { properties }: ResourceRequest,
): Promise<TableDescription> {
  const { StreamSpecification: stream, TimeToLiveSpecification: timeToLive, ...rest } = properties;
  const input: Record<string, unknown> = { ...rest, TableName: name };
  for (const accepted of table.accepted ?? []) delete input[accepted];
  if (stream !== undefined) input['StreamSpecification'] = { StreamEnabled: true, ...stream };
  const { TableDescription: created } = await dynamodb.send(
    new CreateTableCommand(input as unknown as CreateTableCommandInput),
  );
  if (created?.TableStatus !== 'ACTIVE') {
    await waitUntilTableExists({ client: dynamodb, maxWaitTime: WAIT_SECONDS, minDelay: 1 }, { TableName: name });
  }
  if (timeToLive !== undefined) {
    const { AttributeName, Enabled } = timeToLive as { AttributeName: string; Enabled: boolean };
    await dynamodb.send(
      new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification: { AttributeName, Enabled } }),
    );
  }
  return (await describe(dynamodb, name)) ?? created!;
}

/** CloudFormation would replace such a table, and its data with it. Here the person decides. */
function refuseOtherKeys(existing: TableDescription, { properties }: ResourceRequest): void {
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
