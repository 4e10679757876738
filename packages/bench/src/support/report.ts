/** The input and the result of a part of the benchmark. */
export interface Context {
  readonly options: Options;
  /** Reports progress. */
  readonly progress: (step: string) => void;
}

export interface Options {
  /** Short runs, to test the benchmark, not for figures. */
  readonly quick: boolean;
  /** Orders per second of the throughput part. */
  readonly rate: number;
  /** Seconds of load; each part has its own default. */
  readonly seconds: number | undefined;
  /** Repetitions of the start-up part. */
  readonly runs: number;
}

export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** An explanation of the figures. */
  readonly notes?: readonly string[];
}

export interface Result {
  readonly tables: readonly Table[];
  /** All measurements, as JSON. */
  readonly data: unknown;
}

export interface Part {
  readonly name: string;
  readonly what: string;
  run(context: Context): Promise<Result>;
}

export const fixed = (value: number, digits: number): string => (Number.isFinite(value) ? value.toFixed(digits) : '–');

export const milliseconds = (value: number): string => `${fixed(value, 0)} ms`;

export const megabytes = (bytes: number | undefined): string =>
  bytes === undefined ? '–' : `${fixed(bytes / 1e6, 0)} MB`;

/** A table for a terminal that is also valid Markdown. */
export function format({ title, head, rows, notes = [] }: Table): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(3, ...all.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [`\n${title}\n`, line(head), rule, ...rows.map(line), ...notes.map((note) => `\n${note}`)].join('\n');
}
