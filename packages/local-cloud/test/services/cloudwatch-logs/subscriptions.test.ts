import { DatabaseSync } from 'node:sqlite';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { messagesLike } from '../../../src/services/cloudwatch-logs/filter-pattern.ts';
import { openSubscriptions } from '../../../src/services/cloudwatch-logs/subscriptions.ts';

const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:reader';
const filter = { logGroup: '/a', name: 'one', pattern: '', destinationArn: FUNCTION };

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

interface Payload {
  readonly awslogs: { readonly data: string };
}

function open(database = new DatabaseSync(':memory:'), invoke: () => void = () => {}) {
  const delivered: { arn: string; message: Record<string, unknown> }[] = [];
  const warnings: string[] = [];
  const subscriptions = openSubscriptions({
    ...{ database, accountId: '000000000000' },
    invokeAsync(arn, payload) {
      invoke();
      const { data } = (payload as Payload).awslogs;
      delivered.push({ arn, message: JSON.parse(gunzipSync(Buffer.from(data, 'base64')).toString()) });
    },
    log: (_level, sentence) => void warnings.push(sentence),
  });
  const write = (message: string, logStream = 's') =>
    subscriptions.offer('/a', { logStream, timestamp: 1_000, message });
  return { ...subscriptions, delivered, warnings, write };
}

describe('a subscription', () => {
  it('gets the lines of its group together, as CloudWatch Logs sends them', () => {
    const { put, write, offer, delivered } = open();
    put(filter);
    write('first');
    write('second');
    offer('/b', { logStream: 's', timestamp: 1, message: 'of another group' });
    expect(delivered).toEqual([]);
    jest.runAllTimers();
    expect(delivered).toEqual([
      {
        arn: FUNCTION,
        message: {
          messageType: 'DATA_MESSAGE',
          owner: '000000000000',
          logGroup: '/a',
          logStream: 's',
          subscriptionFilters: ['one'],
          logEvents: [
            { id: expect.stringMatching(/^\d{56}$/), timestamp: 1_000, message: 'first' },
            { id: expect.stringMatching(/^\d{56}$/), timestamp: 1_000, message: 'second' },
          ],
        },
      },
    ]);
  });

  it('gets a delivery for each stream', () => {
    const { put, write, delivered } = open();
    put(filter);
    for (const stream of ['s', 't', 's']) write('x', stream);
    jest.runAllTimers();
    expect(delivered.map(({ message }) => message['logStream'])).toEqual(['s', 't']);
  });

  it('gets what matches its pattern', () => {
    const { put, write, delivered } = open();
    put({ ...filter, pattern: 'ERROR -expected' });
    for (const line of ['ERROR one', 'INFO two', 'ERROR expected']) write(line);
    jest.runAllTimers();
    expect(delivered.map(({ message }) => message['logEvents'])).toEqual([
      [expect.objectContaining({ message: 'ERROR one' })],
    ]);
  });

  it('gets what waits when everything ends', () => {
    const { put, write, stop, delivered } = open();
    put(filter);
    write('last');
    stop();
    write('too late');
    jest.runAllTimers();
    expect(delivered).toHaveLength(1);
  });

  it('holds up nobody when its function is not there', () => {
    const { put, write, warnings } = open(undefined, () => {
      throw new Error('no such function');
    });
    put(filter);
    write('x');
    jest.runAllTimers();
    expect(warnings).toEqual([`Lines of /a are not delivered to ${FUNCTION}: no such function`]);
  });

  it('is there after a restart, and not after its removal', () => {
    const database = new DatabaseSync(':memory:');
    open(database).put(filter);
    const { write, remove, delivered } = open(database);
    write('x');
    jest.runAllTimers();
    expect(delivered).toHaveLength(1);
    remove('/a', 'one');
    write('y');
    jest.runAllTimers();
    expect(delivered).toHaveLength(1);
  });
});

describe('refused', () => {
  it.each([
    ['a pattern of columns', { ...filter, pattern: '[level, message]' }],
    [
      'a destination that is no function',
      { ...filter, destinationArn: 'arn:aws:firehose:us-east-1:0:deliverystream/x' },
    ],
  ])('is %s', (_what, given) => {
    const { put, of } = open();
    expect(() => put(given)).toThrow(expect.objectContaining({ code: 'InvalidParameterException' }));
    expect(of('/a')).toEqual([]);
  });

  it('is a third filter of a group', () => {
    const { put } = open();
    for (const name of ['one', 'two', 'two']) put({ ...filter, name });
    expect(() => put({ ...filter, name: 'three' })).toThrow(
      expect.objectContaining({ code: 'LimitExceededException' }),
    );
  });

  it('is the removal of one that is not there', () => {
    expect(() => open().remove('/a', 'one')).toThrow(expect.objectContaining({ code: 'ResourceNotFoundException' }));
  });
});

it.each([
  ['', 'anything', true],
  ['ERROR', 'an ERROR here', true],
  ['ERROR', 'an error here', false],
  ['one two', 'two and one', true],
  ['one two', 'one', false],
  ['?one ?two', 'two', true],
  ['?one ?two', 'three', false],
  ['"one two"', 'one two', true],
  ['"one two"', 'two one', false],
  ['{ $.level = "error" }', '{"level":"error"}', true],
  ['{ $.level = "error" }', '{"level":"info"}', false],
  ['{ $.level = "error" }', 'level error', false],
  ['one -two', 'one two', false],
])('the pattern %j of %j: %j', (pattern, message, matches) => {
  expect(messagesLike(pattern)(message)).toBe(matches);
});
