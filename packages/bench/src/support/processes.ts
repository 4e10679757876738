import { readdirSync, readFileSync } from 'node:fs';

/** What Linux reports about processes. Other systems do not have this, and the tables show dashes. */

/** Kernel clock ticks per second. Source: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
const TICKS = 100;

interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** The process and all below it. */
export function processTree(root: number): ProcessRow[] {
  const all = list('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const stat = read(`/proc/${name}/stat`);
      return stat === undefined ? [] : [{ pid: Number(name), ...parseStat(stat) }];
    });
  const tree = all.filter(({ pid }) => pid === root);
  for (const { pid } of tree) tree.push(...all.filter(({ parent }) => parent === pid));
  return tree;
}

/** Bytes in memory; shared memory is counted once. Undefined if the system does not report it. */
export function memoryOf(pids: readonly number[]): number | undefined {
  const sizes = pids.map((pid) => /^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`) ?? '')?.[1]);
  if (sizes.every((size) => size === undefined)) return undefined;
  return sizes.reduce((total, size) => total + Number(size ?? 0) * 1024, 0);
}

/** CPU seconds so far of a process, of its main thread and of all others. */
export function cpuOf(pid: number): { main: number; others: number } | undefined {
  const threads = list(`/proc/${pid}/task`);
  if (threads.length === 0) return undefined;
  const total = cpuSeconds(`/proc/${pid}/stat`);
  const main = cpuSeconds(`/proc/${pid}/task/${pid}/stat`);
  return { main, others: total - main };
}

/** CPU seconds that the whole machine has spent so far, on all cores. */
export function machineCpu(): { seconds: number } {
  const [user = NaN, nice = 0, system = 0, _idle, _wait, ...interrupts] = (read('/proc/stat') ?? '')
    .split('\n', 1)[0]!
    .split(/\s+/)
    .slice(1)
    .map(Number);
  const used = user + nice + system + interrupts.slice(0, 2).reduce((total, value) => total + value, 0);
  return { seconds: used / TICKS };
}

function cpuSeconds(path: string): number {
  const fields = (read(path) ?? '').replace(/^.*\) /, '').split(' ');
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS;
}

function parseStat(stat: string): { parent: number; command: string } {
  const [, command = '', rest = ''] = /\((.*)\) (.*)/s.exec(stat) ?? [];
  return { command, parent: Number(rest.split(' ')[1]) };
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function list(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
