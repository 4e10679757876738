import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { AttributeValue, _Record } from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBRecord } from 'aws-lambda';

/** A stream's record as a function gets it: plain JSON, binary as base64, times in seconds. */
export type StreamRecord = DynamoDBRecord & {
  readonly dynamodb: { readonly SequenceNumber: string; readonly ApproximateCreationDateTime: number };
};

/**
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 * @param region stands for the emulator's own
 */
export function toStreamRecord(record: _Record, eventSourceARN: string, region: string): StreamRecord {
  const { Keys, NewImage, OldImage, ApproximateCreationDateTime, ...rest } = record.dynamodb ?? {};
  const sequence = rest.SequenceNumber ?? '';
  return {
    eventID: createHash('md5').update(`${eventSourceARN} ${sequence}`).digest('hex'),
    eventName: record.eventName,
    eventVersion: record.eventVersion ?? '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: region,
    dynamodb: {
      ApproximateCreationDateTime: Math.floor((ApproximateCreationDateTime?.getTime() ?? 0) / 1000),
      ...(Keys && { Keys: plainItem(Keys) }),
      ...(NewImage && { NewImage: plainItem(NewImage) }),
      ...(OldImage && { OldImage: plainItem(OldImage) }),
      SequenceNumber: sequence,
      SizeBytes: rest.SizeBytes,
      StreamViewType: rest.StreamViewType,
    },
    ...(record.userIdentity && {
      userIdentity: { type: record.userIdentity.Type, principalId: record.userIdentity.PrincipalId },
    }),
    eventSourceARN,
  };
}

/**
 * A write that changes nothing makes no record on AWS, but one in the emulator.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
 */
export function changesNothing({ eventName, dynamodb }: _Record): boolean {
  const { NewImage, OldImage } = dynamodb ?? {};
  return (
    eventName === 'MODIFY' && NewImage !== undefined && OldImage !== undefined && isDeepStrictEqual(NewImage, OldImage)
  );
}

type PlainItem = NonNullable<NonNullable<DynamoDBRecord['dynamodb']>['Keys']>;
type PlainValue = PlainItem[string];

function plainItem(item: Record<string, AttributeValue>): PlainItem {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plain(value)]));
}

function plain(value: AttributeValue): PlainValue {
  if (value.B !== undefined) return { B: base64(value.B) };
  if (value.BS !== undefined) return { BS: value.BS.map(base64) };
  if (value.L !== undefined) return { L: value.L.map(plain) };
  if (value.M !== undefined) return { M: plainItem(value.M) };
  return value as PlainValue;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
