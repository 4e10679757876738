import type { Schedule } from '@dure/schedule-expressions';

/** Calls at the times of schedules, by their ids. */
export interface Clock {
  /** From now on, or after a time, in ms since 1970. Replaces the schedule of this id. */
  set(id: string, schedule: Schedule, after?: number): void;
  remove(id: string): void;
  /** The time that it waits for, in ms since 1970; undefined where there is none. */
  next(id: string): number | undefined;
  stop(): void;
}

/** For people, when something runs next; nothing for what does not run. */
export const nextRun = (time: number | undefined): { readonly nextRun?: string } =>
  time === undefined ? {} : { nextRun: new Date(time).toISOString() };

/** The longest that a timer waits. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Times that pass while the process or the machine sleeps are made up for once. A timer keeps no process alive.
 * @param due must not throw; it gets the time that was meant
 */
export function createClock(due: (id: string, time: number) => void): Clock {
  const timers = new Map<string, NodeJS.Timeout>();
  const times = new Map<string, number>();

  function remove(id: string): void {
    clearTimeout(timers.get(id));
    timers.delete(id);
    times.delete(id);
  }

  function set(id: string, schedule: Schedule, after = Date.now()): void {
    remove(id);
    const time = schedule.next(after);
    if (time === undefined) return;
    times.set(id, time);
    const wait = (): void => {
      const left = time - Date.now();
      if (left > 0) return void timers.set(id, setTimeout(wait, Math.min(left, LONGEST_MS)).unref());
      set(id, schedule, Math.max(time, Date.now()));
      due(id, time);
    };
    wait();
  }

  return {
    set,
    remove,
    next: (id) => times.get(id),
    stop() {
      for (const id of timers.keys()) remove(id);
    },
  };
}
