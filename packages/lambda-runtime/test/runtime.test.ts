import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { checkRuntime, lambdaEnvironment, loggingOf } from '../src/index.ts';
import { createFunctions, FIXTURES } from './harness.ts';

const { lambda, define, texts } = createFunctions();
const folder = mkdtempSync(join(tmpdir(), 'dure-runtime-'));

afterAll(async () => {
  await lambda.stop();
  rmSync(folder, { recursive: true });
});

describe.each(['nodejs20.x', 'nodejs22.x'])('a callback of %s', (runtime) => {
  it('is the answer, or the error', async () => {
    const name = define('withCallback', { runtime });
    expect(await lambda.invoke(name, { a: 1 })).toEqual({ ok: true, payload: { called: { a: 1 } } });
    expect(await lambda.invoke(name, { fail: 'no' })).toMatchObject({ ok: false, errorMessage: 'no' });
    expect(await lambda.invoke(name, { a: 2 })).toEqual({ ok: true, payload: { called: { a: 2 } } });
  });

  it('waits for what is left to do, unless that is turned off', async () => {
    const name = define('early', { runtime });
    expect(await lambda.invoke(name, { waits: true })).toEqual({ ok: true, payload: { answer: 1 } });
    expect(texts(name).slice(0, -2).at(-1)).toMatch(/done after \d+$/);
    const before = texts(name).length;
    expect(await lambda.invoke(name, { waits: false })).toEqual({ ok: true, payload: { answer: 1 } });
    expect(texts(name).slice(before).join('\n')).not.toContain('done after');
  });

  it('that never comes answers null; a promise that is never settled is an error', async () => {
    expect(await lambda.invoke(define('neverCalled', { runtime }), {})).toEqual({ ok: true, payload: null });
    const result = await lambda.invoke(define('neverSettled', { runtime }), {});
    expect(result).toMatchObject({ ok: false, errorType: 'Runtime.NodeJsExit' });
  });

  it('may be a method of the context, and a promise counts as ever', async () => {
    expect(await lambda.invoke(define('succeeds', { runtime }), {})).toEqual({ ok: true, payload: 'by context' });
    expect(await lambda.invoke(define('echo', { runtime }), { a: 1 })).toMatchObject({ payload: { event: { a: 1 } } });
    expect(await lambda.invoke(define('returned', { runtime }), {})).toEqual({ ok: true, payload: null });
  });
});

it('answers what a handler of nodejs24.x returns, a promise or not', async () => {
  expect(await lambda.invoke(define('returned'), {})).toEqual({ ok: true, payload: { plain: true } });
});

it.each([
  ['handlers.nested.deep.handler', 'nested'],
  ['default-export.default', 'default'],
])('finds %s', async (handler, payload) => {
  expect(await lambda.invoke(define('x', { handler }), {})).toEqual({ ok: true, payload });
});

it.each([
  ['nodejs14.x', /no longer supported for creating or updating/],
  ['ruby3.4', /is not run here; use one of nodejs16.x/],
])('refuses the runtime %s', (runtime, reason) => {
  expect(() => checkRuntime(runtime)).toThrow(reason);
});

describe('the surroundings', () => {
  it('are those of /var/task: the folder, its files, layers and variables', async () => {
    const layer = join(folder, 'layer');
    mkdirSync(join(layer, 'nodejs', 'node_modules', 'greet'), { recursive: true });
    writeFileSync(join(layer, 'in-layer.txt'), 'layered');
    writeFileSync(join(layer, 'nodejs', 'node_modules', 'greet', 'index.js'), "module.exports = 'hello from a layer';");
    const config = {
      ...{ name: 'x', arn: 'arn:x', service: 'test', key: 'x', runtime: 'nodejs22.x', taskRoot: FIXTURES },
      ...{ handler: 'handlers.surroundings', timeoutSeconds: 3, memoryMegabytes: 256, layers: [layer] },
      logging: loggingOf('x', { LogGroup: '/own/group' }),
    };
    const { defaults, reserved } = lambdaEnvironment(config);
    const { layers } = config;
    const name = define('surroundings', { runtime: config.runtime, layers, environment: { ...defaults, ...reserved } });
    const { payload } = (await lambda.invoke(name, {})) as unknown as { payload: { environment: object } };
    expect(payload).toMatchObject({
      ...{ cwd: FIXTURES, relative: 'hello', promised: 'hello', root: true, layer: 'layered' },
      environment: {
        _HANDLER: 'handlers.surroundings',
        _X_AMZN_TRACE_ID: expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/),
        AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
        AWS_LAMBDA_LOG_GROUP_NAME: '/own/group',
        AWS_LAMBDA_LOG_STREAM_NAME: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\]/),
        LAMBDA_TASK_ROOT: FIXTURES,
        LAMBDA_RUNTIME_DIR: expect.stringMatching(/runtime$/),
        ...{ LANG: 'en_US.UTF-8', TZ: ':UTC', PWD: FIXTURES, PATH: expect.stringContaining(join(layer, 'bin')) },
      },
    });
  });

  it('name the trace of who invokes, with a parent of its own', async () => {
    writeFileSync(join(folder, 'traced.js'), 'exports.handler = async () => process.env._X_AMZN_TRACE_ID;');
    const name = define('traced', { taskRoot: folder, handler: 'traced.handler', runtime: 'nodejs22.x' });
    const root = 'Root=1-5759e988-bd862e3fe1be46a994272793';
    const invoke = (trace: string) => lambda.invoke(name, {}, { trace });
    const { payload } = (await invoke(`${root};Parent=53995c3f42cd8ad8;Sampled=1`)) as { payload?: unknown };
    expect(payload).toMatch(new RegExp(`^${root};Parent=(?!53995c3f42cd8ad8)[0-9a-f]{16};Sampled=1$`));
    expect(await invoke('Self=1-2-3')).toMatchObject({ payload: expect.stringMatching(/^Root=1-.+;Sampled=0$/) });
  });

  it("have a layer's packages", async () => {
    writeFileSync(join(folder, 'index.js'), "exports.handler = async () => require('greet');");
    const layers = [join(folder, 'layer')];
    const config = { taskRoot: folder, handler: 'index.handler', layers, runtime: 'nodejs22.x' };
    const { defaults } = lambdaEnvironment({
      ...{ name: 'x', arn: 'x', service: 'x', key: 'x', timeoutSeconds: 3, memoryMegabytes: 128 },
      ...{ ...config, logging: loggingOf('x') },
    });
    const name = define('x', { ...config, environment: defaults });
    expect(await lambda.invoke(name, {})).toEqual({ ok: true, payload: 'hello from a layer' });
  });
});

describe('a streamed answer', () => {
  it('is the payload for who waits for all of it', async () => {
    expect(await lambda.invoke(define('streams'), {})).toEqual({ ok: true, payload: 'one two {"three":3}' });
  });

  it('arrives as it is written, with its type', async () => {
    const [types, chunks] = [[] as string[], [] as Uint8Array[]];
    const sink = {
      begin: (type: string) => void types.push(type),
      write: (chunk: Uint8Array) => void chunks.push(chunk),
      text: () => undefined,
    };
    expect(await lambda.invoke(define('streams'), { http: true }, { sink })).toMatchObject({ ok: true });
    expect(types).toEqual(['application/vnd.awslambda.http-integration-response']);
    const text = Buffer.concat(chunks).toString();
    expect(text).toBe(`{"statusCode":201,"headers":{"a":"b"}}${'\0'.repeat(8)}one two {"three":3}`);
  });

  it.each([
    ['streams', { fail: true }, 'in the middle'],
    ['streamsForever', {}, 'Response stream is not finished.'],
  ])('of "%s" %j fails', async (handler, event, errorMessage) => {
    expect(await lambda.invoke(define(handler), event)).toMatchObject({ ok: false, errorMessage });
  });
});

describe('reserved concurrency', () => {
  it('is kept: what is more is refused', async () => {
    const name = define('slow');
    lambda.reserve(name, 1);
    const first = lambda.invoke(name, { milliseconds: 300 });
    await expect(lambda.invoke(name, {})).rejects.toMatchObject({
      ...{ name: 'TooManyRequestsException', message: 'Rate Exceeded.' },
      reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
    });
    expect(await first).toMatchObject({ ok: true });
    expect(await lambda.invoke(name, { milliseconds: 1 })).toMatchObject({ ok: true });
    lambda.reserve(name, 0);
    await expect(lambda.invoke(name, {})).rejects.toMatchObject({ name: 'TooManyRequestsException' });
    lambda.reserve(name, undefined);
    expect(await lambda.invoke(name, { milliseconds: 1 })).toMatchObject({ ok: true });
  });
});
