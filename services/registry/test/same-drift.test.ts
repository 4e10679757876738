import { expect, it } from '@jest/globals';
import { type Drift, sameDrift } from '../src/domain/drift.ts';

const drift = (rules: Drift['rules']): Drift => ({ service: 'tracking', kind: 'different', ...(rules && { rules }) });

it.each<[string, Drift, Drift, boolean]>([
  [
    'with its fields in another order',
    drift({ missing: ['a'], unknown: [] }),
    drift({ unknown: [], missing: ['a'] }),
    true,
  ],
  ['with another rule missing', drift({ missing: ['a'], unknown: [] }), drift({ missing: ['b'], unknown: [] }), false],
  ['with an unknown rule more', drift({ missing: [], unknown: [] }), drift({ missing: [], unknown: ['a'] }), false],
  ['of artefacts, not of rules', drift(undefined), drift({ missing: ['a'], unknown: [] }), false],
  ['of artefacts, both', drift(undefined), drift(undefined), true],
])('a drift %s', (_what, one, other, same) => {
  expect(sameDrift(one, other)).toBe(same);
});
