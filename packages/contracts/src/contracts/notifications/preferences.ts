import * as z from 'zod/mini';
import { endpoint } from '../contract.ts';
import { CustomerId, Instant, Links } from '../values.ts';
import { Language } from './language.ts';

/**
 * Mails that a customer may opt out of. The others are about a contract or money (that an order was received, rejected,
 * cancelled or refunded), which law or good faith requires in writing: a customer cannot opt out of them.
 * Sources: Directive 2000/31/EC, Article 11; 전자상거래법 (Act on Consumer Protection in Electronic Commerce), Articles 14, 15
 */
export const OptionalMail = z.enum(['shipped', 'completed']);

const said = {
  /** Without one, that of the country to which an order goes. */
  language: z.optional(Language),
  /** `email: false` ends what is optional. */
  channels: z.strictObject({ email: z.boolean() }),
  optOut: z.array(OptionalMail).check(z.maxLength(2)),
};

const PreferencesView = z.strictObject({
  customerId: CustomerId,
  ...said,
  /** Missing for a customer who never chose. */
  updatedAt: z.optional(Instant),
  _links: Links,
});

const params = z.strictObject({ customerId: CustomerId });
const exampleBody = { language: 'ko' as const, channels: { email: true }, optOut: ['completed' as const] };
const exampleView = {
  customerId: 'c-1001',
  ...exampleBody,
  updatedAt: '2026-01-05T09:30:00.000Z',
  _links: { self: { href: '/v1/preferences/c-1001' } },
};
const responses = {
  200: { description: 'The preferences in effect', body: PreferencesView, headers: ['etag'] },
} as const;

export const GetPreferences = endpoint('notifications', {
  name: 'GetPreferences',
  method: 'GET',
  path: '/preferences/{customerId}',
  version: 1,
  summary: 'Shows the mail preferences of a customer, or the defaults',
  access: { own: 'notifications:read', any: 'notifications:read:any', by: 'params.customerId' },
  params,
  responses,
  example: { params: { customerId: 'c-1001' }, response: exampleView },
});

export const SetPreferences = endpoint('notifications', {
  name: 'SetPreferences',
  method: 'PUT',
  path: '/preferences/{customerId}',
  version: 1,
  summary: 'Sets the language, the channels and the optional mails to leave out',
  access: { own: 'notifications:write', any: 'notifications:write:any', by: 'params.customerId' },
  params,
  body: z.strictObject(said),
  ifMatch: 'required',
  responses,
  example: { params: { customerId: 'c-1001' }, body: exampleBody, response: exampleView },
});
