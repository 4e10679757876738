import type { AlarmDefinition, ComparisonOperator } from './alarm-definition.ts';

export type StateValue = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** A datapoint of an alarm: the start of its period, and its value where there was data. */
export interface Datapoint {
  readonly start: number;
  readonly value: number | undefined;
}

export interface Evaluation {
  readonly state: StateValue;
  readonly reason: string;
}

const COMPARE: Readonly<Record<ComparisonOperator, readonly [(value: number, threshold: number) => boolean, string]>> =
  {
    GreaterThanThreshold: [(value, threshold) => value > threshold, 'greater than'],
    GreaterThanOrEqualToThreshold: [(value, threshold) => value >= threshold, 'greater than or equal to'],
    LessThanThreshold: [(value, threshold) => value < threshold, 'less than'],
    LessThanOrEqualToThreshold: [(value, threshold) => value <= threshold, 'less than or equal to'],
  };

/**
 * The state that an alarm's last `EvaluationPeriods` datapoints put it in. Where some are missing, `TreatMissingData`
 * decides; AWS looks a few periods further back for late data, which there is none of here.
 * @param before the state it is in
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export function evaluate(alarm: AlarmDefinition, datapoints: readonly Datapoint[], before: StateValue): Evaluation {
  const [breaches] = COMPARE[alarm.ComparisonOperator];
  const present = datapoints.filter((it): it is { start: number; value: number } => it.value !== undefined);
  const breaching = present.filter(({ value }) => breaches(value, alarm.Threshold));
  const state = stateOf(
    alarm,
    { asked: datapoints.length, present: present.length, breaching: breaching.length },
    before,
  );
  const shown = state === 'ALARM' && breaching.length > 0 ? breaching : present;
  return { state, reason: reasonOf(alarm, state, shown, datapoints.length) };
}

interface Counts {
  readonly asked: number;
  readonly present: number;
  readonly breaching: number;
}

function stateOf(alarm: AlarmDefinition, { asked, present, breaching }: Counts, before: StateValue): StateValue {
  const needed = alarm.DatapointsToAlarm;
  const missing = asked - present;
  if (breaching >= needed) return 'ALARM';
  switch (alarm.TreatMissingData) {
    case 'breaching':
      return breaching + missing >= needed ? 'ALARM' : 'OK';
    case 'notBreaching':
      return 'OK';
    case 'ignore':
      return missing > 0 && breaching === present ? before : 'OK';
    case 'missing':
      if (present === 0) return 'INSUFFICIENT_DATA';
      return breaching === present ? 'ALARM' : 'OK';
  }
}

/** As CloudWatch words it. */
function reasonOf(
  { ComparisonOperator: operator, Threshold, TreatMissingData: treatment }: AlarmDefinition,
  state: StateValue,
  shown: readonly { readonly start: number; readonly value: number }[],
  asked: number,
): string {
  const some = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;
  if (state === 'INSUFFICIENT_DATA') return `Insufficient Data: ${some(asked, 'datapoint')} ${were(asked)} unknown.`;
  if (shown.length === 0) {
    const treated = `${some(asked, 'missing datapoint')} ${were(asked)} treated as [${TREATED[treatment]}]`;
    return `Threshold Crossed: no datapoints were received for ${some(asked, 'period')} and ${treated}.`;
  }
  const values = shown.map(({ start, value }) => `${decimal(value)} (${dayAndTime(start)})`).join(', ');
  const compared = `${state === 'ALARM' ? '' : 'not '}${COMPARE[operator][1]} the threshold (${decimal(Threshold)})`;
  return `Threshold Crossed: ${shown.length} out of the last ${asked} datapoints [${values}] ${were(shown.length)} ${compared}.`;
}

const were = (count: number): string => (count === 1 ? 'was' : 'were');

const TREATED: Readonly<Record<AlarmDefinition['TreatMissingData'], string>> = {
  missing: 'Missing',
  notBreaching: 'NonBreaching',
  breaching: 'Breaching',
  ignore: 'Ignore',
};

const decimal = (value: number): string => (Number.isInteger(value) ? value.toFixed(1) : String(value));

/** `18/06/21 18:07:00` */
function dayAndTime(milliseconds: number): string {
  const [date = '', time = ''] = new Date(milliseconds).toISOString().split('T');
  return `${date.slice(2).split('-').reverse().join('/')} ${time.slice(0, 8)}`;
}
