import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readPattern } from '../src/filter-pattern.ts';
import { openMetricFilters } from '../src/metric-filters.ts';

const line = (fields: Record<string, unknown>) => ({ fields, text: JSON.stringify(fields) });

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
describe('a filter pattern', () => {
  const fields = {
    ...{ eventType: 'UpdateTrail', sourceIPAddress: '111.111.111.111', errorCode: 400, slow: true, none: null },
    objectList: [{ name: 'a', id: 1 }],
  };

  it.each([
    ['{ $.eventType = "UpdateTrail" }', true],
    ['{ $.eventType = UpdateTrail }', true],
    ['{ $.sourceIPAddress != 123.123.* }', true],
    ['{ $.sourceIPAddress = "111.*" }', true],
    ['{ $.errorCode = 400 }', true],
    ['{ $.errorCode >= 0 }', true],
    ['{ $.errorCode > 400 }', false],
    ['{ $.errorCode < 401 && $.slow IS TRUE }', true],
    ['{ $.none IS NULL }', true],
    ['{ $.missing IS NULL }', false],
    ['{ $.missing NOT EXISTS }', true],
    ['{ $.missing >= 0 }', false],
    ['{ $.objectList[0].name = "a" }', true],
    ['{ ($.errorCode = 1 || $.eventType = "Update*") && $.slow IS TRUE }', true],
    ['{ $.errorCode = 1 || $.eventType = "Update*" && $.slow IS FALSE }', false],
    ['', true],
    ['UpdateTrail 400', true],
    ['"eventType":', true],
    ['-UpdateTrail', false],
    ['?nothing ?UpdateTrail', true],
    ['?nothing ?neither', false],
    ['"100 %"', false],
    ['-"100 %" ?Update', true],
    ['{ $.eventType != "100 %" }', true],
  ])('%s', (pattern, matches) => {
    expect(readPattern(pattern)(line(fields))).toBe(matches);
  });

  it.each([
    ['{ $.a = %x% }', 'not read here'],
    ['%x%', 'regular expressions'],
    ['[ip, user]', 'columns'],
    ['{ a = 1 }', 'a does not select a field'],
    ['{ $.a ~ 1 }', 'not'],
    ['{ $.a = }', 'ends too early'],
    ['{ ($.a = 1 }', 'not closed'],
    ['{ $.a = 1 $.b = 2 }', '$.b is not expected'],
    ['{ }', 'ends too early'],
  ])('%s is refused', (pattern, reason) => {
    expect(() => readPattern(pattern)).toThrow(TypeError);
    expect(() => readPattern(pattern)).toThrow(reason);
  });

  it('either reads a text or refuses it', () => {
    const part = fc.constantFrom('{', '}', '$.a', '=', '>=', '&&', '||', '(', ')', '"x*"', '7', 'IS', 'NULL', ' ', '-');
    fc.assert(
      fc.property(
        fc.array(part).map((parts) => parts.join(' ')),
        (pattern) => {
          try {
            expect(typeof readPattern(pattern)(line(fields))).toBe('boolean');
          } catch (error) {
            expect(error).toBeInstanceOf(TypeError);
          }
        },
      ),
    );
  });
});

describe('a metric filter', () => {
  const transformation = {
    ...{ MetricNamespace: 'Dure/local', MetricName: 'duration', MetricValue: '$.duration' },
    Dimensions: [
      { Key: 'service', Value: '$.service' },
      { Key: 'outcome', Value: '$.outcome' },
    ],
  };
  const properties = {
    ...{ LogGroupName: '/aws/lambda/api', FilterPattern: '{ $.duration >= 0 }' },
    MetricTransformations: [transformation],
  };
  const said = line({ service: 'orders', outcome: 'ok', duration: 5 });

  it('measures the lines of its group that match and have its dimensions, and is there after a restart', () => {
    const database = new DatabaseSync(':memory:');
    openMetricFilters(database).put('F', properties);
    const filters = openMetricFilters(database);
    const dimensions = { service: 'orders', outcome: 'ok' };
    const value = { namespace: 'Dure/local', name: 'duration', dimensions, value: 5, at: 7 };
    expect(filters.valuesOf('/aws/lambda/api', said, 7)).toEqual([value]);
    expect(filters.valuesOf('/aws/lambda/other', said, 7)).toEqual([]);
    expect(filters.valuesOf('/aws/lambda/api', line({ service: 'orders', duration: 5 }), 7)).toEqual([]);
    expect(filters.valuesOf('/aws/lambda/api', line({ service: 'orders', outcome: 'ok' }), 7)).toEqual([]);
    filters.delete('/aws/lambda/api', 'F');
    expect(filters.valuesOf('/aws/lambda/api', said, 7)).toEqual([]);
    expect(openMetricFilters(database).valuesOf('/aws/lambda/api', said, 7)).toEqual([]);
  });

  it('counts with a value of its own', () => {
    const filters = openMetricFilters(new DatabaseSync(':memory:'));
    const counted = { MetricNamespace: 'N', MetricName: 'Errors', MetricValue: '1' };
    filters.put('F', { ...properties, FilterPattern: 'ERROR', MetricTransformations: [counted] });
    const text = { fields: { message: 'ERROR' }, text: 'ERROR' };
    expect(filters.valuesOf('/aws/lambda/api', text, 7)).toMatchObject([{ name: 'Errors', dimensions: {}, value: 1 }]);
  });

  it.each([
    [5, [5]],
    ['5', [5]],
    ['0.25', [0.25]],
    ['', []],
    [' ', []],
    ['five', []],
    [true, []],
    [null, []],
    [[7], []],
    [{}, []],
  ])('measures a number, or a text that is one: %j', (duration, values) => {
    const filters = openMetricFilters(new DatabaseSync(':memory:'));
    filters.put('F', { ...properties, FilterPattern: '' });
    const measured = filters.valuesOf('/aws/lambda/api', line({ service: 'orders', outcome: 'ok', duration }), 7);
    expect(measured.map(({ value }) => value)).toEqual(values);
  });

  it('makes no metric of a line whose dimension is not text', () => {
    const filters = openMetricFilters(new DatabaseSync(':memory:'));
    filters.put('F', properties);
    const other = line({ service: { name: 'orders' }, outcome: 'ok', duration: 5 });
    expect(filters.valuesOf('/aws/lambda/api', other, 7)).toEqual([]);
  });

  it('goes with its group', () => {
    const database = new DatabaseSync(':memory:');
    const filters = openMetricFilters(database);
    filters.put('F', properties);
    filters.put('G', { ...properties, LogGroupName: '/other' });
    filters.deleteOf('/aws/lambda/api');
    for (const it of [filters, openMetricFilters(database)]) {
      expect([it.valuesOf('/aws/lambda/api', said, 7).length, it.valuesOf('/other', said, 7).length]).toEqual([0, 1]);
    }
  });

  it.each([
    [
      'a value that is no number',
      { MetricTransformations: [{ ...transformation, MetricValue: 'one' }] },
      'MetricValue',
    ],
    ['no group', { LogGroupName: undefined }, 'LogGroupName'],
    ['two transformations', { MetricTransformations: [transformation, transformation] }, 'one transformation'],
    ['no value', { MetricTransformations: [{ ...transformation, MetricValue: undefined }] }, 'MetricValue'],
    ['a default', { MetricTransformations: [{ ...transformation, DefaultValue: 0 }] }, 'DefaultValue'],
    [
      'four dimensions',
      { MetricTransformations: [{ ...transformation, Dimensions: Array(4).fill({ Key: 'a', Value: '$.a' }) }] },
      'at most 3',
    ],
    ['columns', { FilterPattern: '[a, b]' }, 'columns'],
  ])('with %s is refused', (_, change, reason) => {
    const filters = openMetricFilters(new DatabaseSync(':memory:'));
    expect(() => filters.put('F', { ...properties, ...change })).toThrow(reason);
  });
});
