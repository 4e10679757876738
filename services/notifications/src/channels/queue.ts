import type { Call } from '@dure/contracts/binding/call';
import { loadSqs } from '@dure/contracts/binding/sqs';
import type { Following } from '../application/follow.ts';
import type { Summon } from '../application/webhooks.ts';
import { ConnectionReady, messageBody, WebhookDue } from '../messages.ts';

/** Puts a body into a queue of this service, to be seen after some seconds (900 at most). */
export async function sendToQueue(QueueUrl: string, MessageBody: string, DelaySeconds: number): Promise<void> {
  const { client, SendMessageCommand } = await loadSqs();
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody, DelaySeconds }));
}

/** Has deliveries attempted by the function behind the queue; those of one endpoint one after the other. */
export const createSummon =
  (queueUrl: string): Summon =>
  ({ endpointId, deliveryId }, seconds, call: Call) => {
    const data = { endpointId, deliveryId };
    return sendToQueue(queueUrl, messageBody(WebhookDue, { subject: endpointId, data }, call), seconds);
  };

/** Has a connection caught up by the function behind the queue. */
export const createReady =
  (queueUrl: string): Following['ready'] =>
  (connectionId, seconds, call) => {
    const body = messageBody(ConnectionReady, { subject: connectionId, data: { connectionId } }, call);
    return sendToQueue(queueUrl, body, seconds);
  };
