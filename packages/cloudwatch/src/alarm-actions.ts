import { AwsError } from '@dure/aws-protocols/aws-error';
import type { AlarmRow, HistoryRow } from './alarm-store.ts';
import type { Alarms } from './alarms.ts';
import type { StateValue } from './evaluate.ts';
import type { Action } from './metric-actions.ts';
import { invalid, optionalText, pageSize, refuseUnknown, refusing, type Request, seconds, text } from './request.ts';

const STATES: readonly string[] = ['OK', 'ALARM', 'INSUFFICIENT_DATA'];

/** PutMetricAlarm, DeleteAlarms, DescribeAlarms, DescribeAlarmHistory and SetAlarmState. */
export function alarmActions(alarms: Alarms): Readonly<Record<string, Action>> {
  const { store } = alarms;
  const names = (request: Request): readonly string[] | undefined => {
    const given = request['AlarmNames'];
    if (given === undefined || Array.isArray(given)) return given as string[] | undefined;
    throw invalid('AlarmNames has to be a list.');
  };

  return {
    PutMetricAlarm({ Tags: _tags, ...request }) {
      refusing(() => alarms.put(request));
      return {};
    },

    DeleteAlarms(request) {
      refuseUnknown(request, ['AlarmNames']);
      const missing = (names(request) ?? []).find((name) => store.find(name) === undefined);
      if (missing !== undefined) throw new AwsError('ResourceNotFound', `There is no alarm ${missing}.`, 404);
      for (const name of names(request) ?? []) alarms.delete(name);
      return {};
    },

    DescribeAlarms(request) {
      refuseUnknown(request, ['AlarmNames', 'AlarmNamePrefix', 'AlarmTypes', 'StateValue', 'MaxRecords', 'NextToken']);
      const [prefix, state, after] = ['AlarmNamePrefix', 'StateValue', 'NextToken'].map((it) =>
        optionalText(request, it),
      );
      const wanted = names(request);
      const matching = store
        .all()
        .filter(
          (row) =>
            (wanted?.includes(row.name) ?? true) &&
            row.name.startsWith(prefix ?? '') &&
            (state ?? row.state) === row.state &&
            row.name > (after ?? ''),
        );
      const page = matching.slice(0, pageSize(request));
      return {
        MetricAlarms: page.map((row) => toMetricAlarm(row, alarms.arnOf(row.name))),
        CompositeAlarms: [],
        ...(page.length < matching.length && { NextToken: page.at(-1)?.name }),
      };
    },

    DescribeAlarmHistory(request) {
      refuseUnknown(request, ['AlarmName', 'AlarmTypes', 'HistoryItemType', 'MaxRecords', 'NextToken']);
      const type = optionalText(request, 'HistoryItemType');
      const before = Number(optionalText(request, 'NextToken') ?? Number.MAX_SAFE_INTEGER);
      const size = pageSize(request);
      const rows = store.history(optionalText(request, 'AlarmName'), before, size);
      return {
        AlarmHistoryItems: rows.filter((row) => (type ?? row.type) === row.type).map(toHistoryItem),
        ...(rows.length === size && { NextToken: String(rows.at(-1)?.id) }),
      };
    },

    SetAlarmState(request) {
      refuseUnknown(request, ['AlarmName', 'StateValue', 'StateReason', 'StateReasonData']);
      const [name, state, reason] = ['AlarmName', 'StateValue', 'StateReason'].map((it) => text(request, it));
      if (!STATES.includes(state!)) throw invalid(`StateValue ${state} is none of ${STATES.join(', ')}.`);
      if (store.find(name!) === undefined) throw new AwsError('ResourceNotFound', `There is no alarm ${name}.`, 404);
      alarms.setState(name!, state as StateValue, reason!);
      return {};
    },
  };
}

function toMetricAlarm(row: AlarmRow, AlarmArn: string): object {
  return {
    ActionsEnabled: true,
    ...numbersOf(JSON.parse(row.properties) as Request),
    AlarmArn,
    AlarmConfigurationUpdatedTimestamp: seconds(row.updated_at),
    StateValue: row.state,
    StateReason: row.reason,
    StateUpdatedTimestamp: seconds(row.state_updated_at),
    StateTransitionedTimestamp: seconds(row.state_updated_at),
  };
}

/** CloudFormation passes numbers as text as well; the API answers numbers. */
function numbersOf(properties: Request): Request {
  const numbers = ['DatapointsToAlarm', 'EvaluationPeriods', 'Period', 'Threshold'];
  const given = numbers.filter((name) => properties[name] !== undefined);
  return { ...properties, ...Object.fromEntries(given.map((name) => [name, Number(properties[name])])) };
}

const toHistoryItem = ({ name, at, type, summary, data }: HistoryRow): object => ({
  AlarmName: name,
  AlarmType: 'MetricAlarm',
  Timestamp: seconds(at),
  HistoryItemType: type,
  HistorySummary: summary,
  HistoryData: data,
});
