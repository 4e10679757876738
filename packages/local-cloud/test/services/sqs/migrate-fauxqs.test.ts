import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, it } from '@jest/globals';
import { startFauxqs } from 'fauxqs';
import { migrateFauxqs } from '../../../src/services/sqs/migrate-fauxqs.ts';
import { startTestQueues } from '@dure/testing/queues';

const folder = mkdtempSync(join(tmpdir(), 'dure-former-'));
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
const { sqs, sns, messagesIn, arnOf } = await startTestQueues();

it('takes over what an earlier version kept, once, and names what it cannot', async () => {
  const before = await startFauxqs({ port: 0, dataDir: folder, logger: false, defaultRegion: 'us-east-1' });
  before.createQueue('letters');
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf('letters'), maxReceiveCount: 3 });
  before.createQueue('a-work', { attributes: { VisibilityTimeout: '77', RedrivePolicy } });
  before.createQueue('empty-body');
  before.createTopic('news');
  before.subscribe({ topic: 'news', queue: 'a-work', attributes: { RawMessageDelivery: 'true' } });
  const kind = { DataType: 'String', StringValue: 'x' };
  for (const body of ['first', 'second']) before.sendMessage('a-work', body, { messageAttributes: { kind } });
  await before.stop();
  const path = join(folder, 'fauxqs.db');
  const spoilt = new DatabaseSync(path);
  spoilt.exec(`INSERT INTO sqs_messages (message_id, queue_name, body, md5_of_body, message_attributes,
    md5_of_message_attributes, sent_timestamp) VALUES ('m', 'empty-body', '', '', '{}', '', 1)`);
  spoilt.close();

  const logged: string[] = [];
  for (let times = 0; times < 2; times += 1) {
    migrateFauxqs(path, sqs, sns, (level, message) => void logged.push(`${level} ${message}`));
  }
  expect(messagesIn('a-work')).toMatchObject([
    { body: 'first', attributes: JSON.stringify({ kind }), receives: 0 },
    { body: 'second' },
  ]);
  expect(sqs.views.of('a-work')?.deadLetterTargetArn).toBe(arnOf('letters'));
  sns.publish('arn:aws:sns:us-east-1:000000000000:news', 'third');
  expect(messagesIn('a-work').map(({ body }) => body)).toEqual(['first', 'second', 'third']);
  expect(logged).toContain('info 3 queues of an earlier version, with 2 messages, were taken over');
  expect(logged.filter((line) => line === 'warn m of an earlier version could not be taken over')).toHaveLength(2);
});
