import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FauxqsServer } from 'fauxqs';
import { sendMessage, startQueues } from '../../src/host/fauxqs.ts';

const queueArn = 'arn:aws:sqs:us-east-1:000000000000:work';

describe('the queues', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dure-queues-'));
  const executed: string[] = [];
  const { exec } = DatabaseSync.prototype;
  let queues: FauxqsServer;

  beforeEach(async () => {
    DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string): void {
      executed.push(sql);
      exec.call(this, sql);
    };
    queues = await startQueues(folder, 'us-east-1');
    DatabaseSync.prototype.exec = exec;
  });

  afterEach(async () => {
    await queues.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  it('hands on what is sent from within the process, and keeps it over a restart', async () => {
    queues.createQueue('work');
    sendMessage(queues, queueArn, 'first', { attributes: { RULE_ARN: 'arn:…' } });
    await queues.stop();
    queues = await startQueues(folder, 'us-east-1');
    sendMessage(queues, queueArn, 'second', {});
    expect(await receiveAll(queues)).toEqual([
      { body: 'first', attributes: { RULE_ARN: 'arn:…' } },
      { body: 'second', attributes: {} },
    ]);
  });

  it('refuses a queue that is not there by SQS’s name for it', () => {
    const refused = expect.objectContaining({ code: 'QueueDoesNotExist' }) as unknown as Error;
    expect(() => sendMessage(queues, queueArn, 'lost', {})).toThrow(refused);
  });

  it('does not wait for the disk with every message', () => {
    expect(executed).toContain('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    expect(DatabaseSync.prototype.exec).toBe(exec);
  });
});

async function receiveAll({ port }: FauxqsServer): Promise<unknown[]> {
  const endpoint = `http://127.0.0.1:${port}`;
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new SQSClient({ endpoint, region: 'us-east-1', credentials });
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({
      QueueUrl: `${endpoint}/000000000000/work`,
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ['All'],
    }),
  );
  client.destroy();
  return Messages.map(({ Body: body, MessageAttributes = {} }) => ({
    body,
    attributes: Object.fromEntries(Object.entries(MessageAttributes).map(([name, it]) => [name, it.StringValue])),
  }));
}
