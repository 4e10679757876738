import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { beginCall, type Call, callOf } from './call.ts';
import { parseJson } from './check.ts';
import { lambda } from './lambda.ts';
import { openEvent, type Subscription } from './message.ts';
import { type Attempt, type ConsumerQueue, handleBatch, queueFromEnvironment, type Task } from './queue.ts';

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
        const { opened, call } = begin({ record, event }, subscriptions, attempt, name);
        await opened.handle(call);
        return 'handled';
      },
    });
    const tasks = [...groups.values()].map((group) => group.map(toTask));
    return handleBatch({ name, queue }, tasks);
  });
}

/** A message of a batch, with what its subscription made of it. */
export interface Asked<Item> {
  readonly subject: string;
  readonly item: Item;
  readonly call: Call;
}

/** Gives effect to messages together. Returns one result for each, in their order; what it throws is every one's. */
export type HandleTogether<Item> = (asked: readonly Asked<Item>[]) => Promise<readonly PromiseSettledResult<unknown>[]>;

/**
 * Makes the handler of a queue whose messages take effect together, so that a batch needs one read and one write. Each
 * message is read by its subscription, which returns what is asked for and has no effect of its own. `together` then
 * gets all of the batch, in the order of their arrival. A foreign or poisonous message is judged alone, and each message
 * is logged, retried and given up by its own result, as with {@link consumer}. There is no marker: the effect itself is
 * one that a repetition does not change.
 *
 * @example
 * ```ts
 * import { batchConsumer, perSubject } from '@dure/contracts/binding/consumer';
 * import { on } from '@dure/contracts/binding/message';
 * import { consumes } from '@dure/contracts/contract';
 * import { ThingChanged } from '@dure/contracts/things';
 *
 * const save = async (id: string, size: number) => Promise.resolve({ id, size });
 * const sizeOf = on(consumes(ThingChanged, ['size']), ({ data }) => Promise.resolve(data.size));
 *
 * export const handler = batchConsumer(
 *   'sizes',
 *   [sizeOf],
 *   perSubject((id, asked) => save(id, Math.max(...asked.map(({ item }) => item)))),
 * );
 * ```
 */
export function batchConsumer<Item>(
  name: string,
  subscriptions: readonly Subscription<Item>[],
  together: HandleTogether<Item>,
  queue: ConsumerQueue = queueFromEnvironment(),
) {
  return lambda(({ Records }: SQSEvent) => {
    const asked = new Map<number, Asked<Item>>();
    const allRead = Promise.withResolvers<void>();
    let unread = Records.length;
    const effects = allRead.promise.then(async () => {
      const places = [...asked.keys()].sort((one, other) => one - other);
      const results = places.length === 0 ? [] : await together(places.map((place) => asked.get(place)!));
      return new Map(places.map((place, index) => [place, results[index]]));
    });
    const toTask = (received: Received, place: number): Task => ({
      record: received.record,
      run: async (attempt) => {
        try {
          const { opened, call } = begin(received, subscriptions, attempt);
          const item = (await opened.handle(call)) as Item;
          if ('event' in opened.source) return 'handled';
          asked.set(place, { subject: opened.source.subject, item, call });
        } finally {
          unread -= 1;
          if (unread === 0) allRead.resolve();
        }
        const result = (await effects).get(place);
        if (result?.status === 'rejected') throw result.reason;
        return 'handled';
      },
    });
    const tasks = Records.map(read).map(toTask);
    return handleBatch(
      { name, queue },
      tasks.map((task) => [task]),
    );
  });
}

/** Gives effect to the messages of one subject together, and to different subjects at once: a result for each subject. */
export const perSubject =
  <Item>(each: (subject: string, asked: readonly Asked<Item>[]) => Promise<unknown>): HandleTogether<Item> =>
  (asked) => {
    const done = new Map(
      [...Map.groupBy(asked, ({ subject }) => subject)].map(([subject, all]) => [subject, each(subject, all)]),
    );
    return Promise.allSettled(asked.map(async ({ subject }) => done.get(subject)));
  };

/** A record with the event in its body, if that is JSON. */
interface Received {
  readonly record: SQSRecord;
  readonly event: { readonly detail?: { readonly subject?: unknown } } | null | undefined;
}

const read = (record: SQSRecord): Received => ({ record, event: parseJson(record.body) as Received['event'] });

const subjectOf = ({ record, event }: Received): string =>
  typeof event?.detail?.subject === 'string' ? event.detail.subject : record.messageId;

/** Opens a message and begins its call, and says how the attempt is logged. With `consumer`, the call has a marker. */
function begin<Item>(
  { record, event }: Received,
  subscriptions: readonly Subscription<Item>[],
  attempt: Attempt,
  consumer?: string,
) {
  const opened = openEvent(event, subscriptions);
  const { source, operation } = opened;
  // A foreign message has no influence on trace, correlation and actor.
  const call = 'event' in source ? beginCall({ id: source.event.id ?? record.messageId }) : callOf(source, consumer);
  Object.assign(attempt, { operation, log: call.log });
  return { opened, call };
}
