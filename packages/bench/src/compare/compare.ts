import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fixed, type Table } from '../support/report.ts';
import { type Comparison, compareFigures, type Figures } from './figures.ts';
import { checkOut, measureRevision } from './revision.ts';

interface Request {
  readonly root: string;
  /** The commit, branch or tag to compare with. */
  readonly against: string;
  /** How often each revision is measured. */
  readonly rounds: number;
  /** Parts and options of the benchmark, the same for both. */
  readonly args: readonly string[];
  readonly progress: (step: string) => void;
}

/**
 * Measures another revision and this one in turn on this machine, so that both meet the same disturbances, and compares
 * the medians. The other one goes first in every second round only.
 * @returns the table, and the file with all figures
 */
export async function compareWith({ root, against, rounds, args, progress }: Request): Promise<[Table, string]> {
  const { folder, commit } = await checkOut(root, against, progress);
  const before: Figures[] = [];
  const after: Figures[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const turns = [
      { of: before, folder, name: commit },
      { of: after, folder: root, name: 'this revision' },
    ];
    for (const turn of round % 2 === 1 ? turns : turns.reverse()) {
      progress(`round ${round} of ${rounds}: ${turn.name}`);
      turn.of.push(await measureRevision(turn.folder, args));
    }
  }
  const comparison = compareFigures(before, after);
  const runs = [before, after].map((figures) => figures.map((run) => Object.fromEntries(run)));
  const data = { against: commit, rounds, args, ...comparison, runs: { before: runs[0], after: runs[1] } };
  mkdirSync(join(root, '.local', 'bench'), { recursive: true });
  const file = join(root, '.local', 'bench', `compared-with-${commit}.json`);
  writeFileSync(file, `${JSON.stringify(data, undefined, 2)}\n`);
  return [tableOf(commit, rounds, comparison), file];
}

function tableOf(commit: string, rounds: number, { figures, onlyBefore, onlyAfter }: Comparison): Table {
  const only = (names: readonly string[], where: string): string[] =>
    names.length === 0 ? [] : [`Only ${where}: ${names.join(', ')}.`];
  return {
    title: `This revision against ${commit}, medians of ${rounds} round${rounds === 1 ? '' : 's'} each`,
    head: ['figure', commit, 'this revision', 'ratio'],
    rows: figures.map(({ name, before, after, ratio }) => [
      name,
      short(before),
      short(after),
      ratio === undefined ? '–' : `${fixed(ratio, 2)}×`,
    ]),
    notes: [...only(onlyBefore, `in ${commit}`), ...only(onlyAfter, 'in this revision')],
  };
}

/** Four digits at least, none after the point where there are that many before it. */
const short = (value: number): string =>
  Number.isInteger(value) ? String(value) : fixed(value, Math.abs(value) >= 1000 ? 0 : Math.abs(value) >= 10 ? 1 : 3);
