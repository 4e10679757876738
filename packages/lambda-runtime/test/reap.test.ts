import { join } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { createFunctionPool, type FunctionPool } from '../src/function-pool.ts';
import { loggingOf } from '../src/index.ts';
import { collectingSink } from '../src/response-sink.ts';

const SECONDS = 1_000;
const MINUTES = 60 * SECONDS;
let pool: FunctionPool;

afterEach(() => pool.stop());

function open(): FunctionPool {
  const config = {
    ...{ name: 'test-local-echo', arn: 'arn:aws:lambda:us-east-1:000000000000:function:test-local-echo' },
    ...{ service: 'test', key: 'echo', handler: 'handlers.echo', runtime: 'nodejs24.x' },
    taskRoot: join(import.meta.dirname, 'fixtures', 'functions'),
    logging: loggingOf('test-local-echo'),
    ...{ timeoutSeconds: 10, memoryMegabytes: 128, environment: {} },
  };
  return createFunctionPool(config, () => {}, { maxConcurrency: 1, watchIdleCpu: () => () => 1 });
}

const invoke = () => pool.invoke('{}', { requestId: 'r-1', sink: collectingSink() });

/** How many environments are left after this time without a call. */
function after(milliseconds: number): number {
  pool.reap(Date.now() + milliseconds);
  return pool.counts().workers;
}

it.each([
  ['was loaded ahead', () => pool.warm()],
  ['was called once', invoke],
])('an environment that %s ends after seconds', async (_how, use) => {
  pool = open();
  await use();
  expect(after(5 * SECONDS)).toBe(1);
  expect(after(15 * SECONDS)).toBe(0);
  expect(await invoke()).toMatchObject({ ok: true });
});

it('an environment that is called again and again stays for minutes', async () => {
  pool = open();
  await invoke();
  await invoke();
  expect(after(5 * MINUTES)).toBe(1);
  expect(after(11 * MINUTES)).toBe(0);
});
