import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { type FunctionConfig, createLambda, loggingOf } from '../src/index.ts';

const TASK_ROOT = join(import.meta.dirname, 'fixtures', 'functions');
const broken = mkdtempSync(join(tmpdir(), 'dure-broken-'));
writeFileSync(join(broken, 'index.cjs'), 'exports.handler = async () => {;');
const allIdle = () => () => 1;
const noneIdle = () => () => 0;
const lambda = createLambda({
  maxConcurrency: 2,
  watchIdleCpu: allIdle,
  output: () => {},
});

afterAll(async () => {
  await lambda.stop();
  rmSync(broken, { recursive: true });
});

/** Registers one of the fixture's handlers under a name of its own. */
function define(handler: string, overrides: Partial<FunctionConfig> = {}): string {
  const name = `test-local-${handler}-${Object.keys(overrides).join('-')}`;
  lambda.register({
    name,
    arn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
    service: 'test',
    key: handler,
    runtime: 'nodejs24.x',
    taskRoot: TASK_ROOT,
    handler: `handlers.${handler}`,
    logging: loggingOf(name),
    timeoutSeconds: 10,
    memoryMegabytes: 128,
    environment: {},
    ...overrides,
  });
  return name;
}

describe('an invocation', () => {
  it('passes the event and a context, and answers with what the handler returned', async () => {
    const name = define('echo', { timeoutSeconds: 60 });
    const result = await lambda.invoke(name, { a: [1, null] });
    expect(result).toMatchObject({
      ok: true,
      payload: {
        event: { a: [1, null] },
        context: {
          functionName: name,
          invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
          memoryLimitInMB: '128',
          awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        },
        remaining: expect.any(Number),
      },
    });
    const { remaining } = (result as unknown as { payload: { remaining: number } }).payload;
    expect(remaining).toBeGreaterThan(5000);
    expect(remaining).toBeLessThanOrEqual(60_000);
  });

  it('answers null for a handler that returns nothing', async () => {
    expect(await lambda.invoke(define('nothing'), {})).toEqual({ ok: true, payload: null });
  });

  it('may import a module by a URL', async () => {
    const payload = expect.arrayContaining(['ask', 'askAtOnce']);
    expect(await lambda.invoke(define('importByUrl'), {})).toEqual({ ok: true, payload });
  });

  it('finds a function by its ARN, with a qualifier too', async () => {
    const name = define('nothing', { key: 'byArn' });
    const arn = `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
    expect(await lambda.invoke(arn, {})).toMatchObject({ ok: true });
    expect(await lambda.invoke(`${arn}:live`, {})).toMatchObject({ ok: true });
  });

  it('of an unknown function is refused', async () => {
    await expect(lambda.invoke('nobody', {})).rejects.toThrow('Function not found: nobody');
  });

  it('keeps a thread and what its module remembers, and gives it its own environment', async () => {
    const name = define('count', { environment: { THREAD: 'own' } });
    expect(await lambda.invoke(name, {})).toEqual({ ok: true, payload: { calls: 1, thread: 'own' } });
    expect(await lambda.invoke(name, {})).toEqual({ ok: true, payload: { calls: 2, thread: 'own' } });
    lambda.recycle([name]);
    expect(await lambda.invoke(name, {})).toEqual({ ok: true, payload: { calls: 1, thread: 'own' } });
  });
});

describe('a failure', () => {
  it.each([
    ['fail', {}, 'OutOfStock', 'there is none left'],
    ['failWithText', {}, 'string', 'just text'],
    ['exit', {}, 'Runtime.ExitError', 'Runtime exited with error: exit status 3'],
    ['crash', {}, 'TypeError', 'nobody catches this'],
    ['hang', { timeoutSeconds: 0.3 }, 'Sandbox.Timedout', 'Task timed out after 0.30 seconds'],
    ['reject', {}, 'Runtime.UnhandledPromiseRejection', 'Error: nobody waits for this'],
    ['large', {}, 'Function.ResponseSizeTooLarge', '6291556 bytes'],
    ['circular', {}, 'Error', 'Unable to stringify response body'],
    ['greedy', { memoryMegabytes: 64 }, 'Runtime.OutOfMemory', 'memory'],
    ['missing', {}, 'Runtime.HandlerNotFound', 'handlers.missing is undefined or not exported'],
    ['notAFunction', {}, 'Runtime.HandlerNotFound', 'handlers.notAFunction is not a function'],
    ['withCallback', {}, 'Runtime.CallbackHandlerDeprecated', 'nodejs22.x'],
    ['x', { handler: 'not-there.handler' }, 'Runtime.ImportModuleError', 'Cannot find module'],
    ['x', { handler: '../functions/handlers.echo' }, 'Runtime.MalformedHandlerName', 'not a valid handler name'],
    ['x', { handler: 'no-requirement.handler' }, 'Runtime.ImportModuleError', "Cannot find module 'not-installed'"],
    ['x', { taskRoot: broken, handler: 'index.handler' }, 'Runtime.UserCodeSyntaxError', 'SyntaxError'],
    ['x', { handler: 'broken-import.handler' }, 'Error', 'a-package-that-does-not-exist'],
    ['echo', { environment: { NODE_OPTIONS: '--no-such-option' } }, 'Runtime.ExitError', 'NODE_OPTIONS'],
  ])('of "%s" %j has its type, and the function can be invoked again', async (handler, overrides, type, message) => {
    const name = define(handler, overrides);
    for (const attempt of [1, 2]) {
      const result = await lambda.invoke(name, { attempt });
      expect(result).toMatchObject({ ok: false, errorType: type, errorMessage: expect.stringContaining(message) });
    }
  });
});

describe('concurrency', () => {
  const slow = (of: ReturnType<typeof createLambda>, name: string) => async (milliseconds: number) => {
    const result = await of.invoke(name, { milliseconds });
    return (result as unknown as { payload: { from: number; to: number } }).payload;
  };

  it('is capped', async () => {
    const name = define('slow');
    const spans = await Promise.all(Array.from({ length: 6 }, () => slow(lambda, name)(150)));
    for (const { from } of spans) {
      expect(spans.filter((other) => other.from <= from && from < other.to).length).toBeLessThanOrEqual(2);
    }
    const counts = lambda.describe().find((entry) => entry.name === name);
    expect(counts).toMatchObject({ workers: 2, running: 0, waiting: 0, invocations: 6 });
    expect(counts?.busyMilliseconds).toBeGreaterThan(6 * 140);
    expect(counts?.waitedMilliseconds).toBeGreaterThan(4 * 140);
  });

  // One thread: two threads that are handed work in order may begin it in the other order.
  it('serves what waits in the order of arrival', async () => {
    const own = createLambda({ maxConcurrency: 1, output: () => {} });
    const config = lambda.find(define('slow', { key: 'inOrder' }))!;
    own.register(config);
    const spans = await Promise.all([30, 20, 10, 5].map(slow(own, config.name)));
    const starts = spans.map(({ from }) => from);
    expect(starts).toEqual([...starts].sort((left, right) => left - right));
    await own.stop();
  });

  it('starts no second thread where no core is idle, unless the first is held up', async () => {
    const own = createLambda({ maxConcurrency: 2, output: () => {}, watchIdleCpu: noneIdle });
    const config = lambda.find(define('slow', { key: 'busyMachine' }))!;
    own.register(config);
    const invoke = (milliseconds: number) => own.invoke(config.name, { milliseconds });
    await Promise.all([invoke(100), invoke(100), invoke(100), invoke(100)]);
    expect(own.describe()[0]).toMatchObject({ workers: 1, invocations: 4 });
    await Promise.all([invoke(3000), invoke(1)]);
    expect(own.describe()[0]).toMatchObject({ workers: 2, invocations: 6 });
    await own.stop();
  });

  it('starts no second thread while one is being warmed', async () => {
    const name = define('slow', { key: 'warmed' });
    await Promise.all([lambda.warm(name), lambda.invoke(name, { milliseconds: 1 })]);
    expect(lambda.describe().find((entry) => entry.name === name)).toMatchObject({ workers: 1 });
  });

  it('refuses what waits when it is stopped', async () => {
    const own = createLambda({ maxConcurrency: 1, output: () => {} });
    const config = { ...lambda.find(define('hang', { key: 'stopped' }))!, timeoutSeconds: 60 };
    own.register(config);
    await own.warm(config.name);
    const [running, waiting] = [own.invoke(config.name, {}), own.invoke(config.name, {})];
    const refused = expect(waiting).rejects.toThrow('shutting down');
    await own.stop();
    await refused;
    expect(await running).toMatchObject({ ok: false });
    expect(own.idle()).toBe(true);
  });
});
