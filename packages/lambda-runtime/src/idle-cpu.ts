import { cpus } from 'node:os';

/** Starts to watch the machine's CPUs. The function that it returns answers the share of them that was idle since. */
export type WatchIdleCpu = () => () => number;

export const watchIdleCpu: WatchIdleCpu = () => {
  const before = times();
  return () => {
    const after = times();
    const passed = after.all - before.all;
    return passed > 0 ? (after.idle - before.idle) / passed : 1;
  };
};

/** Systems count in steps of about 10 ms, and asking takes 0.2: under load, each function would ask several times a step. */
const STEP_MS = 10;
let last = { at: -Infinity, idle: 0, all: 0 };

function times(): { idle: number; all: number } {
  const at = performance.now();
  if (at - last.at < STEP_MS) return last;
  let [idle, all] = [0, 0];
  for (const { times: of } of cpus()) {
    idle += of.idle;
    all += of.user + of.nice + of.sys + of.idle + of.irq;
  }
  last = { at, idle, all };
  return last;
}
