import { createHash } from 'node:crypto';
import type { DynamoDBRecord } from 'aws-lambda';

/** A stream's record as a function gets it: plain JSON, binary as base64, times in seconds. */
export type StreamRecord = DynamoDBRecord & {
  readonly dynamodb: { readonly SequenceNumber: string; readonly ApproximateCreationDateTime: number };
};

/** A stream's record on the wire: binary as base64, times in seconds already. */
export type WireRecord = Omit<DynamoDBRecord, 'userIdentity'> & {
  readonly userIdentity?: { readonly Type?: string; readonly PrincipalId?: string };
};

/**
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 * @param region stands for the emulator's own
 */
export function toStreamRecord(record: WireRecord, eventSourceARN: string, region: string): StreamRecord {
  const { Keys, NewImage, OldImage, ApproximateCreationDateTime, ...rest } = record.dynamodb ?? {};
  const sequence = rest.SequenceNumber ?? '';
  return {
    eventID: createHash('md5').update(`${eventSourceARN} ${sequence}`).digest('hex'),
    eventName: record.eventName,
    eventVersion: record.eventVersion ?? '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: region,
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(ApproximateCreationDateTime ?? 0),
      ...(Keys && { Keys }),
      ...(NewImage && { NewImage }),
      ...(OldImage && { OldImage }),
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
