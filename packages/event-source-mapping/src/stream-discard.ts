import { bucketOf, type EventSourceMappingConfig } from './config.ts';
import { failureDocument, failureObject, type DiscardedBatch } from './failure-document.ts';
import { backOff, type Lifecycle } from './lifecycle.ts';
import type { EventSourceMappingDeps } from './mapping.ts';

const BACK_OFF_CAP_MS = 10_000;
/** How long a destination that refuses holds up its shard: as long as AWS would keep the records. */
const PATIENCE_MS = 24 * 60 * 60 * 1000;

export type DiscardOutcome = 'dead-lettered' | 'dropped' | 'stopped';

/**
 * Sends a given-up batch to the destination on failure. Retries until it arrives, so that no batch is lost unnoticed;
 * 'stopped' when the mapping stops before. Without a destination the batch is dropped, as on AWS.
 */
export async function discard(
  batch: DiscardedBatch,
  config: EventSourceMappingConfig,
  deps: EventSourceMappingDeps,
  lifecycle: Lifecycle,
): Promise<DiscardOutcome> {
  const { log, now = Date.now } = deps;
  const destination = config.DestinationConfig?.OnFailure?.Destination;
  const about = {
    condition: batch.condition,
    from: batch.records[0]?.sequence,
    to: batch.records.at(-1)?.sequence,
    stream: batch.streamArn,
  };
  if (destination === undefined) {
    log(
      'error',
      `${batch.functionName} lost ${batch.records.length} records: there is no destination on failure`,
      about,
    );
    return 'dropped';
  }
  const send = delivery(batch, config.UUID, destination, deps);
  const deadline = now() + PATIENCE_MS;
  for (let failures = 1; now() < deadline; failures += 1) {
    if (!(await lifecycle.mayGoOn())) return 'stopped';
    try {
      await send();
      log('warn', `${batch.functionName} gave up ${batch.records.length} records to ${destination}`, about);
      return 'dead-lettered';
    } catch (error) {
      log('error', `The destination on failure ${destination} cannot be reached`, { ...about, reason: String(error) });
      await lifecycle.sleep(backOff(failures, BACK_OFF_CAP_MS));
    }
  }
  log('error', `${batch.functionName} lost ${batch.records.length} records: ${destination} was not reached`, about);
  return 'dropped';
}

/** Sends the same each time it is called. */
function delivery(
  batch: DiscardedBatch,
  mappingId: string,
  destination: string,
  { sendToQueueArn, putObject }: EventSourceMappingDeps,
): () => Promise<void> {
  const bucket = bucketOf(destination);
  if (bucket === undefined) {
    const body = JSON.stringify(failureDocument(batch));
    return () => sendToQueueArn(destination, body);
  }
  const { key, body } = failureObject(batch, mappingId);
  return () => putObject(bucket, key, body);
}
