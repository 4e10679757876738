import * as z from 'zod/mini';
import { endpoint } from '../contract.ts';
import { Instant, Links, page, Uuid } from '../values.ts';
import {
  endpointFields,
  exampleEndpoint,
  exampleEndpointId,
  exampleEndpointView,
  exampleSecret,
  Secret,
  WebhookEndpointView,
} from './webhook-endpoint.ts';

const params = z.strictObject({ endpointId: Uuid });
const example = { params: { endpointId: exampleEndpointId } };
export const endpointNotFound = {
  'webhook-endpoint-not-found': { status: 404, title: 'There is no such webhook endpoint' },
} as const;
const urlRefused = {
  'webhook-url-refused': { status: 422, title: 'Webhooks go to https:// URLs outside, without credentials' },
} as const;
const shown = { description: 'The webhook endpoint', body: WebhookEndpointView, headers: ['etag'] } as const;

export const CreateWebhookEndpoint = endpoint('notifications', {
  name: 'CreateWebhookEndpoint',
  method: 'POST',
  path: '/webhook-endpoints',
  version: 1,
  summary: 'Creates a webhook endpoint, signed by the Standard Webhooks; the secret is shown only here',
  access: { any: 'webhooks:write' },
  body: z.strictObject(endpointFields),
  idempotencyKey: 'optional',
  responses: {
    201: {
      description: 'The webhook endpoint, with its secret',
      body: z.extend(WebhookEndpointView, { secret: Secret }),
      headers: ['location', 'etag'],
    },
  },
  problems: {
    ...urlRefused,
    'too-many-webhook-endpoints': { status: 409, title: 'There are as many webhook endpoints as there may be' },
  },
  example: { body: exampleEndpoint, response: { ...exampleEndpointView, secret: exampleSecret } },
});

export const ListWebhookEndpoints = endpoint('notifications', {
  name: 'ListWebhookEndpoints',
  method: 'GET',
  path: '/webhook-endpoints',
  version: 1,
  summary: 'Lists all webhook endpoints',
  access: { any: 'webhooks:read' },
  responses: { 200: { description: 'The webhook endpoints', body: page(WebhookEndpointView) } },
  example: { response: { items: [exampleEndpointView], _links: { self: { href: '/v1/webhook-endpoints' } } } },
});

export const GetWebhookEndpoint = endpoint('notifications', {
  name: 'GetWebhookEndpoint',
  method: 'GET',
  path: '/webhook-endpoints/{endpointId}',
  version: 1,
  summary: 'Shows a webhook endpoint',
  access: { any: 'webhooks:read' },
  params,
  responses: { 200: shown },
  problems: endpointNotFound,
  example: { ...example, response: exampleEndpointView },
});

export const ChangeWebhookEndpoint = endpoint('notifications', {
  name: 'ChangeWebhookEndpoint',
  method: 'PATCH',
  path: '/webhook-endpoints/{endpointId}',
  version: 1,
  summary: 'Changes a webhook endpoint; one that was disabled is enabled again',
  access: { any: 'webhooks:write' },
  params,
  body: z
    .strictObject({
      url: z.optional(endpointFields.url),
      events: z.optional(endpointFields.events),
      description: endpointFields.description,
      status: z.optional(z.enum(['enabled', 'disabled'])),
    })
    .check(z.refine((body) => Object.keys(body).length > 0, { error: 'give what is to be changed' })),
  ifMatch: 'required',
  responses: { 200: shown },
  problems: { ...endpointNotFound, ...urlRefused },
  example: { ...example, body: { status: 'enabled' }, response: exampleEndpointView },
});

export const DeleteWebhookEndpoint = endpoint('notifications', {
  name: 'DeleteWebhookEndpoint',
  method: 'DELETE',
  path: '/webhook-endpoints/{endpointId}',
  version: 1,
  summary: 'Removes a webhook endpoint and ends its pending deliveries',
  access: { any: 'webhooks:write' },
  params,
  responses: { 204: { description: 'The webhook endpoint is removed' } },
  problems: endpointNotFound,
  example,
});

export const RotateWebhookSecret = endpoint('notifications', {
  name: 'RotateWebhookSecret',
  method: 'POST',
  path: '/webhook-endpoints/{endpointId}/secret-rotations',
  version: 1,
  summary: 'Creates a new secret, shown only here; the previous one also signs for 24 hours',
  access: { any: 'webhooks:write' },
  params,
  idempotencyKey: 'optional',
  responses: {
    201: {
      description: 'The new secret',
      body: z.strictObject({ endpointId: Uuid, secret: Secret, previousSignsUntil: Instant, _links: Links }),
    },
  },
  problems: endpointNotFound,
  example: {
    ...example,
    response: {
      endpointId: exampleEndpointId,
      secret: exampleSecret,
      previousSignsUntil: '2026-01-06T09:30:00.000Z',
      _links: { endpoint: { href: `/v1/webhook-endpoints/${exampleEndpointId}` } },
    },
  },
});
