import * as z from 'zod/mini';
import { Instant, Uuid } from './values.ts';

/** W3C Trace Context, version 00. Source: https://www.w3.org/TR/trace-context/#traceparent-header */
export const Traceparent = z.string().check(z.regex(/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/));

/**
 * EventBridge's `detail`: a CloudEvents 1.0 JSON object with Dure's extensions.
 * Source: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
 */
export const Envelope = z.object({
  specversion: z.literal('1.0'),
  id: Uuid,
  source: z.string().check(z.regex(/^dure\.[a-z][a-z0-9-]*$/)),
  type: z.string().check(z.regex(/^dure\.[a-z][a-z0-9-]*\.[A-Za-z][A-Za-z0-9]*\.v[1-9][0-9]*$/)),
  /** The aggregate's id. */
  subject: z.string().check(z.minLength(1), z.maxLength(256)),
  time: Instant,
  datacontenttype: z.literal('application/json'),
  dataschema: z.string(),
  /** Counts the events of a subject, without gaps, from 1. Commands have none. */
  sequence: z.optional(z.int().check(z.gte(1))),
  correlationid: Uuid,
  causationid: z.optional(z.string().check(z.maxLength(256))),
  traceparent: Traceparent,
  /** The caller who caused it: `customer:…`, `user:…`, `service:…`, `client:<id of the API key>`, `anonymous`. */
  actor: z.string().check(z.minLength(1), z.maxLength(256)),
  /** A return address, opaque to all but the service that set it. */
  replyto: z.optional(z.string().check(z.minLength(1), z.maxLength(2048))),
  data: z.unknown(),
});
export type Envelope = z.output<typeof Envelope>;

/** What a Lambda gets from a queue that an EventBridge rule feeds. */
export const BusEvent = z.object({
  /** EventBridge's own; a message sent straight to the queue has none. */
  id: z.optional(z.string()),
  'detail-type': z.string(),
  source: z.string(),
  detail: z.unknown(),
});
export type BusEvent = z.output<typeof BusEvent>;
