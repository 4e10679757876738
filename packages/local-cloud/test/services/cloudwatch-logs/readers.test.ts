import { expect, it } from '@jest/globals';
import { accessLogIn } from '../../../src/services/cloudwatch-logs/access-log.ts';
import { lineOf } from '../../../src/services/cloudwatch-logs/log-line.ts';
import { handTo } from '../../../src/services/cloudwatch-logs/readers.ts';
import { writeEventsIn } from '../../../src/services/cloudwatch-logs/rule-events.ts';
import type { LogLine } from '../../../src/services/cloudwatch-logs/subscriptions.ts';
import { type LogRecord, recordOf } from '../../../src/shared/log-store.ts';

const GROUP = 'arn:aws:logs:us-east-1:000000000000:log-group:/g:*';

function open() {
  const [stored, offered, logged]: [LogRecord[], LogLine[], string[]] = [[], [], []];
  const store = {
    write: (record: LogRecord) => void stored.push(record),
    search: () => stored,
    close: () => undefined,
  };
  const hand = handTo(() => ({
    subscriptions: { offer: (logGroup, line) => void (logGroup === '/g' && offered.push(line)) },
    cloudWatch: { logged: (logGroup, text) => void (logGroup === '/g' && logged.push(text)) },
  }));
  return { stored, offered, logged, access: accessLogIn(store, hand), event: writeEventsIn(store, hand) };
}

const said = '{"requestId":"r","status":"200","service":"said","time":"05/Jan/2026:09:30:00 +0000"}';

it('a line of an access log goes to subscribers and metric filters as it was written', () => {
  const { stored, offered, logged, access } = open();
  access(GROUP, said);
  expect([offered, logged]).toEqual([[{ logStream: 'account', timestamp: expect.any(Number), message: said }], [said]]);
  expect(lineOf(stored[0]!).message).toBe(said);
});

it('so does an event of a rule', () => {
  const { offered, logged, event } = open();
  event(GROUP, '{"timestamp":1000,"message":"hello"}');
  event(GROUP, said, 'stepfunctions', 'stream');
  expect(offered).toEqual([
    { logStream: 'account', timestamp: 1000, message: 'hello' },
    { logStream: 'stream', timestamp: expect.any(Number), message: said },
  ]);
  expect(logged).toEqual(['hello', said]);
});

it('before there are readers, a line is written alone', () => {
  expect(() => handTo(() => ({}))('/g', { logStream: 's', timestamp: 1, message: 'm' })).not.toThrow();
});

it.each([
  ['"yesterday"', undefined],
  ['7e300', undefined],
  ['{}', undefined],
  ['1767605400000', '2026-01-05T09:30:00.000Z'],
  ['"2026-01-05T09:30:00Z"', '2026-01-05T09:30:00Z'],
])('a line that tells the time %s has one that can be read', (time, read) => {
  const record = recordOf({ service: 's', function: 'f' }, 'stdout', `{"time":${time}}`);
  expect(record.time).toEqual(read ?? expect.stringMatching(/^\d{4}-/));
  expect(lineOf(record).timestamp).not.toBeNaN();
  expect(lineOf({ ...record, time: 'never' }).timestamp).not.toBeNaN();
  expect(() => open().event(GROUP, `{"timestamp":${time},"message":"m"}`)).not.toThrow();
});
