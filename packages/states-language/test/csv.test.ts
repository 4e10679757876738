import { expect, it } from '@jest/globals';
import { csvRows } from '../src/csv.ts';

it.each([
  [
    'a,b\n1,2\n',
    ',',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  [
    'a,b\r\n1,\r\n',
    ',',
    [
      ['a', 'b'],
      ['1', ''],
    ],
  ],
  [
    '"a,b","c""d"\n"x\ny",z',
    ',',
    [
      ['a,b', 'c"d'],
      ['x\ny', 'z'],
    ],
  ],
  [
    'a|b\n\n1|2',
    '|',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  ['a,', ',', [['a', '']]],
  ['a\tb c', '\t', [['a', 'b c']]],
  ['', ',', []],
])('reads the rows of %j', (text, delimiter, rows) => {
  expect(csvRows(text, delimiter)).toEqual(rows);
});
