import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { boundsOf, type IncomingEvent, POSITION, positionOf, recordOf } from '../../src/domain/recorded-event.ts';

const incoming: IncomingEvent = {
  id: '01890A5D-AC96-774B-BCCE-B302099A8057',
  source: 'dure.inventory',
  type: 'dure.inventory.StockAdjusted.v1',
  subject: 'MUG-WHITE',
  time: '2026-01-05T09:30:00.000Z',
  dataschema: 'urn:dure:schema:inventory:StockAdjusted:1',
  sequence: 2,
  correlationid: '01890A5D-AC96-774B-BCCE-B302099A8057',
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  actor: 'anonymous',
  data: { sku: 'MUG-WHITE' },
};
const recordedAt = '2026-01-05T09:30:00.200Z';

describe('a record', () => {
  it('keeps the event but not its return address, with ids in lower case', () => {
    const record = recordOf({ ...incoming, ...{ replyto: 'token', specversion: '1.0' } }, recordedAt);
    const id = incoming.id.toLowerCase();
    expect(record).toEqual({ ...incoming, id, correlationid: id, recordedAt, causationid: undefined });
  });

  it.each([[undefined], [null], ['text'], [1], [['list']]])('is not made of the data %p', (data) => {
    expect(recordOf({ ...incoming, data }, recordedAt)).toBe('data-is-no-object');
  });
});

const instant = fc
  .date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true })
  .map((date) => date.toISOString());
const event = fc.record(
  { time: instant, sequence: fc.integer({ min: 1 }), id: fc.uuid() },
  { requiredKeys: ['time', 'id'] },
);

describe('positions', () => {
  it('are ordered by time, then sequence, then id', () => {
    fc.assert(
      fc.property(event, event, fc.boolean(), fc.boolean(), (a, b, sameTime, sameSequence) => {
        const other = { ...b, ...(sameTime && { time: a.time }), ...(sameSequence && { sequence: a.sequence }) };
        const order =
          compare(Date.parse(a.time), Date.parse(other.time)) ||
          compare(a.sequence ?? 0, other.sequence ?? 0) ||
          compare(a.id, other.id);
        expect(compare(positionOf(a), positionOf(other))).toBe(order);
        expect(positionOf(a)).toMatch(POSITION);
      }),
    );
  });

  it('order instants of any precision correctly', () => {
    const times = [
      '2026-01-05T09:30Z',
      '2026-01-05T09:30:00.5Z',
      '2026-01-05T09:30:00.501999Z',
      '2026-01-05T09:30:01Z',
    ];
    const positions = times.map((time) => positionOf({ time, id: incoming.id }));
    expect([...positions].sort()).toEqual(positions);
  });
});

it('a range contains what happened from its start up to its end, after a given position', () => {
  const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
  fc.assert(
    fc.property(
      fc.array(event, { minLength: 1 }),
      maybe(instant),
      maybe(instant),
      maybe(event),
      (events, from, to, last) => {
        const after = last && positionOf(last);
        const { low, high } = boundsOf({ from, to, after });
        for (const one of [...events, ...(last ? [last] : [])]) {
          const position = positionOf(one);
          const inside =
            (from === undefined || one.time >= from) &&
            (to === undefined || one.time < to) &&
            (after === undefined || position > after);
          expect(position >= low && position <= high).toBe(inside);
        }
      },
    ),
  );
});

const compare = <Value extends string | number>(a: Value, b: Value) => (a < b ? -1 : a > b ? 1 : 0);
