import { randomUUID } from 'node:crypto';
import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { openTable } from '@dure/contracts/binding/table';
import { createTestTable } from '@dure/testing/dynamodb';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { positionOf, type RecordedEvent } from '../src/domain/recorded-event.ts';
import { createStore, type Selection, type Store } from '../src/store.ts';
import { oldItem } from './support/stored.ts';

const { tableName } = await createTestTable({
  indexes: ['all', 'correlation', 'subject', 'type'].map((name) => ({
    ...{ name, pk: { all: 'shard', correlation: 'correlationid' }[name] ?? name, sk: 'position' },
  })),
});
const table = openTable(tableName);

const TYPES = ['dure.a.A.v1', 'dure.a.B.v1', 'dure.a.Rare.v1'];

/** Events of some minutes, near the border of two slots; each run has a day of its own, and its own names. */
const history = fc
  .array(
    fc.record({
      millisecond: fc.oneof({ weight: 4, arbitrary: fc.nat({ max: 4_000 }) }, fc.nat({ max: 3_600_000 })),
      // The id may be none that tells the time, or be made long after.
      id: fc.constantFrom<'random' | 0 | 3_000 | 60_000>('random', 0, 3_000, 60_000),
      type: fc.constantFrom(...TYPES, ...TYPES.slice(0, 2)),
      subject: fc.nat({ max: 1 }),
      correlation: fc.nat({ max: 1 }),
      /** Which version recorded it: that of now, or one of before. */
      by: fc.constantFrom<'chunks' | 'types' | 'oldest'>('chunks', 'chunks', 'chunks', 'chunks', 'types', 'oldest'),
    }),
    { minLength: 1, maxLength: 40, size: 'max' },
  )
  .map((seeds) => {
    const start = Date.UTC(2000, 0, 1, 9, 39, 58) + Math.floor(Math.random() * 9_000) * 86_400_000;
    const [run, correlations] = [randomUUID().replaceAll('-', ''), [0, 1].map(() => randomUUID())];
    return seeds.map(({ millisecond, id, type, subject, correlation, by }) => {
      const time = start + millisecond;
      const event: RecordedEvent = {
        ...{
          id: id === 'random' ? randomUUID() : uuidv7({ msecs: time + id }),
          source: 'dure.a',
          type: `${type}${run}`,
        },
        ...{ subject: `${subject}-${run}`, time: new Date(time).toISOString(), dataschema: '', sequence: subject + 1 },
        ...{ correlationid: correlations[correlation]!, traceparent: '', actor: '', data: { millisecond } },
        recordedAt: new Date(time).toISOString(),
      };
      return { event, by };
    });
  });

/** How a history arrives: in batches, some of whose events come again. */
const delivery = fc.record({ batch: fc.integer({ min: 1, max: 15 }), repeated: fc.integer({ min: 1, max: 7 }) });

async function everything(store: Store, selection: Selection, range: { from?: string; to?: string }, limit: number) {
  const events: RecordedEvent[] = [];
  for (let after: string | undefined, more = true; more;) {
    const page = await store.list(selection, { range: { ...range, ...(after !== undefined && { after }) }, limit });
    expect(page.events.length).toBeLessThanOrEqual(limit);
    if (page.end !== undefined) expect(page.events).toHaveLength(limit);
    events.push(...page.events);
    [after, more] = [page.end, page.end !== undefined];
  }
  return events;
}

it('finds in pages, in order and once, what was recorded by this version and those before, by each question', async () => {
  await fc.assert(
    fc.asyncProperty(history, delivery, fc.integer({ min: 3, max: 15 }), async (all, { batch, repeated }, limit) => {
      const store = createStore(table);
      await recordOld(all);
      const events = all.filter(({ by }) => by === 'chunks').map(({ event }) => event);
      const arriving = [...events, ...events.filter((_, index) => index % repeated === 0)];
      for (let start = 0; start < arriving.length; start += batch) {
        const distinct = new Map(arriving.slice(start, start + batch).map((event) => [event.id, event]));
        const results = await store.record([...distinct.values()].map((event) => ({ event, expiresAt: undefined })));
        expect(results.every(({ status }) => status === 'fulfilled')).toBe(true);
      }
      const inOrder = all.map(({ event }) => event).sort((a, b) => (positionOf(a) < positionOf(b) ? -1 : 1));
      const [first, middle] = [inOrder[0]!, inOrder[inOrder.length >> 1]!];
      const to = new Date(Date.parse(inOrder.at(-1)!.time) + 1).toISOString();
      const asked: [Selection, (event: RecordedEvent) => boolean][] = [
        [{ by: 'all' }, () => true],
        [{ by: 'correlation', value: middle.correlationid }, (it) => it.correlationid === middle.correlationid],
        [{ by: 'subject', value: middle.subject }, (it) => it.subject === middle.subject],
        [{ by: 'type', value: middle.type }, (it) => it.type === middle.type],
      ];
      for (const [selection, wanted] of asked) {
        for (const [from, until] of [
          [first.time, to],
          [middle.time, to],
          [first.time, middle.time],
        ] as const) {
          const expected = inOrder.filter((it) => wanted(it) && from <= it.time && it.time < until);
          const found = await everything(store, selection, { from, to: until }, limit);
          expect(found.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
        }
      }
      for (const event of [first, middle]) expect(await store.load(event.id)).toEqual(event);
    }),
    // To shrink a failure would take minutes.
    { numRuns: 6, endOnFailure: true },
  );
}, 120_000);

/** As the versions before did. */
async function recordOld(all: readonly { readonly event: RecordedEvent; readonly by: string }[]): Promise<void> {
  const old = all.filter(({ by }) => by !== 'chunks');
  const items = old.map(({ event, by }) =>
    oldItem(event, positionOf(event), by === 'oldest' ? 'ALL#3' : `TYPE#${event.type}#0`, by === 'oldest'),
  );
  const partitions = new Set(old.flatMap(({ event, by }) => (by === 'oldest' ? [] : [`${event.type}#0`])));
  const requests = [...items, ...[...partitions].map((sk) => ({ pk: 'PARTITIONS', sk }))].map((Item) => ({
    PutRequest: { Item },
  }));
  for (let start = 0; start < requests.length; start += 25) {
    await table.client.send(
      new BatchWriteCommand({ RequestItems: { [tableName]: requests.slice(start, start + 25) } }),
    );
  }
}
