import * as z from 'zod/mini';
import { secret } from '../marks.ts';
import { Instant, Links, text, Uuid } from '../values.ts';
import { WebhookEventType } from './milestone.ts';

/**
 * Of RFC 3986, as the published `uri` is: a parser of the web repairs more than that, and then posts somewhere else.
 */
const URI =
  /^[A-Za-z][A-Za-z0-9+.-]*:\/\/(?:[\w.~!$&'()*+,;=:@\x5b\x5d-]|%[0-9A-Fa-f]{2})+(?:\/(?:[\w.~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*)?(?:\?(?:[\w.~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?(?:#(?:[\w.~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?$/;

const ShownUrl = z.url().check(z.maxLength(2048));
/** The characters come first, because `z.url()` cuts spaces off. */
const WebhookUrl = z
  .string()
  .check(
    z.maxLength(2048),
    z.regex(URI, { error: 'must be a URL of ASCII characters: percent-encode the others', abort: true }),
    z.url(),
  );

export const exampleEndpointId = '01890a5d-0a1b-7c66-8d1e-7e8f90123456';

const EventTypes = z.array(WebhookEventType).check(z.minLength(1), z.maxLength(WebhookEventType.options.length));

/** A third party's own description of its endpoint. */
export const endpointFields = { url: WebhookUrl, events: EventTypes, description: z.optional(text(200)) };

/** `gone`: it answered 410. `failing`: nothing was taken for days. `operator`: by PATCH. */
export const DisabledReason = z.enum(['gone', 'failing', 'operator']);

export const WebhookEndpointView = z.strictObject({
  endpointId: Uuid,
  ...endpointFields,
  url: ShownUrl,
  status: z.enum(['enabled', 'disabled']),
  disabledReason: z.optional(DisabledReason),
  /** Since when nothing was accepted; missing while deliveries succeed. */
  failingSince: z.optional(Instant),
  createdAt: Instant,
  updatedAt: Instant,
  _links: Links,
});

/** Shown only when it is created. */
export const Secret = secret(z.string().check(z.regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/)));
export const exampleSecret = `whsec_${'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY='}`;

export const exampleEndpoint = {
  url: 'https://example.com/hooks/dure',
  events: ['order.placed' as const, 'order.shipped' as const],
  description: 'Our warehouse',
};

export const exampleEndpointView = {
  endpointId: exampleEndpointId,
  ...exampleEndpoint,
  status: 'enabled' as const,
  createdAt: '2026-01-05T09:30:00.000Z',
  updatedAt: '2026-01-05T09:30:00.000Z',
  _links: { self: { href: `/v1/webhook-endpoints/${exampleEndpointId}` } },
};
