import { expect, it } from '@jest/globals';
import { findBreak } from '../src/compare/compare-schemas.ts';
import { judge } from './judge-pairs.ts';

// What the property test would say of comparisons that are wrong.
it.each<[string, typeof findBreak, RegExp]>([
  ['sees nothing', () => 'none', /missed: /],
  [
    'sees no new required field',
    (before, after, direction) => {
      const { required: _one, ...old } = before;
      const { required: _other, ...now } = after;
      return findBreak(old, now, direction);
    },
    /missed: |false alarm: /,
  ],
  ['always sees one', () => ({ value: null }), /false alarm: null/],
  [
    'takes the wrong direction',
    (before, after, direction) => findBreak(before, after, direction === 'input' ? 'output' : 'input'),
    /missed: |false alarm: /,
  ],
])('finds a comparison that %s', (_, find, expected) => {
  expect(() => judge(20261130, 60, find)).toThrow(expected);
});
