import { expect, it } from '@jest/globals';
import { comparer, hashOf, type Schema } from '../src/index.ts';
import { RUBBISH } from './rubbish.ts';

const plain = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] };

const known = new Map(
  [plain, ...RUBBISH.map(([, schema]) => schema)].map((it) => [hashOf(it as Schema), it as Schema]),
);

it.each(RUBBISH)('compares a schema with %s, or says that it cannot', (_, rubbish) => {
  const compare = comparer((hash) => known.get(hash));
  for (const use of ['reads', 'sends', 'calls'] as const) {
    for (const [consumer, provider] of [
      [plain, rubbish],
      [rubbish, plain],
    ] as const) {
      const pair = { consumer: hashOf(consumer as Schema), provider: hashOf(provider as Schema), use };
      for (const fields of [['a', 'a.b'], ['*'], []]) {
        const changes = compare({ ...pair, fields });
        expect(changes === undefined || Array.isArray(changes)).toBe(true);
      }
    }
  }
});
