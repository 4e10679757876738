import { v7 as uuidv7 } from 'uuid';
import type * as z from 'zod/mini';
import type { Call } from './call.ts';
import { conform } from './check.ts';
import { type CommandContract, type EventContract, type MessageContract, sourceOf } from '../contracts/contract.ts';
import type { Envelope } from '../contracts/envelope.ts';
import { required } from './environment.ts';
import { senderRefusal } from './provenance.ts';

interface Outgoing<C extends MessageContract = MessageContract> {
  readonly contract: C;
  /** The aggregate's id. Messages of one subject go out in the order in which they were committed. */
  readonly subject: string;
  readonly data: unknown;
}

/** An event to publish when the state that it reports is committed. */
export interface OutgoingEvent extends Outgoing<EventContract> {
  /**
   * The event's number among those of its subject, from 1, without gaps. Two major versions of one event, published side
   * by side, have one number.
   */
  readonly sequence: number;
  /** Overrides the call's return address; null suppresses it. */
  readonly replyTo?: string | null;
}

/** A command to send to its owner when the state that it follows from is committed. */
export type OutgoingCommand = Outgoing<CommandContract>;

/**
 * Types the data of an outgoing event by its contract.
 *
 * @example
 * ```ts
 * import { publish } from '@dure/contracts/binding/outbox';
 * import { ThingChanged } from '@dure/contracts/things';
 *
 * export const event = (id: string) => publish(ThingChanged, id, 3, { id, size: 1 });
 * ```
 */
export const publish = <E extends EventContract>(
  contract: E,
  subject: string,
  sequence: number,
  data: z.output<E['schema']>,
): OutgoingEvent => ({ contract, subject, sequence, data });

/**
 * Types the data of an outgoing command by its contract. A command has no number and no return address.
 *
 * @example
 * ```ts
 * import { send } from '@dure/contracts/binding/outbox';
 * import { ResizeThing } from '@dure/contracts/things';
 *
 * export const command = (id: string) => send(ResizeThing, id, { id, size: 1 });
 * ```
 */
export const send = <C extends CommandContract>(
  contract: C,
  subject: string,
  data: z.output<C['schema']>,
): OutgoingCommand => ({ contract, subject, data });

/**
 * Makes an event the reply to an earlier command: a service that can only reply later keeps the return address of the
 * command (`call.replyTo`) with its state. Undefined if no command waits for a reply.
 */
export const answering = (event: OutgoingEvent, replyTo: string | undefined): OutgoingEvent => ({
  ...event,
  replyTo: replyTo ?? null,
});

/**
 * An event is kept beside keys and other fields in items of DynamoDB, which hold 400 KB: in the outbox, in the journal,
 * in a consumer's copy. As a reply to a state machine it is part of an execution's data, which holds 256 KiB.
 */
const MAX_EVENT_BYTES = 200 * 1024;

/** The attribute that keeps what a change publishes, in an item that the change writes: a JSON array of envelopes. */
export const OUTBOX = 'outbox';

/** Any one message, in an item of 400 KB that holds the state as well. */
const MAX_OUTBOX_BYTES = 250 * 1024;

/** Much longer than the 24 hours for which a stream keeps its records. */
const OUTBOX_DAYS = 7;

export const epochSeconds = (instant: string): number => Math.floor(Date.parse(instant) / 1000);

/** What a change publishes. */
export interface Messages {
  readonly events?: readonly OutgoingEvent[];
  /** What other services are asked to do, over the bus. */
  readonly commands?: readonly OutgoingCommand[];
}

/**
 * The envelopes of a change: its events, then its commands, which are sent in the name of the service (`SERVICE_NAME`).
 * Throws when data breaks its contract or is too large, or when the service is not among a command's senders.
 */
export function envelopesOf({ events = [], commands = [] }: Messages, call: Call): Envelope[] {
  return [...events.map((event) => toEnvelope(event, call)), ...commands.map((command) => commandOf(command, call))];
}

function commandOf(command: OutgoingCommand, call: Call): Envelope {
  const { contract } = command;
  const source = sourceOf(required('SERVICE_NAME'));
  const refusal = senderRefusal(source, contract.type, contract.senders);
  if (refusal !== undefined) throw new Error(refusal);
  return envelopeOf(command, call, source);
}

/** The attribute's value. Undefined without messages, and when several are too large to be part of another item. */
export function outboxOf(envelopes: readonly Envelope[]): string | undefined {
  if (envelopes.length === 0) return undefined;
  const json = JSON.stringify(envelopes);
  return Buffer.byteLength(json) > MAX_OUTBOX_BYTES ? undefined : json;
}

/** A message's own item, for a change that has no item to carry it. The key of an event is taken once in each version. */
export function outboxItem(envelope: Envelope, call: Call): Record<string, unknown> {
  const { id, sequence, subject, type } = envelope;
  const version = type.endsWith('.v1') ? '' : `#${type}`;
  return {
    pk: `OUTBOX#${subject}`,
    sk: sequence === undefined ? `COMMAND#${id}` : `${String(sequence).padStart(12, '0')}${version}`,
    [OUTBOX]: JSON.stringify([envelope]),
    expiresAt: epochSeconds(call.time) + OUTBOX_DAYS * 86_400,
  };
}

export const toEnvelope = (event: OutgoingEvent, call: Call): Envelope =>
  envelopeOf(event, call, sourceOf(event.contract.owner), {
    sequence: event.sequence,
    replyto: event.replyTo === undefined ? call.replyTo : (event.replyTo ?? undefined),
  });

function envelopeOf(
  { contract, subject, data }: Outgoing,
  call: Call,
  source: string,
  { sequence, replyto }: Pick<Envelope, 'sequence' | 'replyto'> = {},
): Envelope {
  const envelope: Envelope = {
    specversion: '1.0',
    id: uuidv7(),
    source,
    type: contract.type,
    subject,
    time: call.time,
    datacontenttype: 'application/json',
    dataschema: contract.dataschema,
    sequence,
    correlationid: call.correlationId,
    causationid: call.id,
    traceparent: call.traceparent,
    actor: call.actor,
    replyto,
    data: conform(contract.schema, data, `The data of ${contract.type}`),
  };
  if (Buffer.byteLength(JSON.stringify(envelope)) > MAX_EVENT_BYTES) {
    throw new Error(`The ${contract.kind} ${contract.type} of ${subject} is larger than ${MAX_EVENT_BYTES} bytes.`);
  }
  return envelope;
}
