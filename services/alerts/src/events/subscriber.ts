import { beginCall, type Call } from '@dure/contracts/binding/call';
import { lambda } from '@dure/contracts/binding/lambda';
import { createLogger } from '@dure/contracts/binding/log';
import { type Attempt, type ConsumerQueue, handleBatch, queueFromEnvironment } from '@dure/contracts/binding/queue';
import type { SQSEvent } from 'aws-lambda';
import { type Channel, deliverAlert, DeliveryInProgress } from '../application/deliver-alert.ts';
import { toAlert } from '../domain/alert.ts';
import type { Store } from '../store.ts';
import { parseSnsNotification } from './sns-notification.ts';

/**
 * Creates the handler of a subscriber's queue. A failed delivery is retried with growing delays. It moves to the
 * dead-letter queue with the reason on its last receipt, or at once when it can never succeed. Other messages go on.
 */
export function createSubscriber(store: Store, channel: Channel, queue: ConsumerQueue = queueFromEnvironment()) {
  let warned = false;

  /** Once per execution environment: it is not an error, and repeating it adds nothing. */
  function warnUnconfigured(): void {
    const log = createLogger({ channel: channel.name });
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

  return lambda(({ Records }: SQSEvent) => {
    const tasks = Records.map((record) => ({
      record,
      run: (attempt: Attempt) => {
        const call = beginCall({ actor: `service:alerts/${channel.name}` });
        Object.assign(attempt, { operation: 'deliver', log: call.log });
        return deliver(record.body, call);
      },
    }));
    const isExpected = (error: unknown) => error instanceof DeliveryInProgress;
    return handleBatch(
      { name: channel.name, queue, isExpected },
      tasks.map((task) => [task]),
    );
  });
}
