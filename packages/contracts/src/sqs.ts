import type { SQSClient } from '@aws-sdk/client-sqs';

/** Loaded when the first message fails: it is in Lambda's runtime, and would slow every cold start. */
export async function loadSqs() {
  const sqs = await import('@aws-sdk/client-sqs');
  client ??= new sqs.SQSClient({ maxAttempts: 3, requestHandler: { connectionTimeout: 500, requestTimeout: 2_000 } });
  return { ...sqs, client };
}
let client: SQSClient | undefined;
