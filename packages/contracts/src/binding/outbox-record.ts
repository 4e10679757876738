import type { DynamoDBRecord } from 'aws-lambda';
import type { Envelope } from '../contracts/envelope.ts';
import { OUTBOX } from './outbox.ts';

/** Whether a record is of an item in which earlier versions kept one message, as a string in `envelope`. */
const EARLIER = 'OUTBOX#';

/** The messages that a change of the service's own table publishes, in their order. None when an item expires. */
export function envelopesIn({ eventName, dynamodb }: DynamoDBRecord): Envelope[] {
  const image = dynamodb?.NewImage;
  if (image === undefined || eventName === 'REMOVE') return [];
  const outbox = image[OUTBOX]?.S;
  if (outbox !== undefined) return JSON.parse(outbox) as Envelope[];
  const { pk, envelope } = image;
  const earlier = eventName === 'INSERT' && pk?.S?.startsWith(EARLIER) && envelope?.S;
  return earlier ? [JSON.parse(earlier) as Envelope] : [];
}
