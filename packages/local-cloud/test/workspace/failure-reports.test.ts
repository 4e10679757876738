import { expect, it } from '@jest/globals';
import { type FunctionConfig, loggingOf } from '@dure/lambda-runtime';
import { logRecordOf } from '../../src/services/lambda/log-record.ts';
import { reportFailures } from '../../src/workspace/failure-reports.ts';

const config: FunctionConfig = {
  ...{ name: 'lab-local-api', arn: 'arn:x', service: 'lab', key: 'api', runtime: 'nodejs24.x', taskRoot: '/x' },
  ...{ handler: 'a.b', timeoutSeconds: 1, memoryMegabytes: 128, environment: {}, logging: loggingOf('lab-local-api') },
};

function open() {
  const told: string[] = [];
  let now = 0;
  const reports = reportFailures({
    root: '/shop',
    tell: (sentence) => void told.push(sentence),
    url: () => 'http://localhost:4000',
    now: () => now,
  });
  const write = (body: string, level = 'error'): void => {
    const event = { time: '2026-01-01T00:00:00.000Z', level, body, text: body, requestId: 'r-1', logStream: 's' };
    reports.wrote(config, event, logRecordOf(config, event));
  };
  return { reports, told, write, pass: (ms: number) => (now += ms) };
}

const failed = (errorMessage: string, stackTrace: string[] = []) =>
  ({ ok: false, errorType: 'TypeError', errorMessage, stackTrace }) as const;

it('says the error, the first own line of its stack and where the log is, once a minute', () => {
  const { reports, told, pass } = open();
  const stack = [
    'TypeError: no',
    '    at x (/shop/node_modules/y/z.js:1:2)',
    '    at load (/shop/packages/lambda-runtime/src/runtime/load-handler.mjs:3:4)',
    '    at own (/shop/services/lab/src/a.ts:6:9)',
  ];
  for (let count = 0; count < 3; count += 1) reports.ended(config, `r-${count}`, failed('no\nmore', stack));
  expect(told).toEqual([
    'lab-local-api failed: TypeError: no\n    at own (services/lab/src/a.ts:6:9)\n    http://localhost:4000/_cloud/logs?service=lab&q=r-0',
  ]);
  reports.ended(config, 'r-3', failed('other'));
  pass(60_001);
  reports.ended(config, 'r-4', failed('no', stack));
  expect(told).toHaveLength(3);
});

it('takes two time-outs for the same', () => {
  const { reports, told } = open();
  for (const id of ['r-1', 'r-2']) {
    reports.ended(config, id, failed(`RequestId: ${id} Error: Task timed out after 1.00 seconds`));
  }
  expect(told).toEqual([
    expect.stringMatching(/^lab-local-api failed: TypeError: Task timed out after 1.00 seconds\n/),
  ]);
});

it('says of an answered 500 what the function wrote last', () => {
  const { reports, told, write } = open();
  const error = { message: 'deep', stack: 'Error: deep\n    at own (/shop/services/lab/src/b.ts:2:3)' };
  write(JSON.stringify({ level: 'error', message: 'request failed', error }));
  reports.ended(config, 'r-1', { ok: true, payload: { statusCode: 500 } });
  reports.ended(config, 'r-2', { ok: true, payload: { statusCode: 503 } });
  reports.ended(config, 'r-3', { ok: true, payload: { statusCode: 404 } });
  expect(told.map((sentence) => sentence.split('\n').slice(0, -1))).toEqual([
    ['lab-local-api answered 500: request failed: deep', '    at own (services/lab/src/b.ts:2:3)'],
    ['lab-local-api answered 503: it wrote no error into its log'],
  ]);
});
