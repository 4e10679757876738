import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyEvent } from 'aws-lambda';

const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));

/** Writes one item with only the document client. */
export const handler = async (event: APIGatewayProxyEvent) => {
  const note = JSON.parse(event.body ?? '{}') as Record<string, unknown>;
  const Item = { pk: `NOTE#${event.pathParameters?.['noteId']}`, sk: 'NOTE', ...note };
  await client.send(new PutCommand({ TableName: process.env['TABLE_NAME'], Item }));
  return { statusCode: 200, body: JSON.stringify(note) };
};
