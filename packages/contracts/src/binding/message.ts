import * as z from 'zod/mini';
import type { Call } from './call.ts';
import { conform } from './check.ts';
import type { Consumed, MessageContract } from '../contracts/contract.ts';
import { BusEvent, Envelope } from '../contracts/envelope.ts';
import { mismatchOf, ownerOf } from './provenance.ts';

/** A message as its handler sees it: facts of the envelope, and the fields of the data that it asked for. */
export interface Message<Data> {
  readonly id: string;
  readonly subject: string;
  /** Undefined for commands. */
  readonly sequence: number | undefined;
  readonly time: string;
  readonly type: string;
  readonly data: Data;
}

/** A message from the bus that breaks its contract or has a sender who may not send it, with the reason. */
export interface ForeignMessage {
  readonly event: BusEvent;
  readonly reason: string;
}

/** The services that may send messages of a CloudEvents `type`. */
export type SendersOf = (type: string) => readonly string[];

/**
 * A handler with what it is for: one contract, every other message, or what is foreign. `Result` is what the handler
 * returns for a message; only a {@link batchConsumer} uses it.
 */
export type Subscription<Result = unknown> = MessageSubscription<Result> | { readonly handleForeign: ForeignHandler };

interface MessageSubscription<Result> {
  /** CloudEvents `type`, or {@link ANY}. */
  readonly type: string;
  /** How logs and metrics name the handling. */
  readonly operation: string;
  readonly sendersOf: SendersOf;
  /** Throws {@link Poison} when the data breaks the contract. */
  readonly handle: (envelope: Envelope, call: Call) => Promise<Result>;
}

type ForeignHandler = (message: ForeignMessage, call: Call) => Promise<unknown>;

const ANY = '*';

/**
 * Binds a handler to a contract. Only the named fields of the data are checked, so the rest may change freely.
 *
 * @example
 * ```ts
 * import { on } from '@dure/contracts/binding/message';
 * import { consumes } from '@dure/contracts/contract';
 * import { ThingChanged } from '@dure/contracts/things';
 *
 * export const thingChanged = on(consumes(ThingChanged, ['id']), async ({ data, sequence }, call) => {
 *   call.log.info('changed', { id: data.id, sequence });
 *   await Promise.resolve();
 * });
 * ```
 */
export function on<M extends MessageContract, Field extends string & keyof z.output<M['schema']>, Result = unknown>(
  { contract, fields }: Consumed<M, Field>,
  handle: (message: Message<Pick<z.output<M['schema']>, NoInfer<Field>>>, call: Call) => Promise<Result>,
): Subscription<Result> {
  let part: z.ZodMiniType | undefined;
  return {
    type: contract.type,
    operation: contract.detailType,
    sendersOf: () => contract.senders,
    handle: ({ id, subject, sequence, time, type, data: whole }, call) => {
      part ??= partOf(contract.schema as z.ZodMiniObject, fields);
      const data = conform(part, whole, 'The data', Poison) as Pick<z.output<M['schema']>, Field>;
      return handle({ id, subject, sequence, time, type, data }, call);
    },
  };
}

const partOf = (schema: z.ZodMiniObject, fields: readonly string[]): z.ZodMiniType =>
  z.pick(schema, Object.fromEntries(fields.map((field) => [field, true as const])));

/**
 * Binds a handler to every message that no other subscription takes, of unknown types too. The data is unchecked.
 * Only the owner of a message may send it, unless `sendersOf` allows more.
 */
export const onAny = <Result>(
  handle: (envelope: Envelope, call: Call) => Promise<Result>,
  sendersOf: SendersOf = (type) => [ownerOf(type)],
): Subscription<Result> => ({ type: ANY, operation: 'any', sendersOf, handle });

/** Binds a handler to what is foreign, which would otherwise be a dead letter. */
export const onForeign = (handleForeign: ForeignHandler): Subscription<never> => ({ handleForeign });

/** A message that can never succeed. It goes to the dead-letter queue at once, with the reason. */
export class Poison extends Error {
  override readonly name: string = 'Poison';
}

const find = <Result>(all: readonly Subscription<Result>[], type: string) =>
  all.find((it): it is MessageSubscription<Result> => 'type' in it && it.type === type);

/** The subscription for messages of a type, if there is one. */
export const subscriptionFor = <Result>(all: readonly Subscription<Result>[], type: string) =>
  find(all, type) ?? find(all, ANY);

/** A message with the handler that takes it. */
export interface Opened<Result = unknown> {
  readonly operation: string;
  readonly source: Envelope | ForeignMessage;
  readonly handle: (call: Call) => Promise<Result>;
}

/**
 * Reads what an EventBridge rule put into a queue and finds its handler. `event` is undefined if the body is not JSON.
 * Throws {@link Poison} for what is foreign, unless a subscription takes that.
 */
export function openEvent<Result>(
  event: unknown,
  subscriptions: readonly Subscription<Result>[],
): Opened<Result> | Opened<unknown> {
  if (event === undefined) throw new Poison('The message is not JSON.');
  const busEvent = conform(BusEvent, event, 'The event', Poison);
  try {
    const { envelope, subscription } = open(busEvent.detail, subscriptions);
    const mismatch = mismatchOf(busEvent, envelope, subscription.sendersOf(envelope.type));
    if (mismatch !== undefined) throw new Poison(mismatch);
    const { operation, handle } = subscription;
    return { operation, source: envelope, handle: (call) => handle(envelope, call) };
  } catch (error) {
    const foreign = subscriptions.find((it) => 'handleForeign' in it);
    if (foreign === undefined || !(error instanceof Poison)) throw error;
    const source = { event: busEvent, reason: error.message };
    return { operation: 'foreign', source, handle: (call) => foreign.handleForeign(source, call) };
  }
}

/** Reads an envelope and finds its subscription. Throws {@link Poison}. */
export function open<Result>(detail: unknown, subscriptions: readonly Subscription<Result>[]) {
  const envelope = conform(Envelope, detail, 'The envelope', Poison);
  const subscription = subscriptionFor(subscriptions, envelope.type);
  if (subscription !== undefined) return { envelope, subscription };
  const types = subscriptions.flatMap((it) => ('type' in it ? it.type : []));
  throw new Poison(`No handler here for ${envelope.type}; there are ${types.join(', ')}`);
}
