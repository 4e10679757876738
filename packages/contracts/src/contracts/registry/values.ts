import * as z from 'zod/mini';
import { impersonal } from '../marks.ts';
import { Email, Instant, text } from '../values.ts';

/** What the contracts of the registry share. */

export const ServiceName = z
  .string()
  .check(z.regex(/^[a-z][a-z0-9-]{0,30}$/), z.describe('A service: lower-case letters, digits and hyphens'));

export const StageName = z
  .string()
  .check(z.regex(/^[a-z0-9]{1,16}$/), z.describe('A stage: lower-case letters and digits, at most 16'));

/** The registry gives `v{major}_{yyyymmdd}-{fix}`; a client may bring its own. */
export const Label = z
  .string()
  .check(
    z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/),
    z.describe('A release of a service: letters, digits, dot, underscore and hyphen, at most 64 characters'),
  );

/** `orders/OrderPlaced`: the owner and the name, without the major version. */
export const ContractName = z
  .string()
  .check(z.regex(/^[a-z][a-z0-9-]{0,30}\/[A-Z][A-Za-z0-9]{0,99}$/), z.describe('<owner>/<Name> of a contract'));

/** `orders/OrderPlaced@1` */
export const ContractKey = z
  .string()
  .check(
    z.regex(/^[a-z][a-z0-9-]{0,30}\/[A-Z][A-Za-z0-9]{0,99}@(?:0|[1-9][0-9]{0,3})$/),
    z.describe('<owner>/<Name>@<major> of a contract'),
  );

/** Of a contract, and of a service's version. */
export const Major = z.int().check(z.gte(0), z.lte(9999));

export const Sha256 = z.string().check(z.regex(/^[0-9a-f]{64}$/), z.describe('SHA-256, 64 hex digits in lower case'));

/** A path below the data, or `*` for all of it. Arrays are passed through: `lines.quantity`. */
export const FieldPath = z
  .string()
  .check(z.maxLength(300), z.regex(/^(?:\*|[^.*\s\u0000-\u001f]+(?:\.[^.*\s\u0000-\u001f]+)*)$/));

/** Where a team gets webhooks; where a service answers. */
export const HttpsUrl = z.url({ protocol: /^https$/ }).check(z.maxLength(2048));
export const HttpUrl = z.url({ protocol: /^https?$/ }).check(z.maxLength(2048));

/** Who answers for a service: a team, and where it wants to hear of what concerns it. */
export const Owner = z.strictObject({
  name: impersonal(text(100)),
  email: z.optional(Email),
  webhook: z.optional(HttpsUrl),
});

/** From when a contract should no longer be used, until when it is there, and what replaces it. */
export const deprecationFields = {
  since: Instant,
  sunset: z.optional(Instant),
  successor: z.optional(ContractKey),
};

/** Of `{"type":"object"}`: the examples can be sent as they are. */
export const exampleHash = 'a2c799262a3ce3c19ef5cdd983bf3d12b43ab3c426227091b909dcb7054738c0';
export const exampleDigest = '2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae';
export const exampleLabel = 'v1_20260105-1';
export const exampleInstant = '2026-01-05T09:30:00.000Z';
