import { expect, it } from '@jest/globals';
import type { Direction } from '../src/index.ts';
import { findBreak } from '../src/compare/compare-schemas.ts';
import { Dice } from './dice.ts';
import { NAMES } from './draw-schemas.ts';
import { drawFamily } from './judge-pairs.ts';

/** Paths of one or two segments, and no names that all stand for. */
const drawFields = (dice: Dice): string[] =>
  dice.some(NAMES, 60).map((name) => (dice.chance(40) ? `${name}.${dice.one([...NAMES, '*'])}` : name));

it('whoever uses fewer fields is broken by no more changes', () => {
  const dice = new Dice(20261130);
  let broken = 0;
  let spared = 0;
  for (let count = 0; count < 60; count += 1) {
    const { schemas } = drawFamily(dice);
    for (const [index, before] of schemas.entries()) {
      const after = schemas[(index + 1 + dice.roll(schemas.length - 1)) % schemas.length]!;
      const direction: Direction = dice.one(['input', 'output']);
      const fields = drawFields(dice);
      const more = [...fields, ...drawFields(dice)];
      const breaks = [fields, more, ['*']].map((it) => findBreak(before, after, direction, { fields: it }));
      const decided = breaks.filter((it) => typeof it === 'string' || 'value' in it).map((it) => it !== 'none');
      if (decided.length < 3) continue;
      const seen = JSON.stringify({ direction, fields, more, before, after });
      expect({ decided, seen }).toEqual({ decided: [...decided].sort(), seen });
      broken += Number(decided[0]);
      spared += Number(decided[2] && !decided[0]);
    }
  }
  expect(broken).toBeGreaterThan(20);
  expect(spared).toBeGreaterThan(20);
});
