import type { DatabaseSync } from 'node:sqlite';

/** A message as it is kept. Times are in ms since the epoch. */
export interface StoredMessage {
  readonly sequence: number;
  readonly queue: string;
  readonly id: string;
  readonly body: string;
  readonly md5: string;
  /** JSON. */
  readonly attributes: string | null;
  readonly trace: string | null;
  readonly sender: string;
  readonly message_group: string | null;
  readonly deduplication: string | null;
  readonly source: string | null;
  readonly sent: number;
  readonly visible: number;
  readonly receives: number;
  readonly first_received: number | null;
  readonly received: number | null;
  readonly receipt: string | null;
}

export type NewMessage = Pick<
  StoredMessage,
  | 'queue'
  | 'id'
  | 'body'
  | 'md5'
  | 'attributes'
  | 'trace'
  | 'sender'
  | 'message_group'
  | 'deduplication'
  | 'sent'
  | 'visible'
>;

export interface Counts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
  /** When the oldest was sent; null of an empty queue. */
  readonly oldest: number | null;
}

export type MessageStore = ReturnType<typeof openMessageStore>;

/** What lies in the queues. A message that is older than its queue keeps any is not there, until it is swept. */
export function openMessageStore(database: DatabaseSync) {
  const sql = (text: string) => database.prepare(text);
  const insert = sql(`INSERT INTO sqs_messages
    (queue, id, body, md5, attributes, trace, sender, message_group, deduplication, sent, visible)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const at = sql('SELECT * FROM sqs_messages WHERE sequence = ? AND id = ? AND queue = ?');
  const visible = sql(
    `SELECT * FROM sqs_messages INDEXED BY sqs_messages_sent
      WHERE queue = ? AND visible <= ? AND sent > ? ORDER BY sent, sequence LIMIT ?`,
  );
  const heads = sql(`SELECT m.* FROM
    (SELECT MIN(sequence) AS first FROM sqs_messages WHERE queue = ? AND message_group IS NOT NULL AND sent > ?
      GROUP BY message_group) AS h
    JOIN sqs_messages AS m ON m.sequence = h.first
    WHERE m.visible <= ? ORDER BY m.visible, m.sequence LIMIT ?`);
  const following = sql(`SELECT * FROM sqs_messages
    WHERE queue = ? AND message_group = ? AND sequence > ? AND sent > ? ORDER BY sequence LIMIT ?`);
  const receive = sql(`UPDATE sqs_messages SET receives = receives + 1, first_received = COALESCE(first_received, ?),
    received = ?, receipt = ?, visible = ? WHERE sequence = ?`);
  const hide = sql('UPDATE sqs_messages SET visible = ? WHERE sequence = ?');
  const deadLetter = sql(`UPDATE sqs_messages SET queue = ?, source = ?, receipt = NULL, visible = ?, sent = ?
    WHERE sequence = ?`);
  const redrive = sql(`INSERT INTO sqs_messages
    (queue, id, body, md5, attributes, trace, sender, message_group, deduplication, sent, visible)
    SELECT ?, ?, body, md5, attributes, trace, sender, message_group, deduplication, ?, ?
    FROM sqs_messages WHERE sequence = ?`);
  const remove = sql('DELETE FROM sqs_messages WHERE sequence = ?');
  const purge = ['sqs_messages', 'sqs_deduplication'].map((table) => sql(`DELETE FROM ${table} WHERE queue = ?`));
  const sweep = sql('DELETE FROM sqs_messages WHERE queue = ? AND sent <= ?');
  const next = sql('SELECT MIN(visible) AS at FROM sqs_messages WHERE queue = ? AND visible > ?');
  const hidden = sql(
    'SELECT COUNT(*) AS count FROM sqs_messages WHERE queue = ? AND visible > ? AND receipt IS NOT NULL',
  );
  const count = sql(`SELECT COALESCE(SUM(visible <= ?2), 0) AS visible,
    COALESCE(SUM(visible > ?2 AND receipt IS NOT NULL), 0) AS inFlight,
    COALESCE(SUM(visible > ?2 AND receipt IS NULL), 0) AS delayed, MIN(sent) AS oldest
    FROM sqs_messages WHERE queue = ?1 AND sent > ?3`);
  const list = sql('SELECT * FROM sqs_messages WHERE queue = ? AND sent > ? ORDER BY visible, sequence LIMIT ?');

  const rows = (found: unknown): StoredMessage[] => found as StoredMessage[];
  return {
    /** Answers the message's place among all messages. */
    add(message: NewMessage): number {
      const { queue, id, body, md5, attributes, trace, sender, message_group: group, deduplication } = message;
      const { sent, visible: from } = message;
      const added = insert.run(queue, id, body, md5, attributes, trace, sender, group, deduplication, sent, from);
      return Number(added.lastInsertRowid);
    },
    find: (queue: string, { messageId, sequence }: { readonly messageId: string; readonly sequence: number }) =>
      at.get(sequence, messageId, queue) as unknown as StoredMessage | undefined,
    /** Those that may be handed out, the oldest first. */
    visible: (queue: string, now: number, after: number, most: number) => rows(visible.all(queue, now, after, most)),
    /** The first message of each group, of those groups that are not held up by it. */
    heads: (queue: string, now: number, after: number, most: number) => rows(heads.all(queue, after, now, most)),
    following: ({ queue, message_group: group, sequence }: StoredMessage, after: number, most: number) =>
      rows(following.all(queue, group, sequence, after, most)),
    receive: ({ sequence }: StoredMessage, receipt: string, now: number, until: number): void =>
      void receive.run(now, now, receipt, until, sequence),
    hide: ({ sequence }: StoredMessage, until: number): void => void hide.run(until, sequence),
    /** Moves a message to a dead-letter queue. */
    deadLetter: ({ sequence }: StoredMessage, to: string, source: string, now: number, sent: number): void =>
      void deadLetter.run(to, source, now, sent, sequence),
    /** Moves a dead letter to another queue, where it is a new message. */
    redrive({ sequence }: StoredMessage, to: string, id: string, now: number): void {
      redrive.run(to, id, now, now, sequence);
      remove.run(sequence);
    },
    remove: ({ sequence }: StoredMessage): void => void remove.run(sequence),
    /** Forgets what was in a queue, and that it was. */
    purge(queue: string): void {
      for (const statement of purge) statement.run(queue);
    },
    /** Ends what is as old as that, or older. */
    sweep: (queue: string, sentUntil: number): void => void sweep.run(queue, sentUntil),
    /** When the next hidden message of a queue is shown. */
    nextVisible: (queue: string, now: number) => (next.get(queue, now) as { at: number | null }).at ?? undefined,
    inFlight: (queue: string, now: number) => (hidden.get(queue, now) as { count: number }).count,
    count: (queue: string, now: number, after: number) => count.get(queue, now, after) as unknown as Counts,
    list: (queue: string, after: number, most: number) => rows(list.all(queue, after, most)),
  };
}
