import type { DatabaseSync } from 'node:sqlite';
import type { PendingDelivery } from './deliveries.ts';
import type { Router } from './router.ts';

/** An event in AWS's envelope: `body` is its JSON text, `event` the same parsed, times in ms since the epoch. */
export interface Envelope {
  readonly id: string;
  /** Source and detail type, for logs. */
  readonly label: string;
  readonly body: string;
  readonly event: Record<string, unknown>;
  readonly time: number;
  readonly receivedAt: number;
  /** The trace that it belongs to, as `X-Amzn-Trace-Id` says it. */
  readonly trace?: string | null;
}

export interface PublishOptions {
  /** The event comes from another bus: AWS does not forward it to a third. */
  readonly forwarded?: boolean;
  /** A replayed event is not archived again, and goes to these rules (ARNs) only, if any are named. */
  readonly replay?: { readonly rules: readonly string[] };
  /** The event is of this rule's schedule (ARN), and for its targets alone. */
  readonly scheduled?: string;
}

/**
 * Writes an event, its deliveries and its copies in the archives of the bus. To be called within a transaction: the
 * deliveries returned are for the queue once that is committed.
 */
export type Publish = (bus: string, envelope: Envelope, options?: PublishOptions) => PendingDelivery[];

/** Writes one delivery of another service; `event` as above. */
export type Enqueue = (bus: string, rule: string, event: Omit<Envelope, 'event' | 'time'>) => PendingDelivery;

export function createPublish(database: DatabaseSync, router: Router): { publish: Publish; enqueue: Enqueue } {
  const insertEvent = database.prepare(
    'INSERT INTO eventbridge_events (id, label, body, received, trace) VALUES (?, ?, ?, ?, ?)',
  );
  const insertDelivery = database.prepare(
    'INSERT INTO eventbridge_deliveries (event, bus, rule, target) VALUES (?, ?, ?, ?)',
  );
  const insertArchived = database.prepare(
    'INSERT INTO eventbridge_archived (archive, time, id, label, body, size) VALUES (?, ?, ?, ?, ?, ?)',
  );

  const store = ({ id, label, body, receivedAt, trace = null }: Parameters<Enqueue>[2]): number =>
    Number(insertEvent.run(id, label, body, receivedAt, trace).lastInsertRowid);
  const deliveryOf = (event: number, bus: string, rule: string, target: string): PendingDelivery => {
    const id = Number(insertDelivery.run(event, bus, rule, target).lastInsertRowid);
    return { id, event, bus, rule, target, attempts: 0 };
  };

  const publish: Publish = (bus, envelope, { forwarded = false, replay, scheduled } = {}) => {
    const { id, label, body, event, time } = envelope;
    const wanted = router
      .routes(bus)
      .filter(({ arn, enabled }) => enabled && (replay === undefined || isFor(replay.rules, arn)))
      .filter(({ arn, matches }) => (scheduled === undefined ? matches(event) : arn === scheduled))
      .flatMap(({ rule, targets }) => [...targets.values()].map((target) => ({ rule, target })))
      .filter(({ target }) => !(forwarded && target.bus !== undefined));
    if (replay === undefined && scheduled === undefined) {
      for (const archive of router.archives(bus)) {
        if (archive.matches(event)) insertArchived.run(archive.name, time, id, label, body, sizeOf(envelope));
      }
    }
    if (wanted.length === 0) return [];
    const sequence = store(envelope);
    return wanted.map(({ rule, target }) => deliveryOf(sequence, bus, rule, target.id));
  };
  return { publish, enqueue: (bus, rule, event) => deliveryOf(store(event), bus, rule, '') };
}

/** What an archived event counts, in bytes: its source, detail type, time, resources and detail, as AWS counts. */
function sizeOf({ body, event: { detail: _, ...head } }: Envelope): number {
  const { source, 'detail-type': detailType, time, resources } = head;
  const detail = Buffer.byteLength(body) - Buffer.byteLength(JSON.stringify(head)) - ',"detail":'.length;
  const texts = [source, detailType, time, ...(Array.isArray(resources) ? (resources as unknown[]) : [])];
  return texts.reduce<number>((sum, text) => sum + Buffer.byteLength(String(text)), detail);
}

function isFor(rules: readonly string[], arn: string): boolean {
  return rules.length === 0 || rules.includes(arn);
}
