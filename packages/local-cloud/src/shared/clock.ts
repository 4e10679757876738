import type { Schedule } from '@dure/schedule-expressions';

/** Calls at the times of schedules, by their ids. */
export interface Clock {
  /** From now on, or after a time, in ms since 1970. Replaces the schedule of this id. */
  set(id: string, schedule: Schedule, after?: number): void;
  remove(id: string): void;
  stop(): void;
}

/** The longest that a timer waits. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Times that pass while the process or the machine sleeps are made up for once. A timer keeps no process alive.
 * @param due must not throw; it gets the time that was meant
 */
export function createClock(due: (id: string, time: number) => void): Clock {
  const timers = new Map<string, NodeJS.Timeout>();

  function remove(id: string): void {
    clearTimeout(timers.get(id));
    timers.delete(id);
  }

  function set(id: string, schedule: Schedule, after = Date.now()): void {
    remove(id);
    const time = schedule.next(after);
    if (time === undefined) return;
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
    stop() {
      for (const id of timers.keys()) remove(id);
    },
  };
}
