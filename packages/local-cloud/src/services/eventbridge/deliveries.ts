import type { Matched } from '@dure/event-patterns';
import type { Context } from './context.ts';
import { createKeyedQueue } from './keyed-queue.ts';
import type { Publish } from './publisher.ts';
import {
  codeOf,
  exhaustedBy,
  isRetryable,
  messageOf,
  permanent,
  retryDelay,
  withAttemptDeadline,
  withDeadline,
} from './retry-policy.ts';
import { isOutlet, type Routed, type Router } from './router.ts';
import { inTransaction } from './schema.ts';
import type { Target } from './target.ts';

const MAX_CONCURRENT_PER_TARGET = 64;
const DEAD_LETTER_ATTEMPTS = 5;
const CLOSE_DEADLINE_MS = 2_000;

/** One event for one target, on disk until it is delivered, dead-lettered or dropped. */
export interface PendingDelivery {
  readonly id: number;
  readonly event: number;
  readonly bus: string;
  readonly rule: string;
  readonly target: string;
  attempts: number;
}

interface StoredEvent {
  readonly sequence: number;
  readonly id: string;
  readonly label: string;
  readonly body: string;
  readonly received: number;
  readonly trace: string | null;
}

export interface Destinations {
  readonly deliver: (target: {
    arn: string;
    input: string;
    sqsMessageGroupId?: string;
    partitionKey?: string;
    subject?: string;
    trace?: string;
  }) => Promise<void>;
  readonly deadLetter: (queueArn: string, body: string, attributes: Record<string, string>) => Promise<void>;
}

/** Where events go. `busExists` is asked before a hop to another bus. */
export interface Outlets extends Destinations {
  readonly busExists: (bus: string) => boolean;
}

export interface Deliveries {
  add(pending: readonly PendingDelivery[]): void;
  start(): void;
  stop(): Promise<void>;
  /** Deliveries not yet ended: waiting, running or to be tried again. */
  pending(): number;
}

/**
 * Delivers events to targets with EventBridge's retry policy: again with growing delays (100 ms to 60 s, with jitter)
 * until MaximumRetryAttempts or MaximumEventAgeInSeconds, then to the dead-letter queue of the target, else dropped.
 * Delivery is at least once: one that ended just before a crash is made again.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-event-delivery.html
 */
export function createDeliveries(
  context: Context,
  router: Router,
  publish: Publish,
  { deliver, deadLetter, busExists }: Outlets,
): Deliveries {
  const { database, now } = context;
  const selectEvent = database.prepare('SELECT * FROM eventbridge_events WHERE sequence = ?');
  const updateDelivery = database.prepare('UPDATE eventbridge_deliveries SET attempts = ?, due = ? WHERE id = ?');
  const removeDelivery = database.prepare('DELETE FROM eventbridge_deliveries WHERE id = ?');
  const removeEvent = database.prepare(
    `DELETE FROM eventbridge_events WHERE sequence = ?1
     AND NOT EXISTS (SELECT 1 FROM eventbridge_deliveries WHERE event = ?1)`,
  );
  const retries = new Map<number, NodeJS.Timeout>();
  const lanes = createKeyedQueue<PendingDelivery>(MAX_CONCURRENT_PER_TARGET, attempt);
  let state: 'new' | 'started' | 'stopping' | 'stopped' = 'new';
  let ended: PendingDelivery[] = [];

  const enqueue = (delivery: PendingDelivery): void =>
    lanes.push(`${delivery.bus}/${delivery.rule}/${delivery.target}`, delivery);

  const enqueueAt = (delivery: PendingDelivery, due: number): void => {
    const again = (): void => {
      retries.delete(delivery.id);
      enqueue(delivery);
    };
    retries.set(delivery.id, setTimeout(again, Math.max(0, due - now())));
  };

  /** Ended deliveries leave the disk together, once per turn of the event loop. */
  const end = (delivery: PendingDelivery): void => {
    if (state === 'stopped') return;
    ended.push(delivery);
    if (ended.length === 1) setImmediate(flush);
  };

  function flush(): void {
    if (ended.length === 0) return;
    const batch = ended;
    ended = [];
    inTransaction(database, () => {
      for (const { id } of batch) removeDelivery.run(id);
      for (const event of new Set(batch.map((delivery) => delivery.event))) removeEvent.run(event);
    });
  }

  const record = ({ route, target }: Routed, event: StoredEvent, outcome: Outcome, reason?: string): void => {
    const at = new Date(now()).toISOString();
    context.recordDelivery({ at, from: route.arn, to: target.arn, id: event.id, detail: event.label, outcome, reason });
  };

  async function attempt(delivery: PendingDelivery): Promise<void> {
    const event = selectEvent.get(delivery.event) as unknown as StoredEvent | undefined;
    // The transaction that it was a part of has failed.
    if (event === undefined) return;
    const found = router.find(delivery.bus, delivery.rule, delivery.target);
    if (found === undefined) {
      context.log('warn', `Target ${delivery.target} of rule ${delivery.rule} was removed: an event for it is dropped`);
      end(delivery);
      return;
    }
    const { target } = found;
    delivery.attempts++;
    try {
      if (target.bus === undefined) await withAttemptDeadline(deliver(requestFor(found, event, delivery.attempts)));
      else forward(target.bus, event, delivery);
    } catch (error) {
      if (state === 'started') await failed(delivery, found, event, error);
      return;
    }
    record(found, event, 'delivered');
    end(delivery);
  }

  function forward(
    bus: string,
    { id, label, body, received, trace }: StoredEvent,
    { bus: from }: PendingDelivery,
  ): void {
    if (!busExists(bus)) throw permanent('ResourceNotFoundException', `Event bus ${bus} does not exist.`);
    const event = JSON.parse(body) as Record<string, unknown>;
    const time = Date.parse(String(event.time));
    const envelope = { id, label, body, event, time, receivedAt: received, trace };
    add(inTransaction(database, () => publish(bus, envelope, { forwarded: !isOutlet(from) })));
  }

  async function failed(delivery: PendingDelivery, found: Routed, event: StoredEvent, error: unknown): Promise<void> {
    const { route, target } = found;
    const reason = messageOf(error);
    const lastMoment = event.received + target.maxAgeMs;
    const exhausted = exhaustedBy(delivery.attempts, target, now() >= lastMoment);
    if (isRetryable(error) && exhausted === undefined) {
      const due = Math.min(now() + retryDelay(delivery.attempts), lastMoment);
      updateDelivery.run(delivery.attempts, due, delivery.id);
      record(found, event, 'retrying', reason);
      enqueueAt(delivery, due);
      return;
    }
    const attributes: Record<string, string> = {
      ...(target.origin ?? { RULE_ARN: route.arn }),
      TARGET_ARN: target.arn,
      ERROR_CODE: codeOf(error),
      ERROR_MESSAGE: reason,
      ...(isRetryable(error) && exhausted !== undefined && { EXHAUSTED_RETRY_CONDITION: exhausted }),
      RETRY_ATTEMPTS: String(delivery.attempts - 1),
    };
    const saved = await toDeadLetterQueue(target, event, attributes);
    // Stopped meanwhile: it stays on disk, and is tried again after the next start.
    if (saved === undefined) return;
    if (!saved)
      context.log('error', 'An event could not be delivered and is dropped', { event: event.id, ...attributes });
    record(found, event, saved ? 'dead-lettered' : 'dropped', reason);
    end(delivery);
  }

  async function toDeadLetterQueue(
    target: Target,
    event: StoredEvent,
    attributes: Record<string, string>,
  ): Promise<boolean | undefined> {
    if (target.deadLetterQueue === undefined) return false;
    for (let attempts = 1; state === 'started'; attempts++) {
      try {
        await deadLetter(target.deadLetterQueue, event.body, target.isDeadLetterPlain === true ? {} : attributes);
        return true;
      } catch (error) {
        if (!isRetryable(error) || attempts === DEAD_LETTER_ATTEMPTS) {
          context.log('error', 'A dead-letter queue took no event', {
            queue: target.deadLetterQueue,
            error: String(error),
          });
          return false;
        }
        await new Promise((resolve) => setTimeout(resolve, retryDelay(attempts)));
      }
    }
    return undefined;
  }

  function add(pending: readonly PendingDelivery[]): void {
    if (state === 'started') pending.forEach(enqueue);
  }

  return {
    add,
    start() {
      state = 'started';
      const rows = database.prepare('SELECT * FROM eventbridge_deliveries ORDER BY id').all();
      for (const row of rows as unknown as (PendingDelivery & { due: number })[]) {
        const { id, event, bus, rule, target, attempts, due } = row;
        const delivery = { id, event, bus, rule, target, attempts };
        if (due > now()) enqueueAt(delivery, due);
        else enqueue(delivery);
      }
    },
    async stop() {
      state = 'stopping';
      for (const timer of retries.values()) clearTimeout(timer);
      retries.clear();
      await withDeadline(lanes.close(), CLOSE_DEADLINE_MS).catch(() =>
        context.log('warn', 'Deliveries still under way are made again after the next start'),
      );
      flush();
      state = 'stopped';
    },
    pending: () => lanes.size() + retries.size + ended.length,
  };
}

type Outcome = 'delivered' | 'retrying' | 'dead-lettered' | 'dropped';

function requestFor(routed: Routed, event: StoredEvent, attempt: number): Parameters<Destinations['deliver']>[0] {
  const { arn, messageGroupId, partitionKeyOf, subject } = routed.target;
  const group = messageGroupId === undefined ? {} : { sqsMessageGroupId: messageGroupId };
  const found = partitionKeyOf?.(JSON.parse(event.body));
  const partitionKey = typeof found === 'string' && found !== '' ? found : event.id;
  return {
    arn,
    input: inputFor(routed, event, attempt),
    ...group,
    ...(arn.includes(':kinesis:') && { partitionKey }),
    ...(event.trace !== null && { trace: event.trace }),
    ...(subject !== undefined && { subject }),
  };
}

function inputFor({ route, target }: Routed, { body, received }: StoredEvent, attempt: number): string {
  if (target.textOf !== undefined) return target.textOf(body, attempt);
  if (target.inputOf === undefined) return body;
  const matched: Matched = {
    event: JSON.parse(body) as Record<string, unknown>,
    receivedAt: new Date(received).toISOString(),
    ruleArn: route.arn,
    ruleName: route.rule,
  };
  try {
    return target.inputOf(matched);
  } catch (error) {
    throw permanent('INVALID_INPUT', messageOf(error));
  }
}
