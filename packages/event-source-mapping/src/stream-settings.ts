import type { EventSourceMappingConfig } from './config.ts';

const DEFAULT_BATCH_SIZE = 100;

/** A stream's mapping with the values that it has by default. */
export function streamSettings(config: EventSourceMappingConfig) {
  return {
    BatchSize: config.BatchSize ?? DEFAULT_BATCH_SIZE,
    MaximumBatchingWindowInSeconds: config.MaximumBatchingWindowInSeconds ?? 0,
    MaximumRetryAttempts: config.MaximumRetryAttempts ?? -1,
    MaximumRecordAgeInSeconds: config.MaximumRecordAgeInSeconds ?? -1,
    BisectBatchOnFunctionError: config.BisectBatchOnFunctionError ?? false,
    ParallelizationFactor: config.ParallelizationFactor ?? 1,
  };
}
