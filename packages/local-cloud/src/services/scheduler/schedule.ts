import { createHash } from 'node:crypto';
import { InvalidScheduleError, parseSchedule, type Schedule } from '@dure/schedule-expressions';
import {
  allowOnly,
  type Input,
  invalid,
  optionalInteger,
  optionalObject,
  optionalText,
  requiredText,
  requiredTime,
  violates,
} from '@dure/aws-protocols/aws-input';

export const PROPERTIES = [
  ...['ScheduleExpression', 'ScheduleExpressionTimezone', 'StartDate', 'EndDate', 'FlexibleTimeWindow', 'State'],
  ...['Description', 'ActionAfterCompletion', 'KmsKeyArn', 'Target'],
];
const EXPRESSION = 256;

/** When a schedule runs. */
export interface Times extends Schedule {
  /** The time of the expression, which a flexible window moves. */
  meant(time: number): number;
}

/**
 * Checks when a schedule runs, and compiles it.
 * @param created when a rate begins that has no start date
 * @throws AwsError `ValidationException`
 * Source: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
 */
export function compileTimes(arn: string, definition: Input, created: number): Times {
  const expression = requiredText(definition, 'ScheduleExpression', EXPRESSION);
  const timezone = optionalText(definition, 'ScheduleExpressionTimezone', 50) ?? 'UTC';
  const [start, end] = ['StartDate', 'EndDate'].map((name) =>
    definition[name] === undefined ? undefined : requiredTime(definition, name),
  );
  if (start !== undefined && end !== undefined && start >= end) {
    throw invalid('The StartDate you specify must come before the EndDate.');
  }
  oneOf(definition, 'State', ['ENABLED', 'DISABLED']);
  oneOf(definition, 'ActionAfterCompletion', ['NONE', 'DELETE']);
  optionalText(definition, 'Description', 512);
  optionalText(definition, 'KmsKeyArn', 2048);
  const parsed = parse(expression, timezone, start ?? created);
  const bounded = expression.startsWith('at(') ? parsed : within(parsed, start, end);
  return flexible(arn, bounded, windowOf(definition));
}

function parse(expression: string, timezone: string, start: number): Schedule {
  try {
    return parseSchedule(expression, { timezone, start });
  } catch (error) {
    if (!(error instanceof InvalidScheduleError)) throw error;
    const isZone = error.message.endsWith(`time zone ${timezone}.`);
    throw invalid(`Invalid Schedule Expression ${isZone ? `Timezone ${timezone}` : expression}.`);
  }
}

function within(schedule: Schedule, start = -Infinity, end = Infinity): Schedule {
  return {
    next(after) {
      const time = schedule.next(Math.max(after, start - 1));
      return time === undefined || time > end ? undefined : time;
    },
  };
}

function windowOf(definition: Input): number {
  const window = optionalObject(definition, 'FlexibleTimeWindow');
  if (window === undefined) throw violates('flexibleTimeWindow', undefined, 'must not be null');
  allowOnly('FlexibleTimeWindow', window, ['Mode', 'MaximumWindowInMinutes']);
  requiredText(window, 'Mode', 16);
  oneOf(window, 'Mode', ['OFF', 'FLEXIBLE']);
  const minutes = optionalInteger(window, 'MaximumWindowInMinutes', 1, 1440);
  if ((window.Mode === 'FLEXIBLE') !== (minutes !== undefined)) {
    const rule = window.Mode === 'OFF' ? 'must not be set when Mode is OFF' : 'must be set when Mode is FLEXIBLE';
    throw invalid(`MaximumWindowInMinutes ${rule}.`);
  }
  return (minutes ?? 0) * 60_000;
}

/** Moves each time into its window: always by as much, so that a restart neither repeats nor loses one. */
function flexible(arn: string, schedule: Schedule, window: number): Times {
  if (window === 0) return { ...schedule, meant: (time) => time };
  const moved = (time: number): number => {
    const drawn = createHash('sha256').update(`${arn} ${time}`).digest().readUInt32BE() / 2 ** 32;
    return time + Math.floor(drawn * window);
  };
  return {
    next(after) {
      let first: number | undefined;
      let time = schedule.next(after - window);
      for (; time !== undefined && !(first !== undefined && time > first); time = schedule.next(time)) {
        const candidate = moved(time);
        if (candidate > after && !(first !== undefined && candidate > first)) first = candidate;
      }
      return first;
    },
    meant(time) {
      let meant = schedule.next(time - window - 1);
      while (meant !== undefined && meant <= time && moved(meant) !== time) meant = schedule.next(meant);
      return meant ?? time;
    },
  };
}

export function oneOf(input: Input, name: string, values: readonly string[]): void {
  const value = input[name] ?? undefined;
  if (value === undefined || (typeof value === 'string' && values.includes(value))) return;
  const member = name.charAt(0).toLowerCase() + name.slice(1);
  throw violates(member, value, `must satisfy enum value set: [${values.join(', ')}]`);
}
