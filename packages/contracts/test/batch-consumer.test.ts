import { randomUUID } from 'node:crypto';
import { busRecord, lambdaContext, sqsEvent, sqsRecord } from '@dure/testing/lambda-events';
import { startTestQueues } from '@dure/testing/queues';
import { describe, expect, it } from '@jest/globals';
import type { SQSRecord } from 'aws-lambda';
import { AlreadyHandled } from '../src/binding/commit.ts';
import { type Asked, batchConsumer, type HandleTogether, perSubject } from '../src/binding/consumer.ts';
import { on, onForeign, Poison } from '../src/binding/message.ts';
import { consumes } from '../src/contracts/contract.ts';
import { captureLogs } from './logs.ts';
import { ThingChanged } from './things.ts';

const queues = await startTestQueues();
process.env['AWS_REGION'] = 'us-east-1';
process.env['AWS_ACCESS_KEY_ID'] = process.env['AWS_SECRET_ACCESS_KEY'] = 'local';
process.env['AWS_ENDPOINT_URL_SQS'] = queues.endpoint;
const logs = captureLogs();
const outcomes = () =>
  logs.filter(({ outcome }) => outcome !== undefined).map(({ operation, outcome }) => `${operation} ${outcome}`);

const thing = (subject: string, size: unknown, more: object = {}) =>
  busRecord({ contract: ThingChanged, subject, sequence: 1, data: { id: subject, size }, ...more });
const foreign = () => sqsRecord(thing('a', 4).body.replaceAll('"source":"dure.things"', '"source":"dure.evil"'));

const size = on(consumes(ThingChanged, ['size']), ({ data }) => {
  if (data.size < 0) throw new Poison('A size is not negative.');
  return Promise.resolve(data.size);
});

/** A consumer with its own queues. */
function start(together: HandleTogether<number>, subscriptions = [size], maxReceives = 3) {
  const [name, deadName] = [randomUUID(), randomUUID()];
  const [url, deadLetterUrl] = [name, deadName].map((it) => queues.createQueue(it).url) as [string, string];
  const handler = batchConsumer('tests', subscriptions, together, { url, deadLetterUrl, maxReceives });
  return {
    run: async (...records: SQSRecord[]) => {
      const { batchItemFailures } = await handler(sqsEvent(...records), lambdaContext);
      return batchItemFailures.map(({ itemIdentifier }) => records.findIndex((it) => it.messageId === itemIdentifier));
    },
    dead: () => queues.messagesIn(deadName).map(({ body }) => body),
  };
}

const seen: string[][] = [];
const listOf = (asked: readonly Asked<number>[]) => asked.map(({ subject, item }) => `${subject}${item}`);
const fulfil = (asked: readonly Asked<number>[]) => {
  seen.push(listOf(asked));
  return Promise.allSettled(asked.map(() => Promise.resolve()));
};

describe('a batch consumer', () => {
  it('gives effect to all of a batch at once, in the order of arrival', async () => {
    seen.length = 0;
    const { run } = start(fulfil);
    expect(await run(thing('a', 1), thing('b', 2), thing('a', 3))).toEqual([]);
    expect(seen).toEqual([['a1', 'b2', 'a3']]);
    expect(outcomes()).toEqual(Array(3).fill('tests.ThingChanged.v1 handled'));
  });

  it('keeps the order of arrival when a message takes longer to read', async () => {
    seen.length = 0;
    const slow = on(consumes(ThingChanged, ['size']), async ({ data }) => {
      for (let turns = data.size; turns > 0; turns -= 1) await Promise.resolve();
      return data.size;
    });
    await start(fulfil, [slow]).run(thing('a', 9), thing('a', 5), thing('a', 1));
    expect(seen).toEqual([['a9', 'a5', 'a1']]);
  });

  it('judges what is poisonous or foreign alone, before the rest takes effect', async () => {
    seen.length = 0;
    const strangers: string[] = [];
    const strange = onForeign(({ reason }) => Promise.resolve(strangers.push(reason)));
    const { run, dead } = start(fulfil, [size, strange]);
    const batch = [sqsRecord('{'), thing('a', 1), thing('a', -1), foreign(), thing('a', 2)];
    expect(await run(...batch)).toEqual([]);
    expect(seen).toEqual([['a1', 'a2']]);
    expect(strangers).toEqual([expect.stringContaining('dure.evil may not send')]);
    expect(dead().sort()).toEqual([batch[0]!.body, batch[2]!.body].sort());
    expect(outcomes().sort()).toEqual([
      'tests.ThingChanged.v1 dead-lettered',
      'tests.ThingChanged.v1 handled',
      'tests.ThingChanged.v1 handled',
      'tests.foreign handled',
      'tests.unknown dead-lettered',
    ]);
  });

  it('has no effect when nothing of a batch can be read', async () => {
    seen.length = 0;
    expect(await start(fulfil).run(sqsRecord('{'), sqsRecord('['))).toEqual([]);
    expect(seen).toEqual([]);
  });

  it('retries, gives up and logs each message by its own result', async () => {
    const { run, dead } = start((asked) =>
      Promise.allSettled(
        asked.map(({ item }) => {
          if (item === 2) return Promise.reject(new Error('Not now.'));
          if (item === 3) return Promise.reject(new AlreadyHandled('Before.'));
          if (item === 4) return Promise.reject(new Poison('Never.'));
          return Promise.resolve();
        }),
      ),
    );
    const batch = [thing('a', 1), thing('a', 2), thing('b', 3), thing('b', 4), thing('b', 2, { receiveCount: 3 })];
    expect(await run(...batch)).toEqual([1]);
    expect(dead().sort()).toEqual([batch[3]!.body, batch[4]!.body].sort());
    expect(outcomes().map((it) => it.split(' ')[1])).toEqual(
      expect.arrayContaining(['handled', 'retry', 'duplicate', 'dead-lettered', 'dead-lettered']),
    );
  });

  it('retries all of a batch when none of it took effect', async () => {
    const strange = onForeign(() => Promise.resolve());
    const { run } = start(() => Promise.reject(new Error('The table is away.')), [size, strange]);
    expect(await run(thing('a', 1), sqsRecord('{'), thing('b', 2), foreign())).toEqual([0, 2]);
  });

  it('takes the messages of a subject together, and a failure is only its own', async () => {
    const applied: string[] = [];
    const each = perSubject<number>((subject, asked) => {
      if (subject === 'b') return Promise.reject(new Error('Not this one.'));
      return Promise.resolve(applied.push(listOf(asked).join()));
    });
    expect(await start(each).run(thing('a', 1), thing('b', 1), thing('a', 2), thing('b', 2), thing('c', 1))).toEqual([
      1, 3,
    ]);
    expect(applied).toEqual(['a1,a2', 'c1']);
  });
});
