import {
  DeleteMessageBatchCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { answerWithin } from '@dure/contracts/binding/deadline';
import type { BuriedMessage } from './domain/dead-letter.ts';

export interface Received extends BuriedMessage {
  readonly receipt: string;
}

/** The queues of all services of a stage. */
export interface Queues {
  /** Names of all dead-letter queues. */
  listDeadLetterQueues(): Promise<string[]>;
  /** Up to ten messages, hidden from other receivers for a while; none when the queue is empty. */
  receive(queue: string): Promise<Received[]>;
  /** Deletes received messages; returns how many SQS did not delete, which will be received again. */
  delete(queue: string, received: readonly Received[]): Promise<number>;
  /** False when the queue does not exist. */
  send(queue: string, body: string): Promise<boolean>;
}

const HIDDEN_SECONDS = 60;

export function openQueues(stage: string): Queues {
  const client = new SQSClient({
    maxAttempts: 4,
    // One endpoint for all queues, wherever the URL of a queue points.
    useQueueUrlAsEndpoint: false,
    requestHandler: answerWithin(8_000),
  });
  const urls = new Map<string, string>();

  async function urlOf(queue: string): Promise<string> {
    let url = urls.get(queue);
    if (url === undefined) {
      url = (await client.send(new GetQueueUrlCommand({ QueueName: queue }))).QueueUrl ?? '';
      urls.set(queue, url);
    }
    return url;
  }

  return {
    async listDeadLetterQueues() {
      const names: string[] = [];
      let NextToken: string | undefined;
      do {
        const page = await client.send(
          new ListQueuesCommand({ QueueNamePrefix: `dure-${stage}-`, MaxResults: 1000, NextToken }),
        );
        names.push(...(page.QueueUrls ?? []).map((url) => url.split('/').at(-1) ?? ''));
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
      return names.filter((name) => name.endsWith('-dlq'));
    },

    async receive(queue) {
      const { Messages: messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: await urlOf(queue),
          MaxNumberOfMessages: 10,
          VisibilityTimeout: HIDDEN_SECONDS,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['All'],
        }),
      );
      return messages.map((message) => toReceived(queue, message));
    },

    async delete(queue, received) {
      const { Failed: failed = [] } = await client.send(
        new DeleteMessageBatchCommand({
          QueueUrl: await urlOf(queue),
          Entries: received.map(({ receipt }, index) => ({ Id: String(index), ReceiptHandle: receipt })),
        }),
      );
      return failed.length;
    },

    async send(queue, body) {
      try {
        await client.send(new SendMessageCommand({ QueueUrl: await urlOf(queue), MessageBody: body }));
        return true;
      } catch (error) {
        urls.delete(queue);
        if (error instanceof Error && /QueueDoesNotExist|NonExistentQueue/.test(error.name)) return false;
        throw error;
      }
    },
  };
}

function toReceived(queue: string, message: Message): Received {
  const attributes = Object.entries(message.MessageAttributes ?? {}).map(([name, { StringValue }]) => [
    name,
    StringValue ?? '',
  ]);
  return {
    queue,
    messageId: message.MessageId ?? '',
    body: message.Body ?? '',
    attributes: Object.fromEntries(attributes) as Record<string, string>,
    sentAt: new Date(Number(message.Attributes?.SentTimestamp ?? 0)).toISOString(),
    receipt: message.ReceiptHandle ?? '',
  };
}
