import { MASK, mask, type Shown } from '@dure/contracts/binding/mask';
import shown from '@dure/contracts/shown.json' with { type: 'json' };
import { parse } from '../domain/dead-letter.ts';

/** Generated from the contracts: what may be seen of the data of each type. */
const byType: Readonly<Record<string, Shown>> = shown;

/** A message's data as people see it: what its contract marks is masked, and of an unknown type every value. */
export const shownData = (type: string, data: unknown): unknown =>
  mask(Object.hasOwn(byType, type) ? byType[type] : undefined, data);

const fields = (names: string): Shown => Object.fromEntries(names.split(' ').map((name) => [name, true]));

/** What an envelope has around its data. */
const AROUND_DATA = fields(
  'specversion id source type subject time sequence datacontenttype dataschema correlationid causationid traceparent actor',
);

/** What a dead letter's body has around the data: an event of the bus, or Lambda's report of what it gave up. */
const AROUND: Shown = {
  ...(fields('version id detail-type source account time region resources timestamp') as object),
  detail: AROUND_DATA,
  ...{ DDBStreamBatchInfo: { '*': true }, requestContext: { '*': true }, responseContext: { '*': true } },
};

/**
 * The detail of a foreign event as people see it: as JSON text, with what a known contract shows of it. It may be
 * anything, so that what is cut off, or of no contract, is masked; the archive has it whole.
 */
export function shownDetail(detail: string): string {
  const value = parseAny(detail);
  const { type, data } = { ...(value as { readonly type?: unknown; readonly data?: unknown } | null | undefined) };
  if (typeof type !== 'string' || !Object.hasOwn(byType, type)) return JSON.stringify(mask(undefined, value));
  return JSON.stringify({ ...(mask(AROUND_DATA, value) as object), data: shownData(type, data) });
}

function parseAny(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return MASK;
  }
}

/**
 * The body of a dead letter as people see it: without the return address, which is a capability, and without personal
 * data. It is stored and sent back whole.
 */
export function shownBody(body: string): string {
  const json = parse(body);
  if (Object.keys(json).length === 0) return MASK;
  const { detail, ...around } = mask(AROUND, json) as Readonly<Record<string, unknown>>;
  if (typeof detail !== 'object' || detail === null) return JSON.stringify({ ...around, detail });
  const { type, data } = json['detail'] as Readonly<Record<string, unknown>>;
  return JSON.stringify({ ...around, detail: { ...detail, data: shownData(String(type), data) } });
}
