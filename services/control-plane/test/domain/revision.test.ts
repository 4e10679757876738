import { expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { decide, type Revision } from '../../src/domain/revision.ts';

const wish = fc.record({
  json: fc.constantFrom('1', '2', '3'),
  publishedAt: fc.constant('2026-01-05T09:30:00.000Z'),
  actor: fc.constantFrom('user:u-1', 'user:u-2'),
  why: fc.constantFrom('a', 'b'),
});
const step = fc.record({ wish, expected: fc.constantFrom('', '0', '1', '2', '3', '4', 'x', 'newest') });

it('numbers revisions without gaps, and changes none', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const history: Revision[] = [];
      for (const { wish: wanted, expected } of steps) {
        const newest = history.at(-1);
        const seen = expected === 'newest' ? String(newest?.revision ?? 0) : expected;
        const decision = decide(newest, seen, wanted);
        if ('publish' in decision) {
          // Only who has seen the newest, and wants something else, makes a revision.
          expect(Number(seen)).toBe(newest?.revision ?? 0);
          expect(wanted.json).not.toBe(newest?.json);
          expect(decision.publish).toEqual({ ...wanted, revision: history.length + 1 });
          history.push(decision.publish);
        } else if ('holds' in decision) {
          expect(decision.holds).toBe(newest);
          expect(wanted.json).toBe(newest?.json);
        } else {
          expect(seen).not.toBe(String(newest?.revision ?? 0));
        }
      }
    }),
  );
});

it('holds what its publisher sends again', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999 }), wish, (revision, wanted) => {
      const newest = { ...wanted, revision };
      expect(decide(newest, String(revision - 1), wanted)).toEqual({ holds: newest });
      if (revision === 1) expect(decide(newest, '', wanted)).toEqual({ holds: newest });
    }),
  );
});
