import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';

export interface PublishedEnvelope {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly sequence: number;
  readonly replyto?: string;
  readonly correlationid: string;
  readonly causationid: string;
  readonly data: Record<string, unknown>;
}

/** What a service has committed to publish for a subject, oldest first: the outbox items in its table. */
export async function outboxOf(
  client: DynamoDBDocumentClient,
  TableName: string,
  subject: string,
): Promise<PublishedEnvelope[]> {
  const { Items: items = [] } = await client.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': `OUTBOX#${subject}` },
      ConsistentRead: true,
    }),
  );
  return items.map((item) => JSON.parse(String(item['envelope'])) as PublishedEnvelope);
}
