import type { DatabaseSync } from 'node:sqlite';
import { DEFAULTS, type QueueAttributes, type RedrivePolicy, parseRedrivePolicy } from './queue-attributes.ts';

export interface Queue {
  readonly name: string;
  readonly arn: string;
  readonly fifo: boolean;
  readonly attributes: QueueAttributes;
  readonly tags: Readonly<Record<string, string>>;
  /** In ms since the epoch. */
  readonly created: number;
  readonly modified: number;
  readonly purged: number;
  readonly redrive?: RedrivePolicy;
}

interface Row {
  readonly name: string;
  readonly attributes: string;
  readonly tags: string;
  readonly created: number;
  readonly modified: number;
  readonly purged: number;
}

export type QueueStore = ReturnType<typeof openQueueStore>;

/** The queues, in memory as well as on disk, since each request asks for one. */
export function openQueueStore(database: DatabaseSync, arnOf: (name: string) => string) {
  const upsert = database.prepare('INSERT OR REPLACE INTO sqs_queues VALUES (?, ?, ?, ?, ?, ?)');
  const remove = ['sqs_messages', 'sqs_deduplication'].map((table) =>
    database.prepare(`DELETE FROM ${table} WHERE queue = ?`),
  );
  const removeQueue = database.prepare('DELETE FROM sqs_queues WHERE name = ?');
  const queues = new Map<string, Queue>();
  for (const row of database.prepare('SELECT * FROM sqs_queues ORDER BY name').all() as unknown as Row[]) {
    const attributes = JSON.parse(row.attributes) as QueueAttributes;
    queues.set(row.name, queueOf({ ...row, attributes, tags: JSON.parse(row.tags) as Queue['tags'] }));
  }

  function queueOf(given: Omit<Queue, 'arn' | 'fifo' | 'redrive'>): Queue {
    const policy = given.attributes['RedrivePolicy'];
    return {
      ...given,
      arn: arnOf(given.name),
      fifo: given.attributes['FifoQueue'] === 'true',
      ...(policy !== undefined && { redrive: parseRedrivePolicy(policy) }),
    };
  }

  return {
    find: (name: string): Queue | undefined => queues.get(name),
    findByArn: (arn: string): Queue | undefined => {
      const queue = queues.get(arn.split(':').at(-1) ?? '');
      return queue?.arn === arn ? queue : undefined;
    },
    all: (): Queue[] => [...queues.values()].sort((left, right) => (left.name < right.name ? -1 : 1)),
    save(given: Omit<Queue, 'arn' | 'fifo' | 'redrive'>): Queue {
      const { name, attributes, tags, created, modified, purged } = given;
      const queue = queueOf({ name, attributes, tags, created, modified, purged });
      upsert.run(name, JSON.stringify(attributes), JSON.stringify(tags), created, modified, purged);
      queues.set(name, queue);
      return queue;
    },
    /** With what lies in it. */
    delete(name: string): void {
      for (const statement of remove) statement.run(name);
      removeQueue.run(name);
      queues.delete(name);
    },
  };
}

/** A number among a queue's attributes. */
export function numberOf(queue: Queue, name: keyof typeof DEFAULTS): number {
  return Number(queue.attributes[name] ?? DEFAULTS[name]);
}
