import {
  type _Record,
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

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

/**
 * What a service has committed to publish for a subject, oldest first, as the relay would: from the beginning of the
 * stream of its table, which needs new images.
 */
export async function outboxOf(
  client: DynamoDBDocumentClient,
  TableName: string,
  subject: string,
): Promise<PublishedEnvelope[]> {
  const records = await streamOf(client, TableName);
  const messages = records.flatMap(({ eventName, dynamodb }) => {
    const outbox = eventName === 'REMOVE' ? undefined : dynamodb?.NewImage?.['outbox']?.S;
    return outbox === undefined ? [] : (JSON.parse(outbox) as PublishedEnvelope[]);
  });
  return messages.filter((message) => message.subject === subject);
}

/** Every record of a test table's stream so far. */
export async function streamOf({ config }: DynamoDBDocumentClient, TableName: string): Promise<_Record[]> {
  const { region, credentials } = config;
  const streams = new DynamoDBStreamsClient({ region, credentials });
  try {
    const { Streams: [found] = [] } = await streams.send(new ListStreamsCommand({ TableName }));
    const StreamArn = found?.StreamArn;
    const { StreamDescription: stream } = await streams.send(new DescribeStreamCommand({ StreamArn }));
    const records: _Record[] = [];
    for (const { ShardId } of stream?.Shards ?? []) {
      const from = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
      let { ShardIterator } = await streams.send(new GetShardIteratorCommand(from));
      while (ShardIterator !== undefined) {
        const page = await streams.send(new GetRecordsCommand({ ShardIterator }));
        records.push(...(page.Records ?? []));
        // An open shard always has another iterator.
        ShardIterator = page.Records?.length ? page.NextShardIterator : undefined;
      }
    }
    return records;
  } finally {
    streams.destroy();
  }
}
