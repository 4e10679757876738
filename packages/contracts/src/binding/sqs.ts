import type { SQSClient } from '@aws-sdk/client-sqs';
import { answerWithin } from './deadline.ts';

/** Loaded when the first message fails: it is in Lambda's runtime, and would slow every cold start. */
export async function loadSqs() {
  const sqs = await import('@aws-sdk/client-sqs');
  client ??= new sqs.SQSClient({ maxAttempts: 3, requestHandler: answerWithin(2_000) });
  return { ...sqs, client };
}
let client: SQSClient | undefined;
