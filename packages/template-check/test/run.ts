import { spawn } from 'node:child_process';

const TIMEOUT_MS = 300_000;

export interface Run {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a program of this package in a folder. */
export function run(program: string, args: readonly string[], cwd: string): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], { cwd, timeout: TIMEOUT_MS });
    const output: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => output.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output: Buffer.concat(output).toString('utf8') }));
  });
}
