import { beginCall, type Call } from '@dure/contracts/binding/call';
import { lambda } from '@dure/contracts/binding/lambda';
import { createLogger } from '@dure/contracts/binding/log';
import { type Attempt, type ConsumerQueue, handleBatch, queueFromEnvironment } from '@dure/contracts/binding/queue';
import type { SQSEvent } from 'aws-lambda';
import { BeingTold, type Channel, tell } from '../application/tell.ts';
import { toAlert } from '../domain/alert.ts';
import type { Store } from '../store.ts';
import { notificationOf } from './notification.ts';

/**
 * Makes the handler of a subscriber's queue. What could not be told comes again, later each time; on its last receipt,
 * and at once when it never will be, it goes to the dead-letter queue with the reason. The others are not held up.
 */
export function subscriber(store: Store, channel: Channel, queue: ConsumerQueue = queueFromEnvironment()) {
  let said = false;

  /** Once for each execution environment: it is no fault, and no news the second time. */
  function sayUnconfigured(): void {
    const log = createLogger({ channel: channel.name });
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

  return lambda(({ Records }: SQSEvent) => {
    const tasks = Records.map((record) => ({
      record,
      run: (attempt: Attempt) => {
        const call = beginCall({ actor: `service:alerts/${channel.name}` });
        Object.assign(attempt, { operation: 'tell', log: call.log });
        return tellOf(record.body, call);
      },
    }));
    const isExpected = (error: unknown) => error instanceof BeingTold;
    return handleBatch(
      { name: channel.name, queue, isExpected },
      tasks.map((task) => [task]),
    );
  });
}
