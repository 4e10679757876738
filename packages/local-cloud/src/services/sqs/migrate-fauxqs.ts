import { existsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { openFile } from '../../shared/sqlite.ts';
import type { CloudLog } from '../../shared/types.ts';
import type { Sqs } from './index.ts';
import type { MessageAttributes } from './message-attributes.ts';

type Row = Readonly<Record<string, string>>;

/** Where topics and subscriptions are taken to. */
export interface Topics {
  putTopic(name: string, attributes: Readonly<Record<string, string>>): unknown;
  putSubscription(topicArn: string, queueArn: string, attributes: Readonly<Record<string, string>>): unknown;
}

/**
 * Takes over what an earlier version of the local cloud kept in fauxqs' database: queues, topics, subscriptions, and
 * the messages, in their order, which count as sent now and not received yet. What cannot be taken over stays there and
 * is named in the log.
 * @param path fauxqs' database, which may not exist
 */
export function migrateFauxqs(path: string, sqs: Sqs, topics: Topics, log: CloudLog): void {
  if (!existsSync(path)) return;
  const database = openFile(path);
  try {
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE name = 'sqs_messages'").all();
    if (tables.length > 0) takeOver(database, sqs, topics, log);
  } finally {
    database.close();
  }
}

function takeOver(database: DatabaseSync, sqs: Sqs, topics: Topics, log: CloudLog): void {
  const rows = (sql: string): Row[] => database.prepare(sql).all() as Row[];
  /** Removes a row that was taken over. */
  const attempt = (table: string, key: string, value: string, work: () => void): boolean => {
    try {
      work();
      database.prepare(`DELETE FROM ${table} WHERE ${key} = ?`).run(value);
      return true;
    } catch (error) {
      log('warn', `${value} of an earlier version could not be taken over`, { table, reason: String(error) });
      return false;
    }
  };
  const queues = rows('SELECT * FROM sqs_queues');
  for (const { name = '', attributes = '{}' } of queues) {
    const { RedrivePolicy: _redrive, ...given } = settable(attributes);
    if (sqs.views.of(name) === undefined) attemptOnly(log, name, () => sqs.createQueue(name, given));
  }
  for (const { name = '', attributes = '{}' } of queues) {
    const { RedrivePolicy } = settable(attributes);
    if (RedrivePolicy) attemptOnly(log, name, () => sqs.setAttributes(name, { RedrivePolicy }));
  }
  let moved = 0;
  for (const row of rows('SELECT * FROM sqs_messages ORDER BY sent_timestamp, rowid')) {
    const arn = queues.find(({ name }) => name === row['queue_name'])?.['arn'] ?? '';
    const taken = attempt('sqs_messages', 'message_id', row['message_id'] ?? '', () =>
      sqs.send(arn, row['body'] ?? '', {
        attributes: JSON.parse(row['message_attributes'] ?? '{}') as MessageAttributes,
        ...(row['message_group_id'] && { messageGroupId: row['message_group_id'] }),
        ...(row['message_deduplication_id'] && { messageDeduplicationId: row['message_deduplication_id'] }),
      }),
    );
    if (taken) moved += 1;
  }
  for (const { arn = '', name = '', attributes = '{}' } of rows('SELECT * FROM sns_topics')) {
    const { FifoTopic, ContentBasedDeduplication } = JSON.parse(attributes) as Record<string, string>;
    const kept = { ...(FifoTopic && { FifoTopic }), ...(ContentBasedDeduplication && { ContentBasedDeduplication }) };
    attempt('sns_topics', 'arn', arn, () => void topics.putTopic(name, kept));
  }
  for (const { arn = '', topic_arn: topic = '', endpoint = '', attributes = '{}' } of rows(
    'SELECT * FROM sns_subscriptions',
  )) {
    attempt(
      'sns_subscriptions',
      'arn',
      arn,
      () => void topics.putSubscription(topic, endpoint, ofSubscription(attributes)),
    );
  }
  for (const { name = '' } of queues) {
    const left = database.prepare('SELECT 1 FROM sqs_messages WHERE queue_name = ?').get(name);
    if (left === undefined) database.prepare('DELETE FROM sqs_queues WHERE name = ?').run(name);
  }
  if (queues.length > 0)
    log('info', `${queues.length} queues of an earlier version, with ${moved} messages, were taken over`);
}

function attemptOnly(log: CloudLog, name: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    log('warn', `The queue ${name} of an earlier version could not be taken over as it was`, { reason: String(error) });
  }
}

const COUNTED = /^(Approximate|CreatedTimestamp|LastModifiedTimestamp|QueueArn)/;

function settable(attributes: string): Record<string, string> {
  const all = Object.entries(JSON.parse(attributes) as Record<string, string>);
  return Object.fromEntries(
    all.filter(([name, value]) => !COUNTED.test(name) && !(name === 'FifoQueue' && value !== 'true')),
  );
}

function ofSubscription(attributes: string): Record<string, string> {
  const { RawMessageDelivery, FilterPolicy, FilterPolicyScope } = JSON.parse(attributes) as Record<string, string>;
  return {
    ...(RawMessageDelivery && { RawMessageDelivery }),
    ...(FilterPolicy && { FilterPolicy }),
    ...(FilterPolicyScope && { FilterPolicyScope }),
  };
}
