import { fixed, type Table } from '../support/report.ts';
import { median, quantile } from '../support/statistics.ts';
import type { Bundle } from './bundle.ts';
import type { Start, Started } from './start.ts';

/** A repeated start and its results. */
export interface Candidate extends Start {
  readonly name: string;
  readonly bundle: Bundle;
  readonly runs: Run[];
}

/** A start, followed by one of the document client alone and one of the empty handler. */
export interface Run {
  readonly own: Started;
  readonly bare: Started;
  readonly empty: Started;
}

const HEAD = [
  '',
  'kB',
  'zip',
  'with map',
  'import, ms',
  '× b',
  'first, ms',
  '× b',
  'quartiles',
  'CPU × b',
  '× empty',
  'answer',
];

/** Medians. Ratios compare neighbours, so a slow phase of the machine affects both. */
export function tableOf(title: string, candidates: readonly Candidate[]): Table {
  return { title, head: HEAD, rows: candidates.map(rowOf), notes: [NOTE] };
}

const NOTE =
  'kB: JavaScript, the same zipped, and zipped with its source map. First: import and first response. × b: to the ' +
  'document client alone. × empty: the whole process, from its start until the response, to an empty handler.';

function rowOf({ name, bundle, runs }: Candidate): string[] {
  const own = (of: (run: Started) => number) => fixed(median(runs.map((run) => of(run.own))), 1);
  const toBare = (of: (run: Started) => number) => runs.map((run) => of(run.own) / of(run.bare));
  const first = toBare(({ firstMs }) => firstMs);
  return [
    name,
    ...[bundle.size, bundle.zipped, bundle.zippedWithMap].map((bytes) => fixed(bytes / 1000, bytes < 1e4 ? 1 : 0)),
    own(({ importMs }) => importMs),
    fixed(median(toBare(({ importMs }) => importMs)), 2),
    own(({ firstMs }) => firstMs),
    fixed(median(first), 2),
    `${fixed(quantile(first, 0.25), 2)}–${fixed(quantile(first, 0.75), 2)}`,
    fixed(median(toBare(({ cpuMs }) => cpuMs)), 2),
    fixed(median(runs.map((run) => run.own.processMs / run.empty.processMs)), 2),
    answerOf(runs[0]?.own),
  ];
}

/** The first response: a status, the outcome of a batch, or an error. */
function answerOf(run: Started | undefined): string {
  const { statusCode, batchItemFailures, failed } = run?.answer ?? {};
  if (statusCode !== undefined) return String(statusCode);
  if (Array.isArray(batchItemFailures)) return batchItemFailures.length === 0 ? 'done' : 'to be retried';
  return typeof failed === 'string' ? 'refused' : 'done';
}
