import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { buildSync } from 'esbuild';
import { loggingOf } from '../src/index.ts';
import { createFunctions } from './harness.ts';

const { lambda, define, texts, events } = createFunctions();
const folder = mkdtempSync(join(tmpdir(), 'dure-log-'));

afterAll(async () => {
  await lambda.stop();
  rmSync(folder, { recursive: true });
});

const ID = '[0-9a-f-]{36}';
const TIME = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;
const START = new RegExp(`^START RequestId: ${ID} Version: \\$LATEST\n$`);
const END = new RegExp(`^END RequestId: ${ID}\n$`);
const report = (rest: string): RegExp =>
  new RegExp(
    `^REPORT RequestId: ${ID}\tDuration: \\d+\\.\\d\\d ms\tBilled Duration: \\d+ ms\tMemory Size: 128 MB\t` +
      `Max Memory Used: \\d+ MB\t${rest}\n$`,
  );
const INIT = String.raw`Init Duration: \d+\.\d\d ms` + '\t';

function json(text: string | undefined): Record<string, unknown> {
  return JSON.parse(text ?? '{}') as Record<string, unknown>;
}

describe('the log of an invocation', () => {
  it('has START, what was written in its order, END and REPORT, the first with Init Duration', async () => {
    const name = define('talk');
    await lambda.invoke(name, {});
    await lambda.invoke(name, {});
    const [start, debug, first, second, fourth, fifth, end, done, ...again] = texts(name);
    expect(start).toMatch(START);
    expect(debug).toMatch(new RegExp(`^${TIME}\t${ID}\tDEBUG\tdetail$`));
    expect(first).toMatch(new RegExp(`^${TIME}\t${ID}\tINFO\tone\ntwo$`));
    expect(second).toMatch(new RegExp(`^${TIME}\t${ID}\tERROR\tthree RangeError: far\n    at `));
    expect([fourth, fifth]).toEqual(['{"level":"warn","message":"four","orderId":"o-1"}', 'five and more']);
    expect(end).toMatch(END);
    expect(done).toMatch(report(INIT));
    expect(again.at(-1)).toMatch(report(''));
    const written = events(name);
    expect(new Set(written.slice(0, 8).map(({ requestId }) => requestId)).size).toBe(1);
    expect(written[2]).toMatchObject({ level: 'info', body: 'one\ntwo' });
    expect(new Set(written.map(({ logStream }) => logStream)).size).toBe(1);
    expect(written[0]!.logStream).toMatch(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/);
  });

  it.each([
    ['fail', 'OutOfStock', 'there is none left'],
    ['failWithText', 'Error', 'just text'],
  ])('of "%s" has the error with its stack', async (handler, errorType, errorMessage) => {
    const name = define(handler);
    await lambda.invoke(name, {});
    const line = texts(name)[1] ?? '';
    expect(line).toMatch(new RegExp(`^${TIME}\t${ID}\tERROR\tInvoke Error \t{`));
    expect(json(line.split('\t').at(-1))).toMatchObject({
      ...{ errorType, errorMessage },
      stack: expect.arrayContaining([expect.stringMatching(/^ +at /)]),
    });
    expect(texts(name).at(-1)).toMatch(report(INIT));
  });

  it.each([
    ['crash', 'Uncaught Exception', 'TypeError', 'nobody catches this'],
    ['reject', 'Unhandled Promise Rejection', 'Runtime.UnhandledPromiseRejection', 'Error: nobody waits for this'],
  ])('of "%s" has what nobody caught', async (handler, title, errorType, errorMessage) => {
    const name = define(handler);
    await lambda.invoke(name, {});
    const line = texts(name)[1] ?? '';
    expect(line).toContain(`\tERROR\t${title} \t{`);
    expect(json(line.split('\t').at(-1))).toMatchObject({ errorType, errorMessage });
    expect(texts(name).at(-1)).toMatch(report(`${INIT}Status: error\tError Type: ${errorType}\t`));
  });

  it('has whole characters, wherever a write ends', async () => {
    const name = define('writeInPieces');
    await lambda.invoke(name, {});
    expect(texts(name)[1]).toBe('주문 완료');
  });

  it('that exits or takes too long says so', async () => {
    const [exits, hangs] = [define('exit'), define('hang', { timeoutSeconds: 0.2 })];
    await Promise.all([exits, hangs].map((name) => lambda.invoke(name, {})));
    expect(texts(exits)[1]).toMatch(
      new RegExp(`^RequestId: ${ID} Error: Runtime exited with error: exit status 3\nRuntime.ExitError\n$`),
    );
    expect(texts(exits).at(-1)).toMatch(report(`${INIT}Status: error\tError Type: Runtime.ExitError\t`));
    expect(texts(hangs)[1]).toMatch(new RegExp(`^${TIME} ${ID} Task timed out after 0.20 seconds\n\n$`));
    expect(texts(hangs).at(-1)).toMatch(report(`${INIT}Status: timeout\t`));
  });

  it('of a module that does not load has why, before the first invocation too', async () => {
    const name = define('x', { handler: 'no-requirement.handler' });
    await lambda.warm(name);
    const [line = '', init] = texts(name);
    expect(line).toMatch(new RegExp(`^${TIME}\tundefined\tERROR\tUncaught Exception \t`));
    expect(json(line.split('\t').at(-1))).toMatchObject({ errorType: 'Runtime.ImportModuleError' });
    expect(init).toMatch(/^INIT_REPORT Init Duration: .* ms\tPhase: init\tStatus: error\tError Type: Runtime.Import/);
  });
});

describe('as JSON', () => {
  const logging = (more: object = {}) => ({ ...loggingOf('x', { LogFormat: 'JSON', ...more }) });
  const environment = { AWS_LAMBDA_LOG_FORMAT: 'JSON', AWS_LAMBDA_LOG_LEVEL: 'INFO' };

  it('has an object for each event', async () => {
    const name = define('talk', { logging: logging(), environment });
    await lambda.invoke(name, {});
    const lines = texts(name);
    const [start, one, three, four, done] = [...lines.slice(0, 4), ...lines.slice(-1)].map(json);
    const { requestId } = start!['record'] as { requestId: string };
    expect(start).toMatchObject({ type: 'platform.start', record: { requestId, version: '$LATEST' } });
    expect(one).toMatchObject({ level: 'INFO', requestId, message: 'one\ntwo' });
    expect(three).toMatchObject({ level: 'ERROR', errorType: 'RangeError', errorMessage: 'far' });
    expect(four).toEqual({ level: 'warn', message: 'four', orderId: 'o-1' });
    expect(done).toMatchObject({
      type: 'platform.report',
      record: {
        ...{ requestId, status: 'success' },
        metrics: { memorySizeMB: 128, billedDurationMs: expect.any(Number), initDurationMs: expect.any(Number) },
      },
    });
  });

  it('leaves out what is below the levels', async () => {
    const levels = { ApplicationLogLevel: 'ERROR', SystemLogLevel: 'WARN' };
    const name = define('talk', {
      logging: logging(levels),
      environment: { ...environment, AWS_LAMBDA_LOG_LEVEL: 'ERROR' },
    });
    await lambda.invoke(name, {});
    expect(texts(name)).toEqual([
      expect.stringContaining('"level":"ERROR"'),
      ...['{"level":"warn","message":"four","orderId":"o-1"}', 'five and more'],
    ]);
  });

  it('says that an invocation failed or took too long', async () => {
    const own = { logging: logging({ SystemLogLevel: 'WARN' }), environment };
    const [fails, hangs] = [define('fail', own), define('hang', { ...own, timeoutSeconds: 0.2 })];
    await Promise.all([fails, hangs].map((name) => lambda.invoke(name, {})));
    expect(json(texts(fails)[0])).toMatchObject({
      level: 'ERROR',
      message: { errorType: 'Error', errorMessage: 'there is none left', stackTrace: expect.any(Array) },
    });
    const [sentence, , done] = texts(hangs).map(json);
    expect(sentence).toMatchObject({ level: 'ERROR', message: expect.stringContaining('timed out after 0.20') });
    expect(done).toMatchObject({ type: 'platform.report', record: { status: 'timeout' } });
  });
});

describe('a stack', () => {
  const source = 'const one = 1;\n\n\n\n\nexport const handler = async () => { throw new Error(`deep ${one}`); };\n';

  it.each([
    ['by itself', { mapStacks: true }, 'deep.ts:6:'],
    ['by NODE_OPTIONS', { environment: { NODE_OPTIONS: '--enable-source-maps' } }, 'deep.ts:6:'],
    ['not without', {}, 'deep.js:'],
  ])('is mapped to the source %s', async (_how, overrides, place) => {
    const file = join(folder, 'deep.ts');
    writeFileSync(file, source);
    writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }');
    const outfile = join(folder, 'out', 'deep.js');
    buildSync({
      entryPoints: [file],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      sourcemap: true,
      minify: true,
    });
    const name = define('x', { taskRoot: join(folder, 'out'), handler: 'deep.handler', ...overrides });
    const result = await lambda.invoke(name, {});
    expect(result).toMatchObject({ stackTrace: expect.arrayContaining([expect.stringContaining(place)]) });
    expect(texts(name)[1]).toContain(place);
  });
});
