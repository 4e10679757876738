import { resourceName } from './names.ts';
import type { IndexConfig, Json, Resource, ServiceContext, Statement } from './types.ts';

/** Stages whose tables are deleted with their stack. */
const DISPOSABLE_STAGES = ['dev', 'local'];

const READ = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'];
const WRITE = [
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
  'dynamodb:DeleteItem',
  'dynamodb:BatchWriteItem',
  'dynamodb:ConditionCheckItem',
];

export function tableName(context: ServiceContext): string {
  return resourceName(context);
}

/**
 * The service's one table: keys `pk` and `sk`, time to live in `expiresAt`, a stream of new images,
 * encrypted, with point-in-time recovery; retained when the stack is deleted, except in disposable stages.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
 */
export function expandTable(context: ServiceContext, indexes: readonly IndexConfig[]): Resource {
  const disposable = DISPOSABLE_STAGES.includes(context.stage);
  const attributes = new Set(['pk', 'sk', ...indexes.flatMap((index) => [index.pk, ...(index.sk ? [index.sk] : [])])]);
  return {
    Type: 'AWS::DynamoDB::Table',
    DeletionPolicy: disposable ? 'Delete' : 'Retain',
    UpdateReplacePolicy: disposable ? 'Delete' : 'Retain',
    Properties: {
      TableName: tableName(context),
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [...attributes].map((name) => ({ AttributeName: name, AttributeType: 'S' })),
      KeySchema: keySchema('pk', 'sk'),
      ...(indexes.length > 0 && { GlobalSecondaryIndexes: indexes.map(expandIndex) }),
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      SSESpecification: { SSEEnabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: !disposable,
    },
  };
}

/**
 * A function's permissions on the service's table. An index can only be queried, and a transaction needs the actions of
 * its parts.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
 */
export function tableStatements(access: 'readWrite' | 'read', indexes: readonly IndexConfig[]): Statement[] {
  const arn = { 'Fn::GetAtt': ['Table', 'Arn'] };
  const indexArns = indexes.map(({ name }): Json => ({ 'Fn::Join': ['/', [arn, 'index', name]] }));
  const table: Statement = { Effect: 'Allow', Action: access === 'read' ? READ : [...READ, ...WRITE], Resource: arn };
  if (indexArns.length === 0) return [table];
  return [table, { Effect: 'Allow', Action: 'dynamodb:Query', Resource: indexArns }];
}

function expandIndex(index: IndexConfig): Json {
  const ProjectionType = index.projection === 'keys' ? 'KEYS_ONLY' : 'ALL';
  return { IndexName: index.name, KeySchema: keySchema(index.pk, index.sk), Projection: { ProjectionType } };
}

function keySchema(pk: string, sk?: string): Json[] {
  const hash = { AttributeName: pk, KeyType: 'HASH' };
  return sk === undefined ? [hash] : [hash, { AttributeName: sk, KeyType: 'RANGE' }];
}
