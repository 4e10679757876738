import { describe, expect, it } from '@jest/globals';
import { asOfToday, dayOf } from '../src/recordings/later.ts';
import { Body } from '../src/recordings/reader/values.ts';
import { differences, newReading } from '../src/recordings/snapshot.ts';
import { withoutOrder } from '../src/recordings/vocabulary/history.ts';

const paths = (recorded: unknown, here: unknown, recordedOn = ''): string[] =>
  differences(recorded, here, newReading(recordedOn)).map(({ path }) => path);

describe('a recording', () => {
  it.each([
    ['placeholders match any text', 'arn:aws:sqs:<region>:111111111111:<q:1>', 'arn:aws:sqs:us-east-1:000000000000:a'],
    ['a time matches any time', 'datetime', new Date(0)],
    ['JSON in a text is compared as JSON', { body: { n: [1] } }, { body: '{ "n": [1] }' }],
    ['bytes are recorded as Python writes them', "b'\\x00a'", new Uint8Array([0, 97])],
    ['the place of a parser is not compared', 'Bad.\n at [Source: (String)"x"; line: 1]', 'Bad.'],
    ['a text of JSON in a text is JSON', '[{"a": 1, "b": [2.0]}]', '[{"b":[2],"a":1}]'],
    ['a number may stand for its text', 1, '1'],
    ['of headers only the names are compared', { HttpHeaders: { Date: 'a' } }, { HttpHeaders: { date: 'b', X: 'c' } }],
    ['the trace of a function is that of another function', { stackTrace: ['a'] }, { stackTrace: [] }],
    ['a body is its bytes', '{"a": 1}', new Body(Buffer.from('{"a": 1}'))],
    ['a value that stands for itself by its name', { MD5OfBody: 'm-d5-of-body' }, { MD5OfBody: 'abc' }],
    ['members whose names were replaced', { Responses: { '<t:1>': [1] } }, { Responses: { orders: [1] } }],
    ['where a function threw an error', { errorMessage: 'x', stackTrace: ['a'] }, { errorMessage: 'x', trace: ['b'] }],
    ['what CloudFront adds', { 'CloudFront-Viewer-ASN': '1', Via: 'x', Host: 'a' }, { Host: 'a' }],
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
    ['a header that is missing here', { HttpHeaders: { Date: 'a' } }, { HttpHeaders: {} }, '$.HttpHeaders.Date'],
    ['other JSON in a text', '[{"a": 1}]', '[{"a":2}]', '$[0].a'],
  ])('finds %s', (_, recorded, here, path) => {
    expect(paths(recorded, here)).toEqual([path]);
  });

  it('says nothing about members that AWS has added since', () => {
    const here = { name: 'm', encryptionConfiguration: { type: 'AWS_OWNED_KEY' }, extra: 1 };
    expect(paths({ name: 'm' }, here, '2024-06-01')).toEqual(['$.extra']);
    expect(paths({ name: 'm' }, here, '2025-01-01')).toEqual(['$.encryptionConfiguration', '$.extra']);
    expect(paths({ name: 'm' }, here)).toEqual(['$.encryptionConfiguration', '$.extra']);
    expect(dayOf('31-12-2024, 23:59:59')).toBe('2024-12-31');
    expect(dayOf(undefined)).toBe('');
  });

  it('has the exit of a distributed Map state where AWS has it today', () => {
    const events = (exitFollows: number) => ({
      events: [
        { id: 1, previousEventId: 0, type: 'MapRunStarted' },
        { id: 2, previousEventId: 1, type: 'MapRunSucceeded' },
        { id: 3, previousEventId: exitFollows, type: 'MapStateExited' },
      ],
    });
    expect(asOfToday(events(2), '2024-06-19')).toEqual(events(1));
    expect(asOfToday(events(2), '2025-06-19')).toEqual(events(2));
    expect(asOfToday(['no history'], '2024-06-19')).toEqual(['no history']);
  });

  it('leaves out the places of events that were recorded without', () => {
    const events = (...previous: number[]) => ({
      events: previous.map((previousEventId, index) => ({
        id: index + 1,
        previousEventId,
        type: 'ParallelStateStarted',
      })),
    });
    expect(paths(withoutOrder(events(0, 1), true), withoutOrder(events(0, 0), true))).toEqual([]);
    expect(paths(withoutOrder(events(0, 1)), withoutOrder(events(0, 0)))).not.toEqual([]);
  });

  it('leaves out what such a recording has not of an inner Parallel state', () => {
    const parallel = (what: string, name: string) => ({
      ...{ id: 1, previousEventId: 0, type: `ParallelState${what}` },
      [what === 'Entered' ? 'stateEnteredEventDetails' : 'stateExitedEventDetails']: { name },
    });
    const [outer, inner] = ['outer', 'inner'].map((name) =>
      ['Entered', 'Succeeded', 'Exited'].map((what) => parallel(what, name)),
    ) as [object[], object[]];
    const here = withoutOrder({ events: [outer[0], ...inner, ...outer.slice(1)] }, true);
    expect(paths(withoutOrder({ events: [outer[0], inner[0], outer[2]] }, true), here)).toEqual([]);
    expect(paths(withoutOrder({ events: [outer[0], inner[0]] }, true), here)).not.toEqual([]);
  });

  it('takes the address of a queue on AWS for any', () => {
    const recorded = 'https://sqs.<region>.amazonaws.com/111111111111/work';
    expect(paths(recorded, 'http://127.0.0.1:4566/000000000000/work')).toEqual([]);
    expect(paths(recorded, 'http://127.0.0.1:4566/000000000000/other')).not.toEqual([]);
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
