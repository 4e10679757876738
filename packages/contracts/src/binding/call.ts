import { randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { Envelope } from '../contracts/envelope.ts';
import { createLogger, type Logger } from './log.ts';

/** Who makes a request, as the authorizer read it from the access token. */
export interface Caller {
  /** The token's `sub`: a customer's id, `guest-…`, `u-…` of staff, or the id of a client that acts for itself. */
  readonly subject: string;
  /** The client that the token was given to. */
  readonly clientId: string;
  /** The token's `jti`. */
  readonly tokenId: string;
  readonly scopes: readonly string[];
  readonly roles: readonly string[];
  /** The service that makes the request on behalf of the subject. */
  readonly via?: string;
}

/** The handling of one request or message: its caller, what it belongs to, and what is written with its effect. */
export interface Call {
  /** Of the request or the message. It becomes the `causationid` of the events that it causes. */
  readonly id: string;
  readonly correlationId: string;
  readonly traceparent: string;
  readonly actor: string;
  /** Of a request with an access token; undefined for any other request, and for a message. */
  readonly caller?: Caller;
  /** When it began (ISO 8601, UTC): the clock for all its decisions. */
  readonly time: string;
  readonly replyTo?: string;
  /** Written in the same transaction as the effect, so that a repetition is detected. */
  readonly marker?: Marker;
  /** Whether a transaction with the marker was committed. */
  readonly state: { committed: boolean };
  /** The number of the try that this request is; the first without it. Who is called again does not try again itself. */
  readonly attempt?: number | undefined;
  /** Milliseconds since 1970: when its caller stops waiting, where the caller said so. */
  readonly until?: number | undefined;
  /** What the caller of a request showed, for requests on its behalf. Never logged, stored or put into an event. */
  readonly credentials?: Credentials;
  readonly log: Logger;
}

/** What a caller shows of itself. */
export interface Credentials {
  /** The header of that name: `Bearer …`. */
  readonly authorization?: string | undefined;
  /** The header `x-api-key`. */
  readonly apiKey?: string | undefined;
  /** API Gateway's id of that key. */
  readonly apiKeyId?: string | null | undefined;
  /** The address that the request came from. */
  readonly sourceIp?: string | undefined;
}

/** An inbox or idempotency item. `hash` distinguishes a repetition from another request with the same key. */
export interface Marker {
  readonly pk: string;
  readonly hash?: string;
  /** A repetition's answer is recalled, so the item may keep a reference only, and no result. */
  readonly recalled?: boolean;
}

type Origin = Partial<
  Pick<
    Call,
    | 'id'
    | 'correlationId'
    | 'traceparent'
    | 'actor'
    | 'caller'
    | 'replyTo'
    | 'marker'
    | 'credentials'
    | 'attempt'
    | 'until'
  >
>;

/**
 * Begins a call. What `origin` leaves out is generated: ids are UUIDv7, and the trace continues with a new span.
 *
 * @example
 * ```ts
 * import { beginCall } from '@dure/contracts/binding/call';
 *
 * const call = beginCall({ actor: 'service:things/import' });
 * call.log.info('import begun', { at: call.time });
 * ```
 */
export function beginCall(origin: Origin = {}): Call {
  const id = origin.id ?? uuidv7();
  const correlationId = origin.correlationId ?? id;
  const xray = process.env['_X_AMZN_TRACE_ID'];
  const traceparent = childOf(origin.traceparent, xray);
  return {
    ...origin,
    ...{ id, correlationId, traceparent },
    actor: origin.actor ?? 'anonymous',
    time: new Date().toISOString(),
    state: { committed: false },
    // Nobody can look at a trace that is not recorded, and most are not.
    log: createLogger({
      ...{ correlationId, callId: id === correlationId ? undefined : id, xray: RECORDED.exec(xray ?? '')?.[1] },
      // The last digit holds the flags, of which the lowest says that it is recorded.
      traceparent: parseInt(traceparent.slice(-1), 16) % 2 === 1 ? traceparent : undefined,
    }),
  };
}

/**
 * Begins the call of a message: its events keep the correlation, trace, actor and return address of the message.
 * With the name of the consumer, a second handling of the message is a no-op (inbox).
 */
export function callOf(envelope: Envelope, consumer?: string): Call {
  const { id, correlationid: correlationId, traceparent, actor, replyto: replyTo } = envelope;
  const marker = consumer === undefined ? undefined : { pk: `INBOX#${consumer}#${id}` };
  return beginCall({ id, correlationId, traceparent, actor, replyTo, marker });
}

/** Begins the call of a scheduled job. */
export const scheduledCall = (job: string): Call =>
  beginCall({ actor: `service:${process.env['SERVICE_NAME'] ?? 'unknown'}/${job}` });

/** Of what X-Ray records: the id of its trace. */
const RECORDED = /^Root=([^;]+);.*Sampled=1/;

const TRACEPARENT = /^00-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})$/;
const XRAY = /^Root=1-([0-9a-f]{8})-([0-9a-f]{24});.*Sampled=([01])/;

/**
 * A new span: of the trace that came with the request, else of the trace that X-Ray began for this invocation, else of
 * a new trace.
 * Sources: https://www.w3.org/TR/trace-context/#mutating-the-traceparent-field
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html#xray-api-traceids
 */
function childOf(parent = '', xray = ''): string {
  // Node generates UUIDs many at a time, which makes one much cheaper than separate random bytes.
  const random = randomUUID().replaceAll('-', '');
  const span = random.slice(16);
  const [, trace, flags] = TRACEPARENT.exec(parent) ?? [];
  if (trace !== undefined) return `00-${trace}-${span}-${flags}`;
  const [, seconds, rest, sampled] = XRAY.exec(xray) ?? [];
  return seconds === undefined ? `00-${random}-${span}-01` : `00-${seconds}${rest}-${span}-0${sampled}`;
}
