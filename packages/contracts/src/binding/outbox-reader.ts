import { AlreadyHandled } from './commit.ts';
import { callOf } from './call.ts';
import { createLogger, metric } from './log.ts';
import { envelopesIn } from './outbox-record.ts';
import type { Envelope } from '../contracts/envelope.ts';
import { open, type Subscription, subscriptionFor } from './message.ts';
import { streamHandler } from './stream.ts';

/**
 * Makes a handler of the service's own table's stream that reacts to the service's messages as they are committed,
 * without the detour over the bus. They are handled one after the other. After a failure the stream sends them again from there.
 * What the stream gives up becomes a dead letter, and can come again through the redrive queue.
 *
 * @example
 * ```ts
 * import { on } from '@dure/contracts/binding/message';
 * import { outboxReader } from '@dure/contracts/binding/outbox-reader';
 * import { consumes } from '@dure/contracts/contract';
 * import { ThingChanged } from '@dure/contracts/things';
 *
 * const start = on(consumes(ThingChanged, ['id']), ({ data }, call) =>
 *   Promise.resolve(call.log.info('changed', { id: data.id })),
 * );
 *
 * export const handler = outboxReader('start', [start]);
 * ```
 */
export const outboxReader = (name: string, subscriptions: readonly Subscription[]) =>
  streamHandler(async (records) => {
    for (const record of records) {
      for (const envelope of envelopesIn(record)) {
        if (!(await handle(name, subscriptions, envelope))) return record.dynamodb?.SequenceNumber ?? '';
      }
    }
    return undefined;
  });

async function handle(name: string, subscriptions: readonly Subscription[], detail: Envelope): Promise<boolean> {
  const { type } = detail;
  if (subscriptionFor(subscriptions, type) === undefined) return true;
  const started = performance.now();
  const log = createLogger();
  const done = (outcome: string) => metric(`${name}.${type}`, outcome, performance.now() - started);
  try {
    const { envelope, subscription } = open(detail, subscriptions);
    await subscription.handle(envelope, callOf(envelope, name));
    log.info('handled', done('handled'));
    return true;
  } catch (error) {
    const repeated = error instanceof AlreadyHandled;
    if (repeated) log.info('duplicate', done('duplicate'));
    else log.error('record failed', { ...done('retry'), error });
    return repeated;
  }
}
