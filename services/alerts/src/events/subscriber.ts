import { showLater } from '@dure/contracts/binding/back-off';
import { beginCall, type Call } from '@dure/contracts/binding/call';
import { type ConsumerQueue, deadLetter, queueFromEnvironment } from '@dure/contracts/binding/dead-letter';
import { createLogger, metric } from '@dure/contracts/binding/log';
import { Poison } from '@dure/contracts/binding/message';
import { settings, warmUp } from '@dure/contracts/binding/middleware';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { DeliveryInProgress, type Channel, deliverAlert } from '../application/deliver-alert.ts';
import { toAlert } from '../domain/alert.ts';
import type { Store } from '../store.ts';
import { parseSnsNotification } from './sns-notification.ts';

/**
 * Creates the handler of a subscriber's queue. A failed delivery is retried with growing delays. It moves to the
 * dead-letter queue with the reason on its last receipt, or at once when it can never succeed. Other messages go on.
 */
export function createSubscriber(store: Store, channel: Channel, queue: ConsumerQueue = queueFromEnvironment()) {
  const log = createLogger({ service: 'alerts', channel: channel.name });
  let warned = false;

  /** Once per execution environment: it is not an error, and repeating it adds nothing. */
  function warnUnconfigured(): void {
    if (!warned)
      log.warn(`no recipient is configured for ${channel.name}: alerts are stored only, see the service's README`);
    warned = true;
  }

  async function deliver(body: string, call: Call): Promise<string> {
    const alert = toAlert(parseSnsNotification(body));
    const outcome = await deliverAlert(store, channel, alert, Date.now);
    if (outcome === 'unconfigured') warnUnconfigured();
    call.log.info('alert', { outcome, alert: alert.id, state: alert.state, title: alert.title });
    return outcome;
  }

  /** Returns whether the message is finished. */
  async function handle(record: SQSRecord): Promise<boolean> {
    const started = performance.now();
    const call = beginCall({ actor: `service:alerts/${channel.name}` });
    const done = (outcome: string) =>
      call.log.info(outcome, metric(`${channel.name}.tell`, outcome, performance.now() - started));
    try {
      done(await deliver(record.body, call));
      return true;
    } catch (error) {
      const receiveCount = record.attributes.ApproximateReceiveCount;
      const level = error instanceof DeliveryInProgress ? 'info' : 'error';
      call.log[level]('alert not delivered', { error, receiveCount, sqsMessageId: record.messageId });
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
