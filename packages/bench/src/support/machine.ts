import { spawnSync } from 'node:child_process';
import { cpus, loadavg, platform, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));

/** The machine of the measurement. */
export function describeMachine() {
  return {
    at: new Date().toISOString(),
    commit: git('rev-parse', '--short', 'HEAD'),
    changed: git('status', '--porcelain') !== '',
    node: process.version,
    system: `${platform()} ${release()} ${process.arch}`,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    /** The load average of the last minute before the benchmark. */
    load: loadavg()[0] ?? 0,
  };
}

export type Machine = ReturnType<typeof describeMachine>;

function git(...parameters: string[]): string {
  return spawnSync('git', parameters, { cwd: ROOT, encoding: 'utf8' }).stdout?.trim() ?? '';
}
