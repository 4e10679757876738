import { cpus } from 'node:os';

/** Begins to watch the machine's cores. The function that it returns tells the share of them that was idle since. */
export type WatchIdleCores = () => () => number;

export const watchIdleCores: WatchIdleCores = () => {
  const before = times();
  return () => {
    const after = times();
    const passed = after.all - before.all;
    return passed > 0 ? (after.idle - before.idle) / passed : 1;
  };
};

function times(): { idle: number; all: number } {
  let [idle, all] = [0, 0];
  for (const { times: of } of cpus()) {
    idle += of.idle;
    all += of.user + of.nice + of.sys + of.idle + of.irq;
  }
  return { idle, all };
}
