import type { Json, JsonObject } from './json.ts';
import type { Place } from './run.ts';
import { runtimeError } from './state-error.ts';

/** The input of a child execution, and how many items are in it. */
export interface Batch {
  readonly input: Json;
  readonly items: number;
}

/** Bytes of one batch, as of any input. */
const MAX_BATCH_BYTES = 262_144;

/**
 * The inputs of the child executions: the items, or batches of them.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html
 */
export async function batches(place: Place, input: Json, items: readonly Json[]): Promise<Batch[]> {
  const { language, state } = place;
  if (state.ItemBatcher === undefined) return items.map((item) => ({ input: item, items: 1 }));
  const most = await language.number(place, 'ItemBatcher/MaxItemsPerBatch', input, 'integer');
  const bytes = await language.number(place, 'ItemBatcher/MaxInputBytesPerBatch', input, 'integer');
  if ((most ?? 1) < 0) throw runtimeError('MaxItemsPerBatch cannot be negative.');
  if ((bytes ?? 1) < 0) throw runtimeError('MaxInputBytesPerBatch cannot be negative.');
  const { BatchInput: template } = state.ItemBatcher;
  const shared: JsonObject =
    template === undefined
      ? {}
      : { BatchInput: await language.template(place, 'ItemBatcher/BatchInput', template, input) };
  const limits = { most: most || Infinity, bytes: Math.min(bytes || MAX_BATCH_BYTES, MAX_BATCH_BYTES) };
  return divide(items, limits, sizeOf({ ...shared, Items: [] })).map((batch) => ({
    input: { ...shared, Items: batch },
    items: batch.length,
  }));
}

function divide(items: readonly Json[], limits: { most: number; bytes: number }, overhead: number): Json[][] {
  const found: Json[][] = [];
  let size = Infinity;
  for (const item of items) {
    const own = sizeOf(item) + 1;
    const last = found.at(-1);
    if (last === undefined || last.length >= limits.most || size + own > limits.bytes) {
      found.push([item]);
      size = overhead + own;
    } else {
      last.push(item);
      size += own;
    }
  }
  return found;
}

function sizeOf(value: Json): number {
  return Buffer.byteLength(JSON.stringify(value));
}
