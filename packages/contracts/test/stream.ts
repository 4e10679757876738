import type { AttributeValue as Attribute } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBRecord } from 'aws-lambda';

/** Every record of the table's stream so far, as Lambda gets them. */
export async function readStream(streamArn: string): Promise<DynamoDBRecord[]> {
  const streams = new DynamoDBStreamsClient({});
  const { StreamDescription: stream } = await streams.send(new DescribeStreamCommand({ StreamArn: streamArn }));
  const records: DynamoDBRecord[] = [];
  for (const { ShardId } of stream?.Shards ?? []) {
    const from = { StreamArn: streamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
    const { ShardIterator } = await streams.send(new GetShardIteratorCommand(from));
    const { Records = [] } = await streams.send(new GetRecordsCommand({ ShardIterator }));
    records.push(...Records.map((it) => it as { dynamodb: { NewImage: Record<string, Attribute> } } as DynamoDBRecord));
  }
  streams.destroy();
  return records;
}
