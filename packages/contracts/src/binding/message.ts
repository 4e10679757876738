import * as z from 'zod/mini';
import type { Call, Marker } from './call.ts';
import type { Consumed, MessageContract } from '../contracts/contract.ts';
import { BusEvent, Envelope } from '../contracts/envelope.ts';
import { mismatchOf, ownerOf } from './provenance.ts';

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

/** What came over the bus and does not hold its contract, or is not from who may send it, with the reason. */
export interface ForeignMessage {
  readonly event: BusEvent;
  readonly reason: string;
}

/** To one contract, to every message, or to what is foreign. */
export type Subscription = MessageSubscription | ForeignSubscription;

type MessageSubscription = ContractSubscription | AnySubscription;

interface ContractSubscription {
  readonly contract: MessageContract;
  readonly fields: readonly string[];
  readonly handle: (message: Message<never>, call: Call) => Promise<unknown>;
}

interface AnySubscription {
  readonly handleAny: (envelope: Envelope, call: Call) => Promise<unknown>;
  readonly sendersOf: SendersOf;
}

interface ForeignSubscription {
  readonly handleForeign: (message: ForeignMessage, call: Call) => Promise<unknown>;
}

/** The services that may send messages of a CloudEvents `type`. */
export type SendersOf = (type: string) => readonly string[];

/** Binds a handler to a consumed contract. */
export function on<M extends MessageContract, Field extends string & keyof z.output<M['schema']>>(
  consumed: Consumed<M, Field>,
  handle: (message: Message<Pick<z.output<M['schema']>, Field>>, call: Call) => Promise<unknown>,
): Subscription {
  return { ...consumed, handle: handle as ContractSubscription['handle'] };
}

/**
 * Binds a handler to every message that no other subscription takes, of unknown types too; its data is unchecked.
 * A message is its owner's to send, unless `sendersOf` says more.
 */
export function onAny(
  handle: (envelope: Envelope, call: Call) => Promise<unknown>,
  sendersOf: SendersOf = (type) => [ownerOf(type)],
): Subscription {
  return { handleAny: handle, sendersOf };
}

/** Binds a handler to what is foreign, which would be a dead letter otherwise. */
export function onForeign(handle: ForeignSubscription['handleForeign']): Subscription {
  return { handleForeign: handle };
}

/** A message that will never succeed: it goes to the dead-letter queue at once, with the reason. */
export class Poison extends Error {
  override readonly name: string = 'Poison';
}

export interface ByType {
  readonly messages: ReadonlyMap<string, MessageSubscription>;
  readonly foreign?: ForeignSubscription;
}

const ANY = '*';

export function indexByType(subscriptions: readonly Subscription[]): ByType {
  const messages = new Map<string, MessageSubscription>();
  let foreign: ForeignSubscription | undefined;
  for (const it of subscriptions) {
    if ('handleForeign' in it) foreign = it;
    else messages.set('contract' in it ? it.contract.type : ANY, it);
  }
  return { messages, ...(foreign && { foreign }) };
}

/** Whether there is a handler for messages of this type. */
export const takes = ({ messages }: ByType, type: string): boolean => messages.has(type) || messages.has(ANY);

/** A message with the subscription that takes it. */
export type Opened =
  | { readonly subscription: MessageSubscription; readonly envelope: Envelope }
  | { readonly subscription: ForeignSubscription; readonly foreign: ForeignMessage };

/** How logs and metrics call the handling of a message. */
export function operationOf({ subscription }: Opened): string {
  if ('handleForeign' in subscription) return 'foreign';
  return 'contract' in subscription ? subscription.contract.detailType : 'any';
}

/** The inbox item that makes a consumer's second handling of a message a no-op. */
export const inboxMarker = (consumer: string, envelope: Envelope): Marker => ({
  pk: `INBOX#${consumer}#${envelope.id}`,
});

/**
 * Reads what an EventBridge rule put into a queue and finds who handles it; `event` is undefined where the body is not JSON.
 * Throws {@link Poison} for what is foreign, unless a subscription takes that.
 */
export function openEvent(event: unknown, byType: ByType): Opened {
  if (event === undefined) throw new Poison('The message is not JSON.');
  const busEvent = parse(BusEvent, event, 'event');
  try {
    const opened = open(busEvent.detail, byType);
    const mismatch = mismatchOf(busEvent, opened.envelope, sendersOf(opened));
    if (mismatch !== undefined) throw new Poison(mismatch);
    return opened;
  } catch (error) {
    if (byType.foreign === undefined || !(error instanceof Poison)) throw error;
    return { subscription: byType.foreign, foreign: { event: busEvent, reason: error.message } };
  }
}

/** Reads an envelope and finds who handles it. Throws {@link Poison}. */
export function open(detail: unknown, { messages }: ByType): Extract<Opened, { envelope: Envelope }> {
  const envelope = parse(Envelope, detail, 'envelope');
  const subscription = messages.get(envelope.type) ?? messages.get(ANY);
  if (subscription === undefined) {
    throw new Poison(`No handler here for ${envelope.type}; there are ${[...messages.keys()].join(', ')}`);
  }
  return { envelope, subscription };
}

const sendersOf = ({ subscription, envelope }: Extract<Opened, { envelope: Envelope }>): readonly string[] =>
  'contract' in subscription ? subscription.contract.senders : subscription.sendersOf(envelope.type);

/** Hands a message to its handler. Throws {@link Poison} when its data breaks the contract. */
export async function handleMessage(opened: Opened, call: Call): Promise<void> {
  if ('foreign' in opened) return void (await opened.subscription.handleForeign(opened.foreign, call));
  const { subscription, envelope } = opened;
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
