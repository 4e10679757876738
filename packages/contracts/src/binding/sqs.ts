import type { SQSClient } from '@aws-sdk/client-sqs';
import { answerWithin } from './deadline.ts';

/**
 * Loads the SQS client when it is first needed: it is part of Lambda's runtime, and would slow down every cold start.
 *
 * @example
 * ```ts
 * import { loadSqs } from '@dure/contracts/binding/sqs';
 *
 * export async function enqueue(QueueUrl: string, MessageBody: string): Promise<void> {
 *   const { client, SendMessageCommand } = await loadSqs();
 *   await client.send(new SendMessageCommand({ QueueUrl, MessageBody }));
 * }
 * ```
 */
export async function loadSqs() {
  const sqs = await import('@aws-sdk/client-sqs');
  client ??= new sqs.SQSClient({ maxAttempts: 3, requestHandler: answerWithin(2_000) });
  return { ...sqs, client };
}
let client: SQSClient | undefined;
