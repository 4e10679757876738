import type { Call } from '@dure/contracts/binding/call';
import { loadSqs } from '@dure/contracts/binding/sqs';
import type { FollowDependencies } from '../application/follow-order.ts';
import type { ScheduleAttempt } from '../application/fan-out-webhooks.ts';
import { ConnectionReady, messageBody, WebhookDue } from '../messages.ts';

/** Sends a body to a queue of this service, visible after some seconds (900 at most). */
export async function sendToQueue(QueueUrl: string, MessageBody: string, DelaySeconds: number): Promise<void> {
  const { client, SendMessageCommand } = await loadSqs();
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody, DelaySeconds }));
}

/** Schedules attempts through the queue of the webhook function. */
export const createScheduleAttempt =
  (queueUrl: string): ScheduleAttempt =>
  ({ endpointId, deliveryId }, seconds, call: Call) => {
    const data = { endpointId, deliveryId };
    return sendToQueue(queueUrl, messageBody(WebhookDue, { subject: endpointId, data }, call), seconds);
  };

/** Schedules catch-ups through the queue of the push function. */
export const createScheduleCatchUp =
  (queueUrl: string): FollowDependencies['scheduleCatchUp'] =>
  (connectionId, seconds, call) => {
    const body = messageBody(ConnectionReady, { subject: connectionId, data: { connectionId } }, call);
    return sendToQueue(queueUrl, body, seconds);
  };
