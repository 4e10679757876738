import { describe, expect, it } from '@jest/globals';
import { differences, newReading } from '../src/recordings/snapshot.ts';
import { withoutOrder } from '../src/recordings/vocabulary/history.ts';

const paths = (recorded: unknown, here: unknown): string[] =>
  differences(recorded, here, newReading()).map(({ path }) => path);

describe('a recording', () => {
  it.each([
    ['placeholders match any text', 'arn:aws:sqs:<region>:111111111111:<q:1>', 'arn:aws:sqs:us-east-1:000000000000:a'],
    ['a time matches any time', 'datetime', new Date(0)],
    ['JSON in a text is compared as JSON', { body: { n: [1] } }, { body: '{ "n": [1] }' }],
    ['bytes are recorded as Python writes them', "b'\\x00a'", new Uint8Array([0, 97])],
    ['the place of a parser is not compared', 'Bad.\n at [Source: (String)"x"; line: 1]', 'Bad.'],
    ['headers and ids of requests are not compared', { HTTPHeaders: { a: 1 } }, { HTTPHeaders: {} }],
  ])('%s', (_, recorded, here) => {
    expect(paths(recorded, here)).toEqual([]);
  });

  it.each([
    ['another text', { a: 'x<id:1>' }, { a: 'y1' }, '$.a'],
    ['a member that is missing here', { a: 1, b: 2 }, { a: 1 }, '$.b'],
    ['a member that AWS does not send', { a: 1 }, { a: 1, b: 2 }, '$.b'],
    ['a number in place of a text', ['1'], [1], '$[0]'],
    ['a list of another length', { l: [1] }, { l: [] }, '$.l'],
  ])('finds %s', (_, recorded, here, path) => {
    expect(paths(recorded, here)).toEqual([path]);
  });

  it('compares branches of an execution in any order, each event with the one before it', () => {
    const branch = (id: number, name: string, previousEventId: number) => ({
      id,
      previousEventId,
      type: 'Entered',
      name,
    });
    const start = { id: 1, previousEventId: 0, type: 'ParallelStateStarted' };
    const one = withoutOrder({ events: [start, branch(2, 'a', 1), branch(3, 'b', 1)] });
    const other = withoutOrder({ events: [start, branch(2, 'b', 1), branch(3, 'a', 1)] });
    expect(paths(one, other)).toEqual([]);
    const wrong = withoutOrder({ events: [start, branch(2, 'b', 1), branch(3, 'a', 2)] });
    expect(paths(one, wrong)).not.toEqual([]);
  });
});
