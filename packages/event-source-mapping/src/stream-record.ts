import { createHash } from 'node:crypto';
import type { DynamoDBRecord } from 'aws-lambda';

/** A record of a stream, of a table or of Kinesis. */
export interface StreamRecord {
  readonly sequence: string;
  /** Seconds since 1970. */
  readonly arrived: number;
  /** As the function gets it: plain JSON, binary as base64, times in seconds. */
  readonly event: { readonly eventID?: string; readonly eventName?: string };
}

/** A record of a table's stream on the wire: binary as base64, times in seconds already. */
export type WireRecord = Omit<DynamoDBRecord, 'userIdentity'> & {
  readonly userIdentity?: { readonly Type?: string; readonly PrincipalId?: string };
};

/**
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 * @param region stands for the emulator's own
 */
export function toTableRecord(record: WireRecord, eventSourceARN: string, region: string): StreamRecord {
  const { Keys, NewImage, OldImage, ApproximateCreationDateTime, ...rest } = record.dynamodb ?? {};
  const sequence = rest.SequenceNumber ?? '';
  const arrived = Math.floor(ApproximateCreationDateTime ?? 0);
  const event = {
    eventID: createHash('md5').update(`${eventSourceARN} ${sequence}`).digest('hex'),
    eventName: record.eventName,
    eventVersion: record.eventVersion ?? '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: region,
    dynamodb: {
      ApproximateCreationDateTime: arrived,
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
  return { sequence, arrived, event };
}
