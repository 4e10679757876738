import type { DatabaseSync } from 'node:sqlite';

const TABLES = `
  CREATE TABLE IF NOT EXISTS sns_topics (
    arn TEXT PRIMARY KEY, attributes TEXT NOT NULL, tags TEXT NOT NULL, sequence INTEGER NOT NULL DEFAULT 0
  );
  CREATE TABLE IF NOT EXISTS sns_subscriptions (
    arn TEXT PRIMARY KEY, topic TEXT NOT NULL, endpoint TEXT NOT NULL, attributes TEXT NOT NULL,
    protocol TEXT NOT NULL DEFAULT 'sqs'
  );
  CREATE INDEX IF NOT EXISTS sns_subscriptions_topic ON sns_subscriptions (topic);
  CREATE TABLE IF NOT EXISTS sns_deduplication (
    topic TEXT NOT NULL, scope TEXT NOT NULL, id TEXT NOT NULL, message TEXT NOT NULL, sequence TEXT NOT NULL,
    until INTEGER NOT NULL, PRIMARY KEY (topic, scope, id)
  ) WITHOUT ROWID;
`;

export type Texts = Readonly<Record<string, string>>;

export interface Topic {
  readonly arn: string;
  readonly fifo: boolean;
  readonly attributes: Texts;
  readonly tags: Texts;
}

export type Protocol = 'email' | 'email-json' | 'lambda' | 'sqs';

export interface Subscription {
  readonly arn: string;
  readonly topic: string;
  readonly protocol: Protocol;
  /** The ARN of the queue or function, or an address. */
  readonly endpoint: string;
  readonly attributes: Texts;
}

export interface Published {
  readonly message: string;
  readonly sequence: string;
}

type Row = Readonly<Record<string, string>>;

export type SnsStore = ReturnType<typeof openSnsStore>;

/** Topics and subscriptions, and which messages of FIFO topics came of late. */
export function openSnsStore(database: DatabaseSync) {
  database.exec(TABLES);
  addProtocol(database);
  const sql = (text: string) => database.prepare(text);
  const topic = sql('SELECT * FROM sns_topics WHERE arn = ?');
  const topics = sql('SELECT * FROM sns_topics ORDER BY arn');
  const saveTopic = sql(`INSERT INTO sns_topics (arn, attributes, tags) VALUES (?1, ?2, ?3)
    ON CONFLICT (arn) DO UPDATE SET attributes = ?2, tags = ?3`);
  const removeTopic = sql('DELETE FROM sns_topics WHERE arn = ?');
  const removeAll = ['sns_subscriptions', 'sns_deduplication'].map((table) =>
    sql(`DELETE FROM ${table} WHERE topic = ?`),
  );
  const count = sql('UPDATE sns_topics SET sequence = sequence + 1 WHERE arn = ? RETURNING sequence');
  const subscription = sql('SELECT * FROM sns_subscriptions WHERE arn = ?');
  const subscriptions = sql('SELECT * FROM sns_subscriptions ORDER BY topic, rowid');
  const ofTopic = sql('SELECT * FROM sns_subscriptions WHERE topic = ? ORDER BY rowid');
  const saveSubscription =
    sql(`INSERT INTO sns_subscriptions (arn, topic, endpoint, attributes, protocol) VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (arn) DO UPDATE SET attributes = ?4`);
  const removeSubscription = sql('DELETE FROM sns_subscriptions WHERE arn = ?');
  const published = sql('SELECT * FROM sns_deduplication WHERE topic = ? AND scope = ? AND id = ? AND until > ?');
  const remember = sql('INSERT OR REPLACE INTO sns_deduplication VALUES (?, ?, ?, ?, ?, ?)');

  const topicOf = ({ arn = '', attributes = '{}', tags = '{}' }: Row): Topic => {
    const set = JSON.parse(attributes) as Texts;
    return { arn, attributes: set, tags: JSON.parse(tags) as Texts, fifo: set['FifoTopic'] === 'true' };
  };
  const subscriptionOf = ({
    arn = '',
    topic: of = '',
    protocol,
    endpoint = '',
    attributes = '{}',
  }: Row): Subscription => ({
    ...{ arn, topic: of, protocol: protocol as Protocol, endpoint, attributes: JSON.parse(attributes) as Texts },
  });

  return {
    topic(arn: string): Topic | undefined {
      const row = topic.get(arn) as Row | undefined;
      return row && topicOf(row);
    },
    topics: (): Topic[] => (topics.all() as Row[]).map(topicOf),
    saveTopic: ({ arn, attributes, tags }: Pick<Topic, 'arn' | 'attributes' | 'tags'>): void =>
      void saveTopic.run(arn, JSON.stringify(attributes), JSON.stringify(tags)),
    /** With its subscriptions. */
    removeTopic(arn: string): void {
      for (const statement of removeAll) statement.run(arn);
      removeTopic.run(arn);
    },
    /** How many messages a topic has had, with this one. */
    count: (arn: string): number => (count.get(arn) as { sequence: number }).sequence,
    subscription(arn: string): Subscription | undefined {
      const row = subscription.get(arn) as Row | undefined;
      return row && subscriptionOf(row);
    },
    subscriptions: (): Subscription[] => (subscriptions.all() as Row[]).map(subscriptionOf),
    subscriptionsOf: (topicArn: string): Subscription[] => (ofTopic.all(topicArn) as Row[]).map(subscriptionOf),
    saveSubscription: ({ arn, topic: of, protocol, endpoint, attributes }: Subscription): void =>
      void saveSubscription.run(arn, of, endpoint, JSON.stringify(attributes), protocol),
    removeSubscription: (arn: string): void => void removeSubscription.run(arn),
    published: (topicArn: string, scope: string, id: string, now: number) =>
      published.get(topicArn, scope, id, now) as unknown as Published | undefined,
    remember: (topicArn: string, scope: string, id: string, { message, sequence }: Published, until: number): void =>
      void remember.run(topicArn, scope, id, message, sequence, until),
  };
}

/** A table of an earlier version knows queues only. */
function addProtocol(database: DatabaseSync): void {
  const known = database.prepare("SELECT 1 FROM pragma_table_info('sns_subscriptions') WHERE name = 'protocol'").get();
  if (known === undefined) {
    database.exec("ALTER TABLE sns_subscriptions ADD COLUMN protocol TEXT NOT NULL DEFAULT 'sqs'");
  }
}
