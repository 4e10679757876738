import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { errorPayload } from '../src/invoke-result.ts';
import { checkRuntime, type FunctionConfig, lambdaEnvironment, loggingOf } from '../src/index.ts';
import { findPython } from '../src/python/find-python.ts';
import { createFunctions } from './harness.ts';

const { lambda, define, texts, events } = createFunctions();
const TASK_ROOT = join(import.meta.dirname, 'fixtures', 'python');
const LAYER = join(import.meta.dirname, 'fixtures', 'python-layer');
const OLD_BOTO = join(import.meta.dirname, 'fixtures', 'python-old-boto');

afterAll(() => lambda.stop());

function python(handler: string, overrides: Partial<FunctionConfig> = {}): string {
  const config = {
    ...{ name: handler, arn: '', service: 'test', key: handler, runtime: 'python3.13', taskRoot: TASK_ROOT },
    ...{ handler: `handlers.${handler}`, timeoutSeconds: 20, memoryMegabytes: 256, logging: loggingOf(handler) },
    ...overrides,
  };
  const { defaults, reserved } = lambdaEnvironment(config);
  const { name: _name, arn: _arn, ...rest } = config;
  return define(handler, { ...rest, environment: { ...defaults, ...reserved, ...overrides.environment } });
}

const invoke = (name: string, payload: unknown = {}) => lambda.invoke(name, payload);

describe('a Python function', () => {
  it('gets the event and the context, its variables and its folder', async () => {
    const name = python('echo', { environment: { OWN: 'yes' }, timeoutSeconds: 60 });
    const { payload } = (await invoke(name, { a: [1, null, '두레'] })) as { payload: Record<string, unknown> };
    expect(payload).toMatchObject({
      event: { a: [1, null, '두레'] },
      ...{ arn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`, memory: '256', own: 'yes' },
      ...{ requestId: expect.stringMatching(/^[0-9a-f-]{36}$/), folder: TASK_ROOT },
      stream: events(name)[0]!.logStream,
    });
    expect(payload['remaining']).toBeGreaterThan(3_000);
    expect(payload['remaining']).toBeLessThanOrEqual(60_000);
  });

  it('keeps its process, and what its module remembers', async () => {
    const name = python('count');
    expect(await invoke(name)).toEqual({ ok: true, payload: 1 });
    expect(await invoke(name)).toEqual({ ok: true, payload: 2 });
    lambda.recycle([name]);
    expect(await invoke(name)).toEqual({ ok: true, payload: 1 });
  });

  it('answers null for nothing, and decimals as numbers', async () => {
    expect(await invoke(python('nothing'))).toEqual({ ok: true, payload: null });
    expect(await invoke(python('price'))).toEqual({ ok: true, payload: { amount: 12.5, label: '두레' } });
  });

  it('is found in a folder, and finds the modules of its layers', async () => {
    expect(await invoke(python('x', { handler: 'nested/app.handler' }))).toEqual({ ok: true, payload: 'nested' });
    const layered = python('layered', { layers: [LAYER] });
    expect(await invoke(layered, { name: 'Ada' })).toEqual({ ok: true, payload: 'Hello Ada' });
  });

  it('asks what answers for AWS here, though its boto3 reads no variable for that', async () => {
    const environment = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' };
    const old = python('boto', { environment, layers: [OLD_BOTO] });
    expect(await invoke(old)).toEqual({ ok: true, payload: ['sqs', 'http://127.0.0.1:1'] });
    const payload = ['sqs', 'http://127.0.0.1:2'];
    expect(await invoke(old, { endpoint_url: payload[1] })).toEqual({ ok: true, payload });
  });

  it.each(['https://sqs.us-east-1.amazonaws.com/', 'https://a.lambda-url.us-east-1.on.aws'])(
    'asks nothing of %s',
    async (url) => {
      const proxied = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1', HTTPS_PROXY: 'http://127.0.0.1:9' };
      for (const environment of [proxied, { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }]) {
        expect(await invoke(python('ask', { environment }), { url })).toMatchObject({
          ok: false,
          errorMessage: expect.stringContaining(`${new URL(url).host} is not asked from here`),
        });
      }
    },
  );

  it('runs as often at a time as it may', async () => {
    const name = python('count');
    const results = await Promise.all(Array.from({ length: 6 }, () => invoke(name)));
    expect(results.every(({ ok }) => ok)).toBe(true);
  });
});

describe('a failure of a Python function', () => {
  it.each([
    ['fail', {}, 'OutOfStock', 'there is none left'],
    ['leave', {}, 'Runtime.ExitError', 'exit status 3'],
    ['hang', { timeoutSeconds: 1 }, 'Sandbox.Timedout', 'Task timed out after 1.00 seconds'],
    ['unspeakable', {}, 'Runtime.MarshalError', 'Object of type object is not JSON serializable'],
    ['not_a_number', {}, 'Runtime.MarshalError', 'it is not JSON: {"price": NaN}'],
    ['large', {}, 'Function.ResponseSizeTooLarge', '6291556 bytes'],
    ['missing', {}, 'Runtime.HandlerNotFound', "Handler 'missing' missing on module 'handlers'"],
    ['not_callable', {}, 'Runtime.HandlerNotFound', "Handler 'not_callable' missing"],
    ['x', { handler: 'absent.handler' }, 'Runtime.ImportModuleError', "Unable to import module 'absent'"],
    ['x', { handler: 'lacking.handler' }, 'Runtime.ImportModuleError', "No module named 'not_installed'"],
    ['x', { handler: 'broken.handler' }, 'Runtime.UserCodeSyntaxError', "Syntax error in module 'broken'"],
    ['x', { handler: 'handlers' }, 'Runtime.MalformedHandlerName', "Bad handler 'handlers'"],
  ])('of "%s" %j has its type, and the function can be invoked again', async (handler, overrides, type, message) => {
    const name = python(handler, overrides);
    for (const attempt of [1, 2]) {
      const result = await invoke(name, { attempt });
      expect(result).toMatchObject({ ok: false, errorType: type, errorMessage: expect.stringContaining(message) });
    }
  });

  it('shows the lines of the function that it came through, and none of the runtime', async () => {
    const result = await invoke(python('fail'));
    expect(result).toMatchObject({ stackTrace: [expect.stringMatching(/handlers\.py", line \d+, in fail/)] });
  });

  it('is answered with the id of the request, as Python does', async () => {
    const result = await invoke(python('fail'));
    if (result.ok) throw new Error('It has not failed.');
    expect(Object.keys(errorPayload(result))).toEqual(['errorMessage', 'errorType', 'requestId', 'stackTrace']);
    expect(errorPayload({ ok: false, errorType: 'Error', errorMessage: 'no', stackTrace: ['at'] })).toEqual({
      ...{ errorType: 'Error', errorMessage: 'no', trace: ['at'] },
    });
  });

  it('is in the log, also what was written before a time-out', async () => {
    const failing = python('fail');
    await invoke(failing);
    expect(texts(failing).join('\n')).toMatch(/\[ERROR\] OutOfStock: there is none left\nTraceback [^]*handlers\.py/);
    const hanging = python('hang', { timeoutSeconds: 1 });
    await invoke(hanging);
    expect(texts(hanging)).toContain('before');
  });
});

describe('a Python function that does not keep to the rules', () => {
  it('shows in its log what it writes where the runtime reports', async () => {
    const name = python('rubbish');
    expect(await invoke(name)).toEqual({ ok: true, payload: 'answered' });
    expect(texts(name)).toEqual(expect.arrayContaining(['no message', '[1]', '{"log": null}']));
    expect(await invoke(python('count'))).toEqual({ ok: true, payload: 1 });
  });

  it('fails at once when it closes that', async () => {
    const name = python('deaf');
    expect(await invoke(name)).toMatchObject({ ok: false, errorType: 'Runtime.ExitError' });
  });

  it('ends with its process, whatever else keeps its streams open', async () => {
    const before = performance.now();
    const name = python('orphan');
    expect(await invoke(name)).toMatchObject({ ok: false, errorMessage: expect.stringContaining('exit status 4') });
    expect(performance.now() - before).toBeLessThan(60_000);
  });
});

describe('what a Python function writes', () => {
  it('is in its log, a line or a record each, before the report', async () => {
    const name = python('write');
    expect(await invoke(name)).toEqual({ ok: true, payload: 'written' });
    const written = texts(name);
    const at = (text: RegExp) => written.findIndex((line) => text.test(line));
    const order = [/^START/, /^first line$/, /^두레 of two$/, /^lines$/, /^\[INFO\]\t.*\ta record of INFO$/];
    const places = [
      ...order,
      /^to the error stream$/,
      /^\[ERROR\]\t[^]*\tcaught\n[^]*OutOfStock/,
      /^END/,
      /^REPORT/,
    ].map(at);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places[0]).toBe(0);
    expect(written.join('\n')).not.toContain('not seen');
    expect(written).toContain('of a child');
    expect(written.at(-1)).toMatch(/Max Memory Used: [1-9]\d* MB/);
  });

  it('is JSON where the function says so', async () => {
    const name = python('write', { logging: loggingOf('write', { LogFormat: 'JSON' }) });
    await invoke(name);
    const records = texts(name).flatMap((text) => (text.startsWith('{"timestamp"') ? [JSON.parse(text)] : []));
    expect(records[0]).toMatchObject({ level: 'INFO', message: 'a record of INFO', logger: 'shop' });
    expect(records[0].requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(records[1]).toMatchObject({ level: 'ERROR', errorType: 'OutOfStock', errorMessage: 'there is none left' });
  });
});

describe('the runtime', () => {
  it('is refused where there is no Python, with what to do', () => {
    expect(() => findPython('python3.13', '/nowhere')).toThrow(/needs Python on this machine[^]*Install Python 3/);
  });

  it.each([
    ['python3.8', /no longer supported/],
    ['python4.0', /is not run here; use one of .*python3\.13/],
  ])('%s is refused', (runtime, reason) => {
    expect(() => checkRuntime(runtime)).toThrow(reason);
  });
});
