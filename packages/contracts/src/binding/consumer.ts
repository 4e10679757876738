import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { beginCall, type Call, callOf } from './call.ts';
import { parseJson } from './check.ts';
import { lambda } from './lambda.ts';
import { type Opened, openEvent, type Subscription } from './message.ts';
import { type ConsumerQueue, handleBatch, queueFromEnvironment, type Task } from './queue.ts';

/**
 * Makes the handler of a consumer's queue. Messages of one subject are handled one after the other, different subjects
 * at once. A handler commits its effect with `call`, which makes a repetition a no-op. A failed message is retried
 * after a back-off and in the end moved to the dead-letter queue with its reason, without holding up other subjects.
 *
 * @example
 * ```ts
 * import { consumer } from '@dure/contracts/binding/consumer';
 * import { on } from '@dure/contracts/binding/message';
 * import { consumes } from '@dure/contracts/contract';
 * import { ThingChanged } from '@dure/contracts/things';
 *
 * const thingChanged = on(consumes(ThingChanged, ['id']), ({ data }, call) =>
 *   Promise.resolve(call.log.info('changed', { id: data.id })),
 * );
 *
 * export const handler = consumer('events', [thingChanged]);
 * ```
 */
export function consumer(
  name: string,
  subscriptions: readonly Subscription[],
  queue: ConsumerQueue = queueFromEnvironment(),
) {
  return lambda(({ Records }: SQSEvent) => {
    const groups = Map.groupBy(Records.map(read), subjectOf);
    const toTask = ({ record, event }: Received): Task => ({
      record,
      run: async (attempt) => {
        const opened = openEvent(event, subscriptions);
        const call = callFor(name, opened, record);
        Object.assign(attempt, { operation: opened.operation, log: call.log });
        await opened.handle(call);
        return 'handled';
      },
    });
    const tasks = [...groups.values()].map((group) => group.map(toTask));
    return handleBatch({ name, queue }, tasks);
  });
}

/** A record with the event in its body, if that is JSON. */
interface Received {
  readonly record: SQSRecord;
  readonly event: { readonly detail?: { readonly subject?: unknown } } | null | undefined;
}

const read = (record: SQSRecord): Received => ({ record, event: parseJson(record.body) as Received['event'] });

const subjectOf = ({ record, event }: Received): string =>
  typeof event?.detail?.subject === 'string' ? event.detail.subject : record.messageId;

/** A foreign message has no influence on trace, correlation and actor. */
const callFor = (name: string, { source }: Opened, { messageId }: SQSRecord): Call =>
  'event' in source ? beginCall({ id: source.event.id ?? messageId }) : callOf(source, name);
