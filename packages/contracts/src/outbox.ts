import { uuidv7 } from 'uuidv7';
import * as z from 'zod/mini';
import type { Call } from './call.ts';
import type { EventContract } from './contract.ts';
import type { Envelope } from './envelope.ts';

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

/** Room for the envelope in the 256 KB that PutEvents takes for an entry. */
const MAX_EVENT_BYTES = 200 * 1024;

/** Well after the 24 hours for which a stream keeps its records. */
const OUTBOX_DAYS = 7;

export const epochSeconds = (instant: string): number => Math.floor(Date.parse(instant) / 1000);

/**
 * The item whose insertion the relay turns into a published event.
 * Throws when the data breaks the event's contract: a service may not publish what it has not promised.
 */
export function outboxItem(event: OutgoingEvent, call: Call): Record<string, unknown> {
  const envelope = toEnvelope(event, call);
  const json = JSON.stringify(envelope);
  if (Buffer.byteLength(json) > MAX_EVENT_BYTES) {
    throw new Error(`The event ${envelope.type} of ${event.subject} is larger than ${MAX_EVENT_BYTES} bytes.`);
  }
  return {
    pk: `OUTBOX#${event.subject}`,
    sk: String(event.sequence).padStart(12, '0'),
    subject: event.subject,
    source: envelope.source,
    detailType: event.contract.detailType,
    time: envelope.time,
    envelope: json,
    expiresAt: epochSeconds(call.time) + OUTBOX_DAYS * 86_400,
  };
}

export function toEnvelope(event: OutgoingEvent, call: Call): Envelope {
  const { contract } = event;
  return {
    specversion: '1.0',
    id: uuidv7(),
    source: `dure.${contract.owner}`,
    type: contract.type,
    subject: event.subject,
    time: call.time,
    datacontenttype: 'application/json',
    dataschema: contract.dataschema,
    sequence: event.sequence,
    correlationid: call.correlationId,
    causationid: call.id,
    traceparent: call.traceparent,
    actor: call.actor,
    replyto: event.replyTo === undefined ? call.replyTo : (event.replyTo ?? undefined),
    data: checked(contract, event.data),
  };
}

function checked(contract: EventContract, data: unknown): unknown {
  const result = z.safeParse(contract.schema, data);
  if (result.success) return result.data;
  const paths = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.code}`);
  throw new Error(`The data of ${contract.type} breaks its contract: ${paths.join('; ')}`);
}
