import { existsSync, readFileSync } from 'node:fs';
import type { CloudLog } from '../shared/types.ts';
import type { LocalCloud } from '../workspace/options.ts';
import { nextSteps } from './next-steps.ts';

export interface Terminal {
  readonly log: CloudLog;
  progress(step: string): void;
  ready(cloud: LocalCloud): void;
  stopping(): void;
}

interface TerminalOptions {
  readonly json: boolean;
  readonly verbose: boolean;
  /** The services that were asked for by name. */
  readonly only?: readonly string[];
  /** The folder of the data, where it is not the usual one. */
  readonly data?: string;
}

/** Says nothing about what takes less than this. */
const PATIENCE_MS = 1000;
const RESET = '\u001b[0m';
const COLOURS = { red: '\u001b[31m', green: '\u001b[32m', dim: '\u001b[2m' };

/** What a person sees of the local cloud; with `json`, what a program reads. */
export function terminal({ json, verbose, only, data }: TerminalOptions): Terminal {
  const out = json ? process.stderr : process.stdout;
  const startedAt = Date.now();
  const paint = (colour: keyof typeof COLOURS, text: string): string =>
    out.isTTY ? `${COLOURS[colour]}${text}${RESET}` : text;

  return {
    log(level, message, fields) {
      if (!verbose && (level === 'debug' || level === 'info')) return;
      const details = fields === undefined ? '' : ` ${JSON.stringify(fields)}`;
      process.stderr.write(`${level}: ${message}${verbose ? details : ''}\n`);
    },
    progress(step) {
      if (Date.now() - startedAt > PATIENCE_MS && !json) out.write(paint('dim', `… ${step}\n`));
    },
    ready(cloud) {
      if (json) process.stdout.write(`${JSON.stringify(summaryOf(cloud))}\n`);
      else
        out.write(
          `\n${table(cloud, paint)}\n${nextSteps(cloud, { only, demo: hasDemo(), ...(data !== undefined && { data }) })}\n`,
        );
      if (verbose) out.write(`${timings(cloud)}\n`);
    },
    stopping() {
      if (!json) out.write('\nStopping … (Ctrl-C again forces it)\n');
    },
  };
}

function summaryOf({ url, services, endpoints, environment, sandboxes, timings }: LocalCloud): object {
  return { url, pid: process.pid, services, endpoints, environment, sandboxes, timings };
}

function table(
  { services, endpoints, sandboxes }: LocalCloud,
  paint: (colour: 'red' | 'green', text: string) => string,
): string {
  const rows = services.flatMap(({ name, url, state, functions, mocks, routes, more }) => [
    [
      name,
      url,
      state === 'running' ? paint('green', state) : paint('red', state),
      mocks > 0 && mocks === routes.length ? 'mock' : functions === 1 ? '1 function' : `${functions} functions`,
    ],
    ...more.map((address) => ['', address, '', '']),
  ]);
  const others = Object.entries({ ...endpoints, ...sandboxes }).map(([name, url]) => [name, url, '', '']);
  return `${columns([...rows, ['', '', '', ''], ...others])}\n`;
}

function columns(rows: readonly string[][]): string {
  const widths = rows[0]!.map((_cell, index) => Math.max(...rows.map((row) => row[index]!.length)));
  return rows
    .map(
      (row) =>
        `  ${row
          .map((cell, index) => cell.padEnd(widths[index]!))
          .join('  ')
          .trimEnd()}`,
    )
    .join('\n');
}

/** Whether the workspace in this folder has a script of that name. */
function hasDemo(): boolean {
  if (!existsSync('package.json')) return false;
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts?: Record<string, string> };
  return scripts?.['demo'] !== undefined;
}

function timings({ timings: phases }: LocalCloud): string {
  const parts = Object.entries(phases).map(([name, milliseconds]) => `${name} ${milliseconds} ms`);
  return `Start: ${parts.join(', ')}`;
}
