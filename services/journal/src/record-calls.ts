import { gunzipSync } from 'node:zlib';
import { scheduledCall } from '@dure/contracts/binding/call';
import { lambda, logged } from '@dure/contracts/binding/lambda';
import * as z from 'zod/mini';
import { recordCalls } from './application/record-calls.ts';
import { calls, recordDays, stage } from './composition.ts';

const days = recordDays();

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/services-cloudwatchlogs.html */
const Delivery = z.object({ awslogs: z.object({ data: z.string() }) });
const Lines = z.object({
  messageType: z.string(),
  logGroup: z.string(),
  logEvents: z.array(z.object({ message: z.string() })),
});

/** Access logs of all services. CloudWatch Logs also sends messages that only try the way. */
export const handler = lambda((event: unknown) => {
  const call = scheduledCall('record-calls');
  return logged(
    call,
    'job',
    'record-calls',
    () => {
      const { messageType, logGroup, logEvents } = Lines.parse(JSON.parse(unpacked(event)));
      const messages = messageType === 'DATA_MESSAGE' ? logEvents.map(({ message }) => message) : [];
      const now = new Date().toISOString();
      return recordCalls(calls, { logGroup, messages }, { stage: stage(), days, now });
    },
    (result) => result,
  );
});

const unpacked = (event: unknown): string =>
  gunzipSync(Buffer.from(Delivery.parse(event).awslogs.data, 'base64')).toString();
