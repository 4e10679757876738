import { v7 as uuidv7 } from 'uuid';
import * as z from 'zod/mini';
import type { Call } from './call.ts';
import { type CommandContract, type EventContract, type MessageContract, sourceOf } from '../contracts/contract.ts';
import type { Envelope } from '../contracts/envelope.ts';
import { required } from './environment.ts';
import { senderRefusal } from './provenance.ts';

/** An event that is to be published when the state it tells of is committed. */
export interface OutgoingEvent {
  readonly contract: EventContract;
  readonly subject: string;
  /** The event's number among those of its subject, from 1, without gaps. */
  readonly sequence: number;
  readonly data: unknown;
  /** Where its subject's asker waits, if that is not who made the call; null where nobody does. */
  readonly replyTo?: string | null;
}

/**
 * Makes an event the answer to who asked earlier: a service that can only answer later keeps the return address of the
 * command (`call.replyTo`) beside its state. Undefined where nobody asked, whoever made the call.
 */
export const answering = (event: OutgoingEvent, replyTo: string | undefined): OutgoingEvent => ({
  ...event,
  replyTo: replyTo ?? null,
});

/** Types the data of an outgoing event by its contract. */
export function publish<E extends EventContract>(
  contract: E,
  subject: string,
  sequence: number,
  data: z.output<E['schema']>,
): OutgoingEvent {
  return { contract, subject, sequence, data };
}

/** A command that is to be sent to its owner when the state that it follows from is committed. */
export interface OutgoingCommand {
  readonly contract: CommandContract;
  /** What it is about; messages of one subject go out in the order in which they were committed. */
  readonly subject: string;
  readonly data: unknown;
}

/** Types the data of an outgoing command by its contract. It has no number, and nobody waits for its answer. */
export function send<C extends CommandContract>(
  contract: C,
  subject: string,
  data: z.output<C['schema']>,
): OutgoingCommand {
  return { contract, subject, data };
}

/** Room for the envelope in the 256 KB that PutEvents takes for an entry. */
const MAX_EVENT_BYTES = 200 * 1024;

/** Well after the 24 hours for which a stream keeps its records. */
const OUTBOX_DAYS = 7;

export const epochSeconds = (instant: string): number => Math.floor(Date.parse(instant) / 1000);

/**
 * The item whose insertion the relay turns into a published event.
 * Throws when the data breaks the event's contract: a service may not publish what it has not promised.
 */
export const outboxItem = (event: OutgoingEvent, call: Call): Record<string, unknown> =>
  itemOf(event, toEnvelope(event, call), String(event.sequence).padStart(12, '0'), call);

/**
 * The same for a command: the relay sends it once, in the name of the service (`SERVICE_NAME`).
 * Throws when the service is none of the command's senders.
 */
export function outboxCommand(command: OutgoingCommand, call: Call): Record<string, unknown> {
  const [service, { contract }] = [required('SERVICE_NAME'), command];
  const refusal = senderRefusal(sourceOf(service), contract.type, contract.senders);
  if (refusal !== undefined) throw new Error(refusal);
  const envelope = envelopeOf(command, call, sourceOf(service));
  return itemOf(command, envelope, `COMMAND#${envelope.id}`, call);
}

interface Outgoing {
  readonly contract: MessageContract;
  readonly subject: string;
  readonly data: unknown;
}

function itemOf({ contract, subject }: Outgoing, envelope: Envelope, sk: string, call: Call) {
  const json = JSON.stringify(envelope);
  if (Buffer.byteLength(json) > MAX_EVENT_BYTES) {
    throw new Error(`The ${contract.kind} ${envelope.type} of ${subject} is larger than ${MAX_EVENT_BYTES} bytes.`);
  }
  return {
    pk: `OUTBOX#${subject}`,
    sk,
    subject,
    source: envelope.source,
    detailType: contract.detailType,
    time: envelope.time,
    envelope: json,
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
  return {
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
    data: checked(contract, data),
  };
}

function checked(contract: MessageContract, data: unknown): unknown {
  const result = z.safeParse(contract.schema, data);
  if (result.success) return result.data;
  const paths = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.code}`);
  throw new Error(`The data of ${contract.type} breaks its contract: ${paths.join('; ')}`);
}
