import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { chunksOf, isFoundById, rangesOf, slotOf, SPAN_MS, whenHappened } from '../../src/domain/chunk.ts';
import { positionOf, type RecordedEvent } from '../../src/domain/recorded-event.ts';

const START = Date.UTC(2026, 0, 5, 9, 39, 58);
const after = (milliseconds: number) => new Date(START + milliseconds).toISOString();

const event = fc.record({
  id: fc.uuid(),
  correlationid: fc.constantFrom('c-1', 'c-2'),
  subject: fc.constantFrom('s-1', 's-2'),
  time: fc.integer({ min: 0, max: 3 * SPAN_MS }).map(after),
  data: fc.record({ text: fc.constantFrom('', 'x'.repeat(60_000)) }),
});
const kept = fc.record({
  event: event.map((it) => it as unknown as RecordedEvent),
  expiresAt: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
});
const distinct = fc.uniqueArray(kept, { maxLength: 30, selector: (it) => it.event.id });

describe('chunks', () => {
  it('have each event once, with those of its correlation and subject, from the first on', () => {
    fc.assert(
      fc.property(distinct, (events) => {
        const chunks = chunksOf(events);
        const ids = chunks.flatMap((chunk) => chunk.events.map(({ id }) => id));
        expect(ids.toSorted()).toEqual(events.map((it) => it.event.id).sort());
        for (const chunk of chunks) {
          const positions = chunk.events.map(positionOf);
          expect([chunk.position, ...positions.toSorted()]).toEqual([positions[0], ...positions]);
          const { correlationid, subject } = chunk;
          for (const one of chunk.events) expect(one).toMatchObject({ correlationid, subject });
          const times = chunk.events.map(({ time }) => Date.parse(time));
          expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(SPAN_MS);
          const bytes = JSON.stringify(chunk.events).length;
          expect(chunk.events.length === 1 || bytes < 110_000).toBe(true);
        }
      }),
    );
  });

  it('expire no earlier than any of their events', () => {
    fc.assert(
      fc.property(distinct, (events) => {
        const expiryOf = new Map(events.map((it) => [it.event.id, it.expiresAt]));
        for (const { events: inside, expiresAt = Infinity } of chunksOf(events)) {
          expect(Math.max(...inside.map(({ id }) => expiryOf.get(id) ?? Infinity))).toBe(expiresAt);
        }
      }),
    );
  });
});

describe('an id', () => {
  it('tells when its event happened, if it was made soon after', () => {
    const id = uuidv7({ msecs: START });
    expect(whenHappened(id)).toEqual({ from: after(-3_000), to: after(0) });
    const found = [1, 0, -3_000, -3_001].map((offset) => isFoundById({ id, time: after(offset) }));
    expect(found).toEqual([false, true, true, false]);
  });

  it('that is of another kind does not', () => {
    const id = '0190a5d0-ac96-474b-bcce-b302099a8057';
    expect(whenHappened(id)).toBeUndefined();
    expect(isFoundById({ id, time: after(0) })).toBe(false);
  });
});

it('slots last ten minutes, and are read together where one follows on the other', () => {
  expect(slotOf(after(0))).toBe('2026-01-05T09:3');
  expect(rangesOf(['2026-01-05T09:5', '2026-01-05T10:0', '2026-01-05T10:0', '2026-01-05T12:3'])).toEqual([
    { low: '2026-01-05T09:50:00.000Z', high: '2026-01-05T10:10:00.000Z' },
    { low: '2026-01-05T12:30:00.000Z', high: '2026-01-05T12:40:00.000Z' },
  ]);
  expect(rangesOf([])).toEqual([]);
});
