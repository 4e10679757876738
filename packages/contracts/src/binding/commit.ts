import type { CancellationReason } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Call, Marker } from './call.ts';
import { canCarry, carry, type Write } from './carrier.ts';
import { isMark, isMarked, MARKER_DAYS, type Marks, marksAfter } from './marks.ts';
import { envelopesOf, epochSeconds, type Messages, OUTBOX, outboxItem, outboxOf } from './outbox.ts';
import { isConditionFailure, type Table } from './table.ts';

export type { Write } from './carrier.ts';

type Item = NonNullable<TransactWriteCommand['input']['TransactItems']>[number];

export interface Change extends Messages {
  /** With conditions on the state that the decision is based on. */
  readonly writes: readonly Write[];
  /**
   * The marks that were loaded with the item that the first Put or Update writes under the condition that it has not
   * changed. The mark of a message is kept in that item, instead of in one of its own.
   */
  readonly marks?: Marks;
  /** What a repetition of the same request is answered from: plain JSON. */
  readonly result?: unknown;
  /** Instead of a result: the UUID by which `recall` finds what was made. */
  readonly reference?: string;
}

/** The state has changed since it was loaded: load and decide again. */
export class Conflict extends Error {
  override readonly name = 'Conflict';
}

/** Other transactions hold the same items at this moment. */
class Contention extends Conflict {}

/** The request or message had its effect before. */
export class AlreadyHandled extends Error {
  override readonly name = 'AlreadyHandled';
}

const MAX_ITEMS = 100;
const CONTENTION_ATTEMPTS = 8;

/**
 * Writes a state change with its events and commands (outbox) and its marker (inbox or idempotency), all or nothing.
 * The first Put or Update of `writes` carries the messages, and with `marks` the mark of the message that is handled. If
 * that leaves one item, it is one conditional write, else a transaction, which costs twice as much.
 * Throws {@link Conflict} when a condition of `writes` does not hold, {@link AlreadyHandled} when the marker exists.
 * Contention with other transactions is retried here, with a limit.
 *
 * Whoever updates an item without `commit` that may carry messages has to `REMOVE outbox`, because the relay publishes
 * what an item carries each time it is written.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 *
 * @example
 * ```ts
 * import type { Call } from '@dure/contracts/binding/call';
 * import { commit } from '@dure/contracts/binding/commit';
 * import { publish } from '@dure/contracts/binding/outbox';
 * import type { Table } from '@dure/contracts/binding/table';
 * import { ThingChanged } from '@dure/contracts/things';
 *
 * export const changed = (table: Table, call: Call, id: string, sequence: number) =>
 *   commit(table, call, {
 *     writes: [{ Update: { Key: { pk: `THING#${id}`, sk: 'THING' }, UpdateExpression: 'SET changed = 1' } }],
 *     events: [publish(ThingChanged, id, sequence, { id, size: 1 })],
 *   });
 * ```
 */
export async function commit(table: Table, call: Call, change: Change): Promise<void> {
  const items = itemsOf(table, call, change);
  if (items.length > MAX_ITEMS)
    throw new Error(`A transaction takes ${MAX_ITEMS} items, this one has ${items.length}.`);
  const marked = call.marker !== undefined && !inItem(call.marker, change);
  await retryOn(Contention, () => send(table, items, marked), CONTENTION_ATTEMPTS);
  call.state.committed = true;
}

function itemsOf({ name: TableName }: Table, call: Call, change: Change): Item[] {
  const { marks } = change;
  if (marks !== undefined && isMarked(marks, call)) throw new AlreadyHandled('It had its effect before.');
  const insert = (Item: Record<string, unknown>): Item => ({
    Put: { TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' },
  });
  const envelopes = envelopesOf(change, call);
  const outbox = change.writes.some(canCarry) ? outboxOf(envelopes) : undefined;
  const carried = { ...(outbox && { [OUTBOX]: outbox }), ...(marks && { marks: marksAfter(marks, call) }) };
  const writes = carry(change.writes, carried).map((write) => {
    const [kind, input] = Object.entries(write)[0] as [keyof Item, object];
    return { [kind]: { TableName, ...input } };
  });
  const marker = call.marker && !inItem(call.marker, change) ? [insert(markerItem(call.marker, call, change))] : [];
  const own = outbox === undefined ? envelopes.map((envelope) => insert(outboxItem(envelope, call))) : [];
  return [...marker, ...writes, ...own];
}

/** Whether the marker is a mark in the item that carries it. */
const inItem = (marker: Marker, { marks, writes }: Change): boolean =>
  marks !== undefined && isMark(marker) && writes.some(canCarry);

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function markerItem(marker: Marker, call: Call, { result, reference }: Change) {
  if (marker.recalled && (result !== undefined || (reference !== undefined && !UUID.test(reference)))) {
    throw new Error('The answer is recalled: commit takes the UUID of what was made as `reference`, and no `result`.');
  }
  return {
    pk: marker.pk,
    sk: 'MARKER',
    hash: marker.hash,
    result: result === undefined ? undefined : JSON.stringify(result),
    reference,
    handledAt: call.time,
    expiresAt: epochSeconds(call.time) + MARKER_DAYS * 86_400,
  };
}

const TRANSIENT = ['None', 'TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'];

async function send({ client }: Table, items: Item[], marked: boolean): Promise<void> {
  const [item, ...others] = items;
  if (item === undefined) return;
  // The command for a lone deletion would be part of every bundle, and is needed by nobody who is in a hurry.
  const alone = others.length === 0 && (item.Put ?? item.Update) !== undefined;
  try {
    if (alone) await sendAlone(client, item);
    else await client.send(new TransactWriteCommand({ TransactItems: items }));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (alone && isOwn(error, item)) return;
    throw alone ? reasonAlone(error, marked) : reasonOf(error, marked);
  }
}

/** With what is there when the condition does not hold. */
const THERE = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;

async function sendAlone(client: Table['client'], { Put, Update }: Item): Promise<void> {
  if (Put) await client.send(new PutCommand({ ...Put, ...THERE }));
  if (Update) await client.send(new UpdateCommand({ ...Update, ...THERE }));
}

/**
 * Whether the condition does not hold because this very write was done: its answer was lost, and the client sent it
 * again. A transaction has a token for that. Messages have ids that nobody else has.
 */
function isOwn(error: Error, { Put, Update }: Item): boolean {
  const outbox: unknown = Put?.Item?.[OUTBOX] ?? Update?.ExpressionAttributeValues?.[`:${OUTBOX}`];
  const { Item: there } = error as { Item?: Record<string, { S?: string }> };
  return outbox !== undefined && there?.[OUTBOX]?.S === outbox;
}

const TRANSIENT_ALONE = [
  'TransactionConflictException',
  'ThrottlingException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
];

/** Why a write of one item was refused; another error as it is. */
function reasonAlone(cause: Error, marked: boolean): Error {
  if (TRANSIENT_ALONE.includes(cause.name)) return new Contention('The item is busy.', { cause });
  if (!isConditionFailure(cause)) return cause;
  return marked
    ? new AlreadyHandled('It had its effect before.')
    : new Conflict('A condition did not hold.', { cause });
}

/** Why a transaction was cancelled; another error as it is. */
function reasonOf(cause: Error, marked: boolean): Error {
  const busy = new Contention('Other transactions kept the same items busy.', { cause });
  if (cause.name === 'TransactionInProgressException') return busy;
  const { CancellationReasons: reasons } = cause as { CancellationReasons?: CancellationReason[] };
  if (cause.name !== 'TransactionCanceledException' || reasons === undefined) return cause;
  const codes = reasons.map((reason) => reason.Code ?? 'None');
  if (marked && codes[0] === 'ConditionalCheckFailed') return new AlreadyHandled('It had its effect before.');
  if (codes.includes('ConditionalCheckFailed')) return new Conflict(`A condition did not hold: ${codes.join(', ')}`);
  const fatal = reasons.find((reason) => !TRANSIENT.includes(reason.Code ?? 'None'));
  return fatal ? new Error(`The transaction was refused: ${fatal.Code}: ${fatal.Message}`) : busy;
}

/**
 * Runs `attempt` (load, decide, save) again while it loses against others, ten times at most.
 *
 * @example
 * ```ts
 * import { commit, retryOnConflict } from '@dure/contracts/binding/commit';
 * import type { Call } from '@dure/contracts/binding/call';
 * import type { Table } from '@dure/contracts/binding/table';
 *
 * export const count = (table: Table, call: Call, load: () => Promise<number>) =>
 *   retryOnConflict(async () => {
 *     const before = await load();
 *     const Item = { pk: 'COUNT', sk: 'COUNT', count: before + 1 };
 *     const ConditionExpression = '#count = :before';
 *     const names = { ExpressionAttributeNames: { '#count': 'count' } };
 *     const values = { ExpressionAttributeValues: { ':before': before } };
 *     await commit(table, call, { writes: [{ Put: { Item, ConditionExpression, ...names, ...values } }] });
 *   });
 * ```
 */
export const retryOnConflict = <Result>(attempt: () => Promise<Result>, attempts = 10): Promise<Result> =>
  retryOn(Conflict, attempt, attempts);

/** Waits with full jitter. Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ */
async function retryOn<Result>(
  Retried: typeof Conflict,
  attempt: () => Promise<Result>,
  attempts: number,
): Promise<Result> {
  for (let count = 1; ; count += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Retried) || count >= attempts) throw error;
      const milliseconds = Math.random() * Math.min(400, 5 * 2 ** count);
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
    }
  }
}

export interface StoredMarker {
  readonly hash?: string;
  readonly result: unknown;
  readonly reference?: string;
  /** When the first request began (ISO 8601, UTC). */
  readonly at: string;
}

/** What was stored with a marker's effect; undefined when there was no effect. */
export async function readMarker(
  { client, name: TableName }: Table,
  { pk }: Marker,
): Promise<StoredMarker | undefined> {
  const Key = { pk, sk: 'MARKER' };
  const { Item: item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
  if (item === undefined) return undefined;
  const { hash, result, reference, handledAt: at } = item as ReturnType<typeof markerItem>;
  return { hash, reference, at, result: result === undefined ? undefined : JSON.parse(result) };
}
