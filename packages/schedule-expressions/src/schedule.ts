import { Cron } from 'croner';
import { cronerPattern } from './cron-fields.ts';
import { InvalidScheduleError } from './invalid-schedule.ts';

export interface Schedule {
  /** The first time after `after` at which it is due, in ms since 1970; undefined where there is none. */
  next(after: number): number | undefined;
}

export interface ScheduleOptions {
  /** When a rate is due first, in ms since 1970; 0 by default. */
  readonly start?: number;
  /** Of cron and at: a name of the IANA database; UTC by default. */
  readonly timezone?: string;
  /** EventBridge Scheduler, by default, or a rule of EventBridge, which knows no `at`. */
  readonly service?: 'scheduler' | 'rule';
}

const UNITS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
/** By how much clocks are put back somewhere, in ms. */
const PUT_BACK = [1_800_000, 3_600_000];

/**
 * Reads `rate(5 minutes)`, `cron(0 12 * * ? *)` or `at(2030-01-01T12:00:00)`.
 *
 * A local time that is left out in spring is left out; one that comes twice in autumn counts once, as on AWS.
 *
 * @throws InvalidScheduleError
 * Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html,
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
export function parseSchedule(expression: string, options: ScheduleOptions = {}): Schedule {
  const { start = 0, timezone = 'UTC', service = 'scheduler' } = options;
  const [, kind, argument = ''] = /^(rate|cron|at)\((.*)\)$/s.exec(expression) ?? [];
  const wallClock = clockIn(timezone);
  if (kind === 'rate') return rate(argument, start, service);
  if (kind === 'cron') return cron(cronerPattern(argument.trim()), timezone, wallClock);
  if (kind === 'at' && service === 'scheduler') return at(argument, timezone);
  throw new InvalidScheduleError(`It is neither rate(…) nor cron(…)${service === 'scheduler' ? ' nor at(…)' : ''}.`);
}

function rate(argument: string, start: number, service: string): Schedule {
  const [, digits = '', unit = '', plural = ''] = /^([1-9]\d{0,8}) (minute|hour|day)(s?)$/.exec(argument) ?? [];
  const value = Number(digits);
  const rightNumber = (value === 1) === (plural === '') || (value === 1 && service === 'scheduler');
  if (unit === '' || !rightNumber) {
    throw new InvalidScheduleError('A rate is a number and minutes, hours or days: 1 minute, 2 minutes.');
  }
  const interval = value * UNITS[unit]!;
  return { next: (after) => (after < start ? start : start + (Math.floor((after - start) / interval) + 1) * interval) };
}

function cron(pattern: string, timezone: string, wallClock: WallClock): Schedule {
  const job = new Cron(pattern, { timezone, paused: true });
  const isRepeated = (time: number): boolean => PUT_BACK.some((ms) => wallClock(time - ms) === wallClock(time));
  return {
    next(after) {
      let time = job.nextRun(new Date(after));
      // croner makes up for a time that is left out.
      while (time !== null && (!job.match(time) || isRepeated(time.getTime()))) time = job.nextRun(time);
      return time?.getTime();
    },
  };
}

function at(local: string, timezone: string): Schedule {
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(local);
  const utc = isTime ? new Date(`${local}Z`) : undefined;
  if (utc === undefined || Number.isNaN(utc.getTime()) || utc.toISOString().slice(0, 19) !== local) {
    throw new InvalidScheduleError('A time is written like at(2030-01-31T12:00:00).');
  }
  const job = new Cron(local, { timezone, paused: true });
  return { next: (after) => job.nextRun(new Date(after))?.getTime() };
}

/** Writes a time as clocks show it. */
type WallClock = (time: number) => string;

function clockIn(timeZone: string): WallClock {
  try {
    const format = new Intl.DateTimeFormat('en', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
    return (time) => format.format(time);
  } catch {
    throw new InvalidScheduleError(`There is no time zone ${timeZone}.`);
  }
}
