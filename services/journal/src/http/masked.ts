import { MASK, mask, type Shown } from '@dure/contracts/binding/mask';
import shown from '@dure/contracts/shown.json' with { type: 'json' };
import { parse } from '../domain/dead-letter.ts';

/** Generated from the contracts: which fields of each type may be shown. */
const byType: Readonly<Record<string, Shown>> = shown;

/** Masks what a message's contract marks as personal; for an unknown type it masks every value. */
export const maskedData = (type: string, data: unknown): unknown =>
  mask(Object.hasOwn(byType, type) ? byType[type] : undefined, data);

const fields = (names: string): Shown => Object.fromEntries(names.split(' ').map((name) => [name, true]));

/** The fields of an envelope other than its data. */
const AROUND_DATA = fields(
  'specversion id source type subject time sequence datacontenttype dataschema correlationid causationid traceparent actor',
);

/**
 * The fields of a dead letter's body other than the data: a bus event, Lambda's report of a failed invocation, or a
 * notification of S3.
 */
const AROUND: Shown = {
  ...(fields('version id detail-type source account time region resources timestamp') as object),
  detail: AROUND_DATA,
  ...{ DDBStreamBatchInfo: { '*': true }, requestContext: { '*': true }, responseContext: { '*': true } },
  Records: {
    ...(fields('eventSource eventName eventTime') as object),
    s3: { bucket: { name: true }, object: fields('key size') },
  },
};

/**
 * The detail of a foreign event as JSON text, showing only what a known contract allows. It may be anything, so a
 * truncated detail, or one without a contract, is masked; the archive has it whole.
 */
export function maskedDetail(detail: string): string {
  const value = parseAny(detail);
  const { type, data } = { ...(value as { readonly type?: unknown; readonly data?: unknown } | null | undefined) };
  if (typeof type !== 'string' || !Object.hasOwn(byType, type)) return JSON.stringify(mask(undefined, value));
  return JSON.stringify({ ...(mask(AROUND_DATA, value) as object), data: maskedData(type, data) });
}

function parseAny(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return MASK;
  }
}

/**
 * The body of a dead letter without the return address, which is a capability, and without personal data. It is stored
 * and redriven whole.
 */
export function maskedBody(body: string): string {
  const json = parse(body);
  if (Object.keys(json).length === 0) return MASK;
  const { detail, ...around } = mask(AROUND, json) as Readonly<Record<string, unknown>>;
  if (typeof detail !== 'object' || detail === null) return JSON.stringify({ ...around, detail });
  const { type, data } = json['detail'] as Readonly<Record<string, unknown>>;
  return JSON.stringify({ ...around, detail: { ...detail, data: maskedData(String(type), data) } });
}
