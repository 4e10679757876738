import { describe, expect, it, jest } from '@jest/globals';
import * as z from 'zod/mini';
import { contracts } from '../src/contracts/all-contracts.ts';
import { event } from '../src/contracts/contract.ts';
import { createLogger, format, metric } from '../src/binding/log.ts';
import { personal } from '../src/contracts/marks.ts';
import { captureLogs } from './logs.ts';
import { namesOnlyMarked } from './personal-faults.ts';

const read = (fields: Record<string, unknown>) => JSON.parse(format(fields)) as Record<string, unknown>;

describe('a log line', () => {
  it.each([
    'email',
    'name',
    'shippingAddress',
    'customer',
    'paymentMethod',
    'note',
    'authorization',
    'token',
    'replyto',
    'replyTo',
  ])('masks %s, however deep it stands', (key) => {
    expect(read({ [key]: 'secret' })).toEqual({ [key]: '***' });
    expect(format({ a: [{ b: { [key]: { of: ['secret'] } } }] })).not.toContain('secret');
  });

  it('masks every field that the contracts mark, but those whose names stand for something else as well', () => {
    expect(namesOnlyMarked(contracts)).toEqual(
      expect.arrayContaining(['email', 'line1', 'paymentMethod', 'secret', 'note']),
    );
    expect(namesOnlyMarked(contracts).filter((name) => read({ [name]: 'secret' })[name] !== '***')).toEqual([]);
  });

  it('is asked to mask what a new contract marks', () => {
    const Made = z.object({ nickname: personal(z.string()), title: personal(z.string()) });
    const Titled = z.object({ title: z.string() });
    const details = { description: 'A thing.', example: { nickname: 'M', title: 'M' } };
    const planted = [event('things', 'Made', 1, Made, details), event('things', 'Titled', 1, Titled, details)];
    expect(namesOnlyMarked(planted)).toEqual(['nickname']);
    expect(read({ nickname: 'secret' })).not.toEqual({ nickname: '***' });
  });

  it('keeps what is not personal', () => {
    const fields = { orderId: 'o-1', sku: 'MUG', status: 'placed', sequence: 3, nothing: null, list: [1, 'two'] };
    expect(read(fields)).toEqual(fields);
  });

  it('masks what an object makes of itself, and finds what lies deep', () => {
    expect(read({ shown: { toJSON: () => ({ email: 'secret', id: 7 }) } })).toEqual({ shown: { email: '***', id: 7 } });
    const deep = Array.from({ length: 20 }).reduce<object>((inner) => ({ inner }), { email: 'secret', big: 1n });
    expect(format({ deep })).toContain('{"email":"***","big":"1"}');
    expect(read({ at: new Date(0) })).toEqual({ at: '1970-01-01T00:00:00.000Z' });
  });

  it('logs an error with its kind, message, stack and causes', () => {
    const error = new RangeError('Too far.', { cause: new Error('Beyond.', { cause: 'an edge' }) });
    expect(read({ error })).toEqual({
      error: {
        errorName: 'RangeError',
        message: 'Too far.',
        stack: expect.stringContaining('log.test'),
        cause: { errorName: 'Error', message: 'Beyond.', stack: expect.any(String), cause: 'an edge' },
      },
    });
  });

  it('takes big integers, and text with line ends in one line', () => {
    expect(read({ big: 12345678901234567890n })).toEqual({ big: '12345678901234567890' });
    expect(format({ text: 'a\nb\u2028c' })).not.toMatch(/\n/);
  });

  it('is cut to 16,384 characters, and stays JSON with the fields that identify it', () => {
    const line = {
      ...{ level: 'error', message: 'm', service: 's', correlationId: 'c', ...metric('op', 'error', 1, { size: 7 }) },
      ...{
        error: new Error('x'.repeat(500_000)),
        email: 'mina@example.com',
        list: Array.from({ length: 9_000 }, (_, index) => String(index)),
      },
    };
    const text = format(line);
    expect(text.length).toBeLessThanOrEqual(16_384);
    expect(text).not.toContain('mina');
    expect(read(line)).toMatchObject({
      ...{ level: 'error', message: 'm', service: 's', correlationId: 'c', operation: 'op', outcome: 'error' },
      ...{ _aws: { CloudWatchMetrics: [{ Namespace: 'Dure/local' }] }, size: 7, truncated: true },
      ...{ error: expect.stringMatching(/^\{"errorName":"Error".*…$/), list: expect.stringMatching(/^\["0","1".*…$/) },
    });
    const wide = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`k${index}`, index]));
    expect(format({ message: 'm', ...wide }).length).toBeLessThanOrEqual(16_384);
    expect(read({ message: 'm', ...wide })).toMatchObject({ message: 'm', k0: 0, truncated: true });
    expect(format({ message: '\u0000'.repeat(20_000) }).length).toBeLessThanOrEqual(16_384);
  });

  it('is written even where fields cannot be: in a circle, or with a getter that throws', () => {
    const circle: Record<string, unknown> = { id: 7 };
    circle['self'] = circle;
    const throws = {
      get broken(): string {
        throw new Error('No.');
      },
    };
    expect(read({ message: 'm', level: 'error', circle })).toMatchObject({ message: 'm', level: 'error' });
    expect(read({ message: 'm', throws })).toMatchObject({ message: 'm' });
    const error = new Error('Broken.', { cause: circle });
    expect(read({ message: 'm', error })).toEqual({
      message: 'm',
      error: expect.stringMatching(/^Error: Broken\.[^]*cannot be written/),
    });
  });
});

describe('a logger', () => {
  const logs = captureLogs();

  it('writes one JSON line each, with what it always carries', () => {
    createLogger({ service: 'things', correlationId: 'c' }).warn('careful', { size: 3 });
    expect(logs).toEqual([
      {
        level: 'warn',
        message: 'careful',
        service: 'things',
        correlationId: 'c',
        size: 3,
      },
    ]);
  });

  it('says in the first line of an environment how long the function took to load, and in no other', async () => {
    jest.resetModules();
    const fresh = await import('../src/binding/log.ts');
    fresh.loaded();
    const log = fresh.createLogger();
    log.info('first');
    log.info('second');
    expect(logs.map(({ coldStart }) => typeof coldStart)).toEqual(['number', 'undefined']);
    expect(logs[0]?.['coldStart']).toBeGreaterThan(0);
  });

  it.each([
    ['debug', ['debug', 'info', 'warn', 'error']],
    ['info', ['info', 'warn', 'error']],
    ['error', ['error']],
    ['nonsense', ['info', 'warn', 'error']],
  ])('writes from the level %s on', (level, written) => {
    process.env['LOG_LEVEL'] = level;
    const log = createLogger({});
    for (const each of ['debug', 'info', 'warn', 'error'] as const) log[each]('said');
    expect(logs.map((line) => line.level)).toEqual(written);
  });
});

describe('a metric', () => {
  it('is a duration, which a filter of the log group makes of the line', () => {
    expect(read({ ...metric('PlaceOrder', 'ok', 12.3456), service: 'orders' })).toEqual({
      ...{ operation: 'PlaceOrder', outcome: 'ok', duration: 12.35, service: 'orders' },
    });
  });

  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
  it('has what else was measured in CloudWatch’s embedded metric format', () => {
    const measured = { stuck: 3, settled: 0 };
    const { _aws, ...values } = read({ ...metric('sweep', 'ok', 12.3456, measured), service: 'orders' });
    const { Timestamp, CloudWatchMetrics } = _aws as { Timestamp: number; CloudWatchMetrics: Directive[] };
    expect(Math.abs(Date.now() - Timestamp)).toBeLessThan(60_000);
    expect(values).toEqual({ operation: 'sweep', outcome: 'ok', duration: 12.35, ...measured, service: 'orders' });
    for (const { Dimensions, Metrics, Namespace } of CloudWatchMetrics) {
      expect(Namespace).toBe('Dure/local');
      // Every dimension and metric must be a member of the line itself.
      const targets = [...Dimensions.flat(), ...Metrics.map(({ Name }) => Name)];
      expect(targets.filter((target) => !(target in values))).toEqual([]);
      expect(Metrics.map(({ Name }) => Name)).toEqual(['stuck', 'settled']);
    }
  });
});

interface Directive {
  readonly Namespace: string;
  readonly Dimensions: readonly string[][];
  readonly Metrics: readonly { Name: string; Unit: string }[];
}
