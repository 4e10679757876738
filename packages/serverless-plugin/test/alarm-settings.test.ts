import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { alarmSchema, DEFAULT_SETTINGS } from '../src/alarms/settings.ts';

const isValid = new Ajv().compile(alarmSchema);
const business = {
  ...{ name: 'orders-stuck', description: 'Orders are stuck.', operation: 'sweep', outcome: 'ok', metric: 'stuck' },
  ...{ statistic: 'Maximum', threshold: 0, period: 60, periods: 3 },
};

describe('custom.dure.alarms', () => {
  it.each<[string, object]>([
    ['nothing', {}],
    ['a threshold', { latencyMs: 500, serverErrorRate: 0 }],
    ['an alarm on the business', { business: [business] }],
  ])('takes %s', (_, alarms) => {
    expect(isValid(alarms)).toBe(true);
  });

  it('has a default for each threshold', () => {
    const { business: _, ...thresholds } = DEFAULT_SETTINGS;
    expect(isValid(thresholds)).toBe(true);
    expect([...Object.keys(thresholds), 'business']).toEqual(Object.keys(alarmSchema.properties));
  });

  it.each<[string, object]>([
    ['a threshold that does not exist', { error: 1 }],
    ['a threshold below zero', { errors: -1 }],
    ['a rate in percent', { serverErrorRate: 5 }],
    ['a latency that the gateway never reaches', { latencyMs: 30_000 }],
    ['an alarm without its metric', { business: [{ ...business, metric: undefined }] }],
    ['a name that is not a heading', { business: [{ ...business, name: 'Orders stuck' }] }],
    ['a description that is not a sentence', { business: [{ ...business, description: 'Orders are stuck' }] }],
    ['a period that CloudWatch does not take', { business: [{ ...business, period: 90 }] }],
    ['a statistic that hides the worst', { business: [{ ...business, statistic: 'Average' }] }],
  ])('refuses %s', (_, alarms) => {
    expect(isValid(JSON.parse(JSON.stringify(alarms)))).toBe(false);
  });
});
