import type { CancellationReason } from '@aws-sdk/client-dynamodb';
import { GetCommand, TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Call, Marker } from './call.ts';
import { epochSeconds, outboxCommand, outboxItem, type OutgoingCommand, type OutgoingEvent } from './outbox.ts';
import type { Table } from './table.ts';

type Item = NonNullable<TransactWriteCommandInput['TransactItems']>[number];
type Kind = 'Put' | 'Update' | 'Delete' | 'ConditionCheck';

/** One write of a transaction, on the service's own table. */
export type Write = { [K in Kind]: { readonly [Name in K]: Omit<NonNullable<Item[K]>, 'TableName'> } }[Kind];

export interface Change {
  /** With conditions on the state that the decision is based on. */
  readonly writes: readonly Write[];
  readonly events?: readonly OutgoingEvent[];
  /** What other services are asked to do, over the bus. */
  readonly commands?: readonly OutgoingCommand[];
  /** What a repetition of the same request is answered from: plain JSON. */
  readonly result?: unknown;
  /** Instead of a result whose response has a secret: the UUID by which `recall` finds what was made. */
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

const MARKER_DAYS = 15; // longer than a queue and its dead-letter queue keep a message
const MAX_ITEMS = 100;
const CONTENTION_ATTEMPTS = 8;

/**
 * Writes a state change, its events and commands (outbox) and its marker (inbox or idempotency) in one transaction.
 * Throws {@link Conflict} when a condition of `writes` does not hold, {@link AlreadyHandled} when the marker exists.
 * Contention with other transactions is retried here, with a limit.
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
  const items = transaction(table, call, change);
  if (items.length > MAX_ITEMS)
    throw new Error(`A transaction takes ${MAX_ITEMS} items, this one has ${items.length}.`);
  await retryOn(Contention, () => send(table, items, call.marker !== undefined), CONTENTION_ATTEMPTS);
  call.state.committed = true;
}

function transaction({ name: TableName }: Table, call: Call, change: Change): Item[] {
  const insert = (Item: Record<string, unknown>): Item => ({
    Put: { TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' },
  });
  const writes = change.writes.map((write) => {
    const [kind, input] = Object.entries(write)[0] as [keyof Item, object];
    return { [kind]: { TableName, ...input } };
  });
  const events = (change.events ?? []).map((event) => outboxItem(event, call));
  const commands = (change.commands ?? []).map((command) => outboxCommand(command, call));
  const marker = call.marker ? [insert(markerItem(call.marker, call, change))] : [];
  return [...marker, ...writes, ...[...events, ...commands].map(insert)];
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function markerItem(marker: Marker, call: Call, { result, reference }: Change) {
  if (marker.secret && (result !== undefined || (reference !== undefined && !UUID.test(reference)))) {
    throw new Error(
      'The response has a secret: commit takes the UUID of what was made as `reference`, and no `result`.',
    );
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
  try {
    await client.send(new TransactWriteCommand({ TransactItems: items }));
  } catch (error) {
    throw error instanceof Error ? reasonOf(error, marked) : error;
  }
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
