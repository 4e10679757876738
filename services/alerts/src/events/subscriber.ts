import { showLater } from '@dure/contracts/binding/back-off';
import { beginCall, type Call } from '@dure/contracts/binding/call';
import { type ConsumerQueue, deadLetter, queueFromEnvironment } from '@dure/contracts/binding/dead-letter';
import { createLogger, metric } from '@dure/contracts/binding/log';
import { Poison } from '@dure/contracts/binding/message';
import { settings, warmUp } from '@dure/contracts/binding/middleware';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { BeingTold, type Channel, tell } from '../application/tell.ts';
import { toAlert } from '../domain/alert.ts';
import type { Store } from '../store.ts';
import { notificationOf } from './notification.ts';

/**
 * Makes the handler of a subscriber's queue. What could not be told comes again, later each time; on its last receipt,
 * and at once when it never will be, it goes to the dead-letter queue with the reason. The others are not held up.
 */
export function subscriber(store: Store, channel: Channel, queue: ConsumerQueue = queueFromEnvironment()) {
  const log = createLogger({ service: 'alerts', channel: channel.name });
  let said = false;

  /** Once for each execution environment: it is no fault, and no news the second time. */
  function sayUnconfigured(): void {
    if (!said) log.warn(`nobody is named to be told by ${channel.name}: alerts are kept, see the service's README`);
    said = true;
  }

  async function tellOf(body: string, call: Call): Promise<string> {
    const alert = toAlert(notificationOf(body));
    const outcome = await tell(store, channel, alert, Date.now);
    if (outcome === 'unconfigured') sayUnconfigured();
    call.log.info('alert', { outcome, alert: alert.id, state: alert.state, title: alert.title });
    return outcome;
  }

  /** Whether the message is done with. */
  async function handle(record: SQSRecord): Promise<boolean> {
    const started = performance.now();
    const call = beginCall({ actor: `service:alerts/${channel.name}` });
    const done = (outcome: string) =>
      call.log.info(outcome, metric(`${channel.name}.tell`, outcome, performance.now() - started));
    try {
      done(await tellOf(record.body, call));
      return true;
    } catch (error) {
      const receiveCount = record.attributes.ApproximateReceiveCount;
      const level = error instanceof BeingTold ? 'info' : 'error';
      call.log[level]('not told', { error, receiveCount, sqsMessageId: record.messageId });
      const dead = await deadLetter(queue, record, { consumer: channel.name, error, final: error instanceof Poison });
      done(dead ? 'dead-lettered' : 'retry');
      return dead;
    }
  }

  return middy<SQSEvent, SQSBatchResponse>(settings)
    .use(warmUp())
    .handler(async ({ Records }) => {
      const handled = await Promise.all(Records.map(handle));
      const failed = Records.filter((_, index) => !handled[index]);
      if (failed.length > 0)
        await showLater(
          queue.url,
          failed.map((record) => ({ record })),
          log,
        );
      return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
    });
}
