import type { Position } from './checkpoint-store.ts';
import type { Lifecycle } from './lifecycle.ts';
import { MAX_PAYLOAD_BYTES } from './mapping.ts';
import type { ShardReader } from './shard-reader.ts';
import type { StreamRecord } from './stream-record.ts';
import type { StreamSignal } from './stream-signal.ts';

export interface StreamBatchSettings<Wire> {
  readonly size: number;
  /** How long a batch is filled up after its first record. */
  readonly windowMs: number;
  readonly toRecord: (record: Wire) => StreamRecord;
  readonly passes: (record: StreamRecord) => boolean;
  /** Whether a record is for this mapping at all. Others are skipped. */
  readonly isChange: (record: Wire) => boolean;
  readonly now: () => number;
}

export interface StreamBatch {
  readonly records: readonly StreamRecord[];
  /** Up to here all was read: the batch and what its filter left out. */
  readonly upTo: Position;
}

/**
 * Reads until a batch is full, its window is over, or it is as large as an invocation may be.
 * @param skipped called with a position before which the filter left out every record
 * @returns undefined when the mapping stopped before, or the shard has ended
 */
export async function nextBatch<Wire>(
  reader: ShardReader<Wire>,
  signal: StreamSignal,
  lifecycle: Lifecycle,
  settings: StreamBatchSettings<Wire>,
  skipped: (position: Position) => void,
): Promise<StreamBatch | undefined> {
  const records: StreamRecord[] = [];
  let upTo = reader.position();
  let room = MAX_PAYLOAD_BYTES - '{"Records":[]}'.length;
  let closes = Infinity;
  for (;;) {
    await signal.wait(closes - settings.now());
    if (!(await lifecycle.mayGoOn())) return undefined;
    if (settings.now() >= closes) return { records, upTo };
    signal.reading();
    const most = settings.size - records.length;
    const read = await reader.read(most);
    if (records.length > 0 && reader.position().shardId !== upTo.shardId) {
      reader.seek(upTo);
      return { records, upTo };
    }
    for (const raw of read) {
      const record = settings.toRecord(raw);
      if (settings.isChange(raw) && settings.passes(record)) {
        room -= Buffer.byteLength(JSON.stringify(record.event)) + 1;
        if (room < 0 && records.length > 0) {
          reader.seek(upTo);
          return { records, upTo };
        }
        records.push(record);
      }
      upTo = { ...reader.position(), sequence: record.sequence };
    }
    if (records.length === 0 && read.length > 0) skipped(upTo);
    if (records.length > 0 && closes === Infinity) closes = settings.now() + settings.windowMs;
    if (reader.ended?.() === true) return records.length > 0 ? { records, upTo } : undefined;
    if (read.length < most) signal.caughtUp(read.length === 0);
    if (records.length >= settings.size || settings.now() >= closes) return { records, upTo };
  }
}
