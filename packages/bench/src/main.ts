import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareWith } from './compare/compare.ts';
import { HELP, parseOptions } from './options.mjs';
import { binding } from './parts/binding.ts';
import { cold } from './parts/cold.ts';
import { composition } from './parts/composition.ts';
import { cost } from './parts/cost.ts';
import { latency } from './parts/latency.ts';
import { memory } from './parts/memory.ts';
import { mesh } from './parts/mesh.ts';
import { profile } from './parts/profile.ts';
import { scale } from './parts/scale.ts';
import { startup } from './parts/startup.ts';
import { throughput } from './parts/throughput.ts';
import { tokens } from './parts/tokens.ts';
import { describeMachine, type Machine, ROOT } from './support/machine.ts';
import { fixed, format, type Options, type Part, type Result } from './support/report.ts';
import { stopAll } from './support/system.ts';

const ALL: readonly Part[] = [
  startup,
  memory,
  latency,
  throughput,
  profile,
  cost,
  scale,
  composition,
  binding,
  mesh,
  tokens,
  cold,
];

async function main(): Promise<void> {
  const { parts, help, against, rounds, ...options } = parseOptions(process.argv.slice(2));
  if (help) return void process.stdout.write(HELP);
  if (against !== undefined) return comparison(against, rounds, argsOf(parts, options));
  const machine = describeMachine();
  const results: Record<string, unknown> = {};
  const report: string[] = [headOf(machine)];
  process.stdout.write(`${headOf(machine)}\n`);
  for (const part of ALL.filter(({ name }) => parts.includes(name))) {
    const { tables, data } = await measure(part, options);
    results[part.name] = data;
    const text = tables.map(format).join('\n');
    process.stdout.write(`${text}\n`);
    report.push(text);
  }
  const file = save(machine, { options, results }, report.join('\n'));
  process.stdout.write(`\nAll figures: ${file}\n`);
}

/** The arguments with which each revision's own benchmark is called. */
const argsOf = (parts: readonly string[], { rate, seconds, runs, quick }: Options): string[] => [
  ...parts,
  ...['--rate', String(rate), '--runs', String(runs)],
  ...(seconds === undefined ? [] : ['--seconds', String(seconds)]),
  ...(quick ? ['--quick'] : []),
];

async function comparison(against: string, rounds: number, args: readonly string[]): Promise<void> {
  const progress = (step: string): void => void process.stderr.write(`${step}\n`);
  const [table, file] = await compareWith({ root: ROOT, against, rounds, args, progress });
  process.stdout.write(`${format(table)}\n\nAll figures: ${file}\n`);
}

async function measure(part: Part, options: Options): Promise<Result> {
  const startedAt = performance.now();
  const progress = (step: string) => {
    const seconds = fixed((performance.now() - startedAt) / 1000, 0).padStart(4);
    process.stderr.write(`${seconds} s  ${part.name}: ${step}\n`);
  };
  progress(part.what);
  return part.run({ options, progress });
}

function headOf({ at, commit, changed, node, system, processor, cores, memoryGigabytes, load }: Machine): string {
  const source = `${commit}${changed ? ' with changes' : ''}`;
  const hardware = `${cores} cores (${processor}), ${memoryGigabytes} GB`;
  return `${at}, ${source}, Node ${node}, ${system}, ${hardware}, load ${fixed(load, 1)} before`;
}

function save(machine: Machine, data: object, report: string): string {
  const folder = join(ROOT, '.local', 'bench');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, machine.at.replace(/[:.]/g, '-'));
  writeFileSync(`${path}.json`, `${JSON.stringify({ machine, ...data }, undefined, 2)}\n`);
  writeFileSync(`${path}.md`, `${report}\n`);
  return `${path}.json`;
}

/** Child processes end with this process in every case. */
async function end(code: number): Promise<never> {
  await stopAll();
  process.exit(code);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void end(130));
process.once('disconnect', () => void end(130));

main().then(
  () => end(0),
  (error: unknown) => {
    process.stderr.write(`\n${error instanceof Error ? error.stack : String(error)}\n`);
    return end(1);
  },
);
