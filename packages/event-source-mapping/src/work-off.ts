import type { Position } from './checkpoint-store.ts';
import { backOff, type Lifecycle } from './lifecycle.ts';
import type { ShardReader } from './shard-reader.ts';
import { nextBatch, type StreamBatchSettings } from './stream-batch.ts';
import type { StreamDelivery } from './stream-delivery.ts';
import type { StreamSignal } from './stream-signal.ts';

const BACK_OFF_CAP_MS = 5_000;

export interface Work<Wire> {
  open(): Promise<ShardReader<Wire>>;
  readonly signal: StreamSignal;
  readonly lifecycle: Lifecycle;
  readonly batches: StreamBatchSettings<Wire>;
  readonly delivery: StreamDelivery;
  save(position: Position): void;
  /** Reading failed, and is tried again. */
  failed(error: unknown): void;
}

/** Reads and delivers batch after batch until the mapping stops or the reader's shard has ended. True for the latter. */
export async function workOff<Wire>(work: Work<Wire>): Promise<boolean> {
  const { signal, lifecycle, batches, delivery, save } = work;
  let reader: ShardReader<Wire> | undefined;
  for (let failures = 0; await lifecycle.mayGoOn();) {
    try {
      reader ??= await work.open();
      const batch = await nextBatch(reader, signal, lifecycle, batches, save);
      if (batch === undefined) return reader.ended?.() === true;
      if (!(await delivery.deliver(batch.records, batch.upTo.shardId))) return false;
      save(batch.upTo);
      failures = 0;
    } catch (error) {
      reader = undefined;
      failures += 1;
      work.failed(error);
      await lifecycle.sleep(backOff(failures, BACK_OFF_CAP_MS));
    }
  }
  return false;
}
