import type { CancellationReason } from '@aws-sdk/client-dynamodb';
import { GetCommand, TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Call, Marker } from './call.ts';
import { epochSeconds, outboxCommand, outboxItem, type OutgoingCommand, type OutgoingEvent } from './outbox.ts';
import type { Table } from './table.ts';

type Item = NonNullable<TransactWriteCommandInput['TransactItems']>[number];
type Untabled<Kind extends keyof Item> = Omit<NonNullable<Item[Kind]>, 'TableName'>;

/** One write of a transaction, on the service's own table. */
export type Write =
  | { readonly Put: Untabled<'Put'> }
  | { readonly Update: Untabled<'Update'> }
  | { readonly Delete: Untabled<'Delete'> }
  | { readonly ConditionCheck: Untabled<'ConditionCheck'> };

export interface Change {
  /** Conditional on the state that was decided upon. */
  readonly writes: readonly Write[];
  readonly events?: readonly OutgoingEvent[];
  /** What other services are asked to do, over the bus. */
  readonly commands?: readonly OutgoingCommand[];
  /** What a repetition of the same request is answered from; plain JSON. */
  readonly result?: unknown;
  /** In place of it where the answer has a secret: the UUID by which `recall` finds what was made. */
  readonly reference?: string;
}

/** The state was changed by someone else since it was loaded: load and decide again. */
export class Conflict extends Error {
  override readonly name = 'Conflict';
}

/** The request or message had its effect before. */
export class AlreadyHandled extends Error {
  override readonly name = 'AlreadyHandled';
}

const MARKER_DAYS = 15; // longer than a queue and its dead-letter queue keep a message
const MAX_ITEMS = 100;
const CONTENTION_ATTEMPTS = 8;

/**
 * Writes a state change, its events and commands (outbox) and its marker (inbox or idempotency) in one transaction.
 * Throws {@link Conflict} when a condition of `writes` does not hold, {@link AlreadyHandled} when the marker is there.
 * Contention with other transactions is retried here, with a limit.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
export async function commit(table: Table, call: Call, change: Change): Promise<void> {
  const items = transaction(table, call, change);
  if (items.length > MAX_ITEMS)
    throw new Error(`A transaction takes ${MAX_ITEMS} items, this one has ${items.length}.`);
  for (let attempt = 1; ; attempt += 1) {
    const reasons = await send(table, items);
    if (reasons === undefined) break;
    refuse(reasons, call.marker !== undefined);
    if (attempt >= CONTENTION_ATTEMPTS) throw new Conflict('Other transactions kept the same items busy.');
    await pause(attempt);
  }
  call.state.committed = true;
}

function transaction(table: Table, call: Call, change: Change): Item[] {
  const TableName = table.name;
  const events = (change.events ?? []).map((event) => outboxItem(event, call));
  const commands = (change.commands ?? []).map((command) => outboxCommand(command, call));
  const outbox = [...events, ...commands].map((item) => insert(TableName, item));
  const marker = call.marker ? [insert(TableName, markerItem(call.marker, call, change))] : [];
  return [...marker, ...change.writes.map((write) => tabled(write, TableName)), ...outbox];
}

function tabled(write: Write, TableName: string): Item {
  const [kind, input] = Object.entries(write)[0] as [keyof Item, object];
  return { [kind]: { TableName, ...input } };
}

const insert = (TableName: string, item: Record<string, unknown>): Item => ({
  Put: { TableName, Item: item, ConditionExpression: 'attribute_not_exists(pk)' },
});

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function markerItem(marker: Marker, call: Call, { result, reference }: Change) {
  if (marker.secret && (result !== undefined || (reference !== undefined && !UUID.test(reference)))) {
    throw new Error('The answer has a secret: its marker takes the UUID of what was made as `reference`, no `result`.');
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

/** Undefined when it went through, else why each item did not. */
async function send(table: Table, items: Item[]): Promise<CancellationReason[] | undefined> {
  try {
    await table.client.send(new TransactWriteCommand({ TransactItems: items }));
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (error.name === 'TransactionInProgressException') return [{ Code: 'TransactionConflict' }];
    const { CancellationReasons: reasons } = error as { CancellationReasons?: CancellationReason[] };
    if (error.name !== 'TransactionCanceledException' || reasons === undefined) throw error;
    return reasons;
  }
}

const RETRIED = ['None', 'TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'];

/** Throws unless every reason is one that passes by itself. */
function refuse(reasons: readonly CancellationReason[], marked: boolean): void {
  const codes = reasons.map((reason) => reason.Code ?? 'None');
  if (marked && codes[0] === 'ConditionalCheckFailed') throw new AlreadyHandled('It had its effect before.');
  if (codes.includes('ConditionalCheckFailed')) throw new Conflict(`A condition did not hold: ${codes.join(', ')}`);
  const fatal = reasons.find((reason) => !RETRIED.includes(reason.Code ?? 'None'));
  if (fatal) throw new Error(`The transaction was refused: ${fatal.Code}: ${fatal.Message}`);
}

/** Runs `attempt` (load, decide, save) again while it loses against others, ten times at most. */
export async function retryOnConflict<Result>(attempt: () => Promise<Result>, attempts = 10): Promise<Result> {
  for (let count = 1; ; count += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Conflict) || count >= attempts) throw error;
      await pause(count);
    }
  }
}

/** Full jitter. Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ */
function pause(attempt: number): Promise<void> {
  const milliseconds = Math.random() * Math.min(400, 5 * 2 ** attempt);
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

export interface StoredMarker {
  readonly hash?: string;
  readonly result: unknown;
  readonly reference?: string;
  /** When the first request began (ISO 8601, UTC). */
  readonly at: string;
}

type MarkerItem = ReturnType<typeof markerItem>;

/** What was stored with a marker's effect; undefined when there was none. */
export async function readMarker(table: Table, marker: Marker): Promise<StoredMarker | undefined> {
  const { Item: item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: { pk: marker.pk, sk: 'MARKER' }, ConsistentRead: true }),
  );
  if (item === undefined) return undefined;
  const { hash, result, reference, handledAt: at } = item as MarkerItem;
  return { hash, reference, at, result: result === undefined ? undefined : JSON.parse(result) };
}
