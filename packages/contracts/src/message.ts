import * as z from 'zod/mini';
import type { Call, Marker } from './call.ts';
import type { Consumed, MessageContract } from './contract.ts';
import { BusEvent, Envelope } from './envelope.ts';

/** A message as its handler sees it: the envelope's facts, and of the data the fields that were asked for. */
export interface Message<Data> {
  readonly id: string;
  readonly subject: string;
  /** Undefined for commands. */
  readonly sequence: number | undefined;
  readonly time: string;
  readonly type: string;
  readonly data: Data;
}

/** To one contract, or to every message. */
export type Subscription = ContractSubscription | AnySubscription;

interface ContractSubscription {
  readonly contract: MessageContract;
  readonly fields: readonly string[];
  readonly handle: (message: Message<never>, call: Call) => Promise<unknown>;
}

interface AnySubscription {
  readonly handleAny: (envelope: Envelope, call: Call) => Promise<unknown>;
}

/** Binds a handler to a consumed contract. */
export function on<M extends MessageContract, Field extends string & keyof z.output<M['schema']>>(
  consumed: Consumed<M, Field>,
  handle: (message: Message<Pick<z.output<M['schema']>, Field>>, call: Call) => Promise<unknown>,
): Subscription {
  return { ...consumed, handle: handle as ContractSubscription['handle'] };
}

/** Binds a handler to every message that no other subscription takes, of unknown types too; its data is unchecked. */
export function onAny(handle: (envelope: Envelope, call: Call) => Promise<unknown>): Subscription {
  return { handleAny: handle };
}

/** A message that will never succeed: it goes to the dead-letter queue at once, with the reason. */
export class Poison extends Error {
  override readonly name: string = 'Poison';
}

export type ByType = ReadonlyMap<string, Subscription>;

const ANY = '*';

export const indexByType = (subscriptions: readonly Subscription[]): ByType =>
  new Map(subscriptions.map((it) => ['contract' in it ? it.contract.type : ANY, it]));

/** Whether there is a handler for messages of this type. */
export const takes = (byType: ByType, type: string): boolean => byType.has(type) || byType.has(ANY);

/** How logs and metrics call the handling of a message. */
export const operationOf = (subscription: Subscription): string =>
  'contract' in subscription ? subscription.contract.detailType : 'any';

/** The inbox item that makes a consumer's second handling of a message a no-op. */
export const inboxMarker = (consumer: string, envelope: Envelope): Marker => ({
  pk: `INBOX#${consumer}#${envelope.id}`,
});

/**
 * The envelope in what an EventBridge rule put into a queue; undefined stands for what was no JSON.
 * Throws {@link Poison}.
 */
export function detailOf(event: unknown): unknown {
  if (event === undefined) throw new Poison('The message is not JSON.');
  return parse(BusEvent, event, 'event').detail;
}

/** Reads an envelope and finds who handles it. Throws {@link Poison}. */
export function open(detail: unknown, byType: ByType): { envelope: Envelope; subscription: Subscription } {
  const envelope = parse(Envelope, detail, 'envelope');
  const subscription = byType.get(envelope.type) ?? byType.get(ANY);
  if (subscription === undefined) {
    throw new Poison(`No handler here for ${envelope.type}; there are ${[...byType.keys()].join(', ')}`);
  }
  return { envelope, subscription };
}

/** Hands a message to its handler. Throws {@link Poison} when its data breaks the contract. */
export async function handleMessage(envelope: Envelope, subscription: Subscription, call: Call): Promise<void> {
  if ('handleAny' in subscription) await subscription.handleAny(envelope, call);
  else await subscription.handle(toMessage(envelope, subscription) as Message<never>, call);
}

function toMessage(envelope: Envelope, { contract, fields }: ContractSubscription): Message<unknown> {
  const { id, subject, sequence, time, type } = envelope;
  return { id, subject, sequence, time, type, data: parse(partOf(contract, fields), envelope.data, 'data') };
}

/** Of a message only the fields that are used are checked, so that the rest may change freely. */
function partOf(contract: MessageContract, fields: readonly string[]): z.ZodMiniType {
  const schema = contract.schema as z.ZodMiniObject;
  let part = parts.get(contract.type + fields.join());
  if (part === undefined) {
    part = z.pick(schema, Object.fromEntries(fields.map((field) => [field, true as const])));
    parts.set(contract.type + fields.join(), part);
  }
  return part;
}
const parts = new Map<string, z.ZodMiniType>();

function parse<Schema extends z.ZodMiniType>(schema: Schema, value: unknown, what: string): z.output<Schema> {
  const result = z.safeParse(schema, value);
  if (result.success) return result.data;
  const issues = result.error.issues.map((issue) => `${issue.path.join('.') || what}: ${issue.code}`);
  throw new Poison(`The ${what} breaks its contract: ${issues.join('; ')}`);
}
