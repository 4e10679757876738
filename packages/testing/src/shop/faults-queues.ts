import { SendMessageCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Cloud } from '../cloud.ts';
import type { LocalCloudProcess } from '../local-cloud-process.ts';

/** The queues of a local cloud, bypassing all services. */
export interface Queues {
  /** Puts a message into a queue, bypassing the rules. */
  send(queue: string, body: string): Promise<void>;
  /**
   * Makes messages that a consumer failed to handle visible again after some seconds. A deployed queue hides them for six times
   * the function's time-out, a minute and more, which is too long for a test.
   */
  showAgainAfter(seconds: number): Promise<void>;
  close(): void;
}

export function openQueues(cloud: Cloud, { endpoints }: Pick<LocalCloudProcess, 'endpoints'>): Queues {
  const endpoint = endpoints['SQS'] ?? '';
  const client = new SQSClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const urlOf = (queue: string): string => `${endpoint}/000000000000/${queue}`;
  return {
    async send(queue, MessageBody) {
      await client.send(new SendMessageCommand({ QueueUrl: urlOf(queue), MessageBody }));
    },
    async showAgainAfter(seconds) {
      const { queues } = (await cloud.view('queues')) as { queues: { name: string; deadLetters: boolean }[] };
      const Attributes = { VisibilityTimeout: String(seconds) };
      for (const { name } of queues.filter(({ deadLetters }) => !deadLetters)) {
        await client.send(new SetQueueAttributesCommand({ QueueUrl: urlOf(name), Attributes }));
      }
    },
    close: () => client.destroy(),
  };
}
