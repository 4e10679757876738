import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readAlarm } from '../src/alarm-definition.ts';
import { evaluate, type StateValue } from '../src/evaluate.ts';
import { errorsAlarm, MINUTE, START } from './watch.ts';

const TREATMENTS = ['missing', 'ignore', 'breaching', 'notBreaching'];

/** `X` breaches, `0` does not, `-` is missing: the oldest first. */
const datapoints = (text: string) =>
  [...text].map((it, index) => ({ start: START + index * MINUTE, value: { X: 5, '0': 0 }[it] }));

const stateOf = (text: string, needed: number, TreatMissingData: string, before: StateValue = 'OK'): StateValue =>
  evaluate(
    readAlarm(errorsAlarm({ EvaluationPeriods: text.length, DatapointsToAlarm: needed, TreatMissingData })),
    datapoints(text),
    before,
  ).state;

describe('an alarm', () => {
  // Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html, where `ignore` keeps.
  it.each([
    ['0X0', 3, ['OK', 'OK', 'OK', 'OK']],
    ['XXX', 3, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['--0', 3, ['OK', 'OK', 'OK', 'OK']],
    ['---', 3, ['INSUFFICIENT_DATA', 'before', 'ALARM', 'OK']],
    ['-X-', 3, ['ALARM', 'before', 'ALARM', 'OK']],
    ['0XX', 2, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['0X-', 2, ['OK', 'OK', 'ALARM', 'OK']],
    ['--0', 2, ['OK', 'OK', 'ALARM', 'OK']],
    ['--X', 2, ['ALARM', 'before', 'ALARM', 'OK']],
  ])('over %s that needs %d is, with missing data %j', (text, needed, expected) => {
    for (const before of ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const) {
      const states = TREATMENTS.map((treatment) => stateOf(text, needed, treatment, before));
      expect(states).toEqual(expected.map((it) => (it === 'before' ? before : it)));
    }
  });

  it('that breaches more is never better', () => {
    const text = fc.string({ unit: fc.constantFrom('X', '0', '-'), minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(text, fc.nat(), fc.nat(), fc.constantFrom(...TREATMENTS), (periods, at, of, treatment) => {
        const needed = 1 + (of % periods.length);
        const worse = [...periods].with(at % periods.length, 'X').join('');
        if (stateOf(periods, needed, treatment) === 'ALARM') expect(stateOf(worse, needed, treatment)).toBe('ALARM');
        if (stateOf(worse, needed, treatment) === 'OK') expect(stateOf(periods, needed, treatment)).not.toBe('ALARM');
      }),
    );
  });

  it.each([
    ['GreaterThanThreshold', [false, false, true]],
    ['GreaterThanOrEqualToThreshold', [false, true, true]],
    ['LessThanThreshold', [true, false, false]],
    ['LessThanOrEqualToThreshold', [true, true, false]],
  ])('compares by %s', (ComparisonOperator, expected) => {
    const alarm = readAlarm(errorsAlarm({ ComparisonOperator, Threshold: 1 }));
    const alarming = [0, 1, 2].map((value) => evaluate(alarm, [{ start: START, value }], 'OK').state === 'ALARM');
    expect(alarming).toEqual(expected);
  });

  it('says why, as CloudWatch words it', () => {
    const reasonOf = (text: string, TreatMissingData = 'notBreaching') =>
      evaluate(
        readAlarm(errorsAlarm({ EvaluationPeriods: text.length, DatapointsToAlarm: 1, TreatMissingData })),
        datapoints(text),
        'OK',
      ).reason;
    expect(reasonOf('0X')).toBe(
      'Threshold Crossed: 1 out of the last 2 datapoints [5.0 (05/01/26 09:31:00)] was greater than the threshold (0.0).',
    );
    expect(reasonOf('--')).toBe(
      'Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints were treated as [NonBreaching].',
    );
    expect(reasonOf('-', 'missing')).toBe('Insufficient Data: 1 datapoint was unknown.');
  });
});
