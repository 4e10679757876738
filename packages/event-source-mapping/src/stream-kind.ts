import type { DiscardedBatch } from './failure-document.ts';

/** What is different between the streams of tables and those of Kinesis, for a delivery. */
export interface StreamKind {
  /** What the document for a destination on failure calls a batch. */
  readonly batchInfo: DiscardedBatch['info'];
  /** How long the stream keeps a record. */
  retentionSeconds(): number;
}

/** A table's stream keeps its records for a day. */
export const TABLE_STREAM: StreamKind = { batchInfo: 'DDBStreamBatchInfo', retentionSeconds: () => 24 * 60 * 60 };
