import { randomFillSync } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { Envelope } from '../contracts/envelope.ts';
import { createLogger, type Logger } from './log.ts';

/** One handling of a request or message: who asked, what it belongs to, and what is written with its effect. */
export interface Call {
  /** Of the request or the message; the `causationid` of the events it causes. */
  readonly id: string;
  readonly correlationId: string;
  readonly traceparent: string;
  readonly actor: string;
  /** The instant it began (ISO 8601, UTC): the clock of everything it decides. */
  readonly time: string;
  readonly replyTo?: string;
  /** Written in the same transaction as the effect, so that a repetition is seen. */
  readonly marker?: Marker;
  /** Whether a transaction with the marker went through. */
  readonly state: { committed: boolean };
  readonly log: Logger;
}

/** An inbox or idempotency item: `hash` tells a repetition from another request with the same key. */
export interface Marker {
  readonly pk: string;
  readonly hash?: string;
  /** The answer has a secret, so that the item may keep a reference alone, and no result. */
  readonly secret?: boolean;
}

interface Origin {
  readonly id?: string;
  readonly correlationId?: string;
  readonly traceparent?: string;
  readonly actor?: string;
  readonly replyTo?: string;
  readonly marker?: Marker;
}

/** Begins a call. What `origin` does not give is made anew: ids are UUIDv7, the trace continues with a span of its own. */
export function beginCall(origin: Origin = {}): Call {
  const id = origin.id ?? uuidv7();
  const correlationId = origin.correlationId ?? id;
  const xray = process.env['_X_AMZN_TRACE_ID'];
  const traceparent = childOf(origin.traceparent, xray);
  return {
    id,
    correlationId,
    traceparent,
    actor: origin.actor ?? 'anonymous',
    time: new Date().toISOString(),
    replyTo: origin.replyTo,
    marker: origin.marker,
    state: { committed: false },
    log: createLogger({ service: process.env['SERVICE_NAME'], correlationId, callId: id, traceparent, xray }),
  };
}

/** The call of a message: its events carry on its correlation, trace, actor and return address. */
export function callOf(envelope: Envelope, marker?: Marker): Call {
  return beginCall({
    id: envelope.id,
    correlationId: envelope.correlationid,
    traceparent: envelope.traceparent,
    actor: envelope.actor,
    replyTo: envelope.replyto,
    marker,
  });
}

/** The call of a scheduled job. */
export function scheduledCall(job: string): Call {
  return beginCall({ actor: `service:${process.env['SERVICE_NAME'] ?? 'unknown'}/${job}` });
}

const TRACEPARENT = /^00-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})$/;
const XRAY = /^Root=1-([0-9a-f]{8})-([0-9a-f]{24});.*Sampled=([01])/;

/**
 * A span of the trace that came with the request; else of the one that X-Ray began for this invocation; else of its own.
 * Sources: https://www.w3.org/TR/trace-context/#mutating-the-traceparent-field
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html#xray-api-traceids
 */
function childOf(parent: string | undefined, xray: string | undefined): string {
  const span = randomHex(8);
  const known = parent === undefined ? null : TRACEPARENT.exec(parent);
  if (known) return `00-${known[1]}-${span}-${known[2]}`;
  const begun = xray === undefined ? null : XRAY.exec(xray);
  return begun ? `00-${begun[1]}${begun[2]}-${span}-0${begun[3]}` : `00-${randomHex(16)}-${span}-01`;
}

/** Random bytes are drawn many at a time: one draw takes 3 µs however few they are. */
const drawn = Buffer.allocUnsafeSlow(2048);
let used = drawn.length;

function randomHex(bytes: number): string {
  if (used + bytes > drawn.length) {
    randomFillSync(drawn);
    used = 0;
  }
  used += bytes;
  return drawn.toString('hex', used - bytes, used);
}
