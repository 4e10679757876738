import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { answerWithin } from './deadline.ts';

/** A service's own table: string keys `pk` and `sk`, TTL in `expiresAt` (epoch seconds), a stream of new images. */
export interface Table {
  readonly name: string;
  readonly client: DynamoDBDocumentClient;
}

/**
 * Opens a table. Endpoint, region and credentials come from the SDK's own environment variables.
 *
 * @example
 * ```ts
 * import { required } from '@dure/contracts/binding/environment';
 * import { openTable } from '@dure/contracts/binding/table';
 *
 * export const table = openTable(required('TABLE_NAME'));
 * ```
 */
export function openTable(name: string): Table {
  const client = new DynamoDBClient({ maxAttempts: 4, requestHandler: answerWithin(4_000) });
  return { name, client: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }) };
}

/** A health check: reads a key that never exists. */
export async function checkTable(table: Table): Promise<void> {
  await table.client.send(new GetCommand({ TableName: table.name, Key: { pk: 'HEALTH', sk: 'HEALTH' } }));
}

/** Whether a write was refused because its condition does not hold. */
export const isConditionFailure = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ConditionalCheckFailedException';
