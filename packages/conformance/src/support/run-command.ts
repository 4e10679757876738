import { spawn } from 'node:child_process';

export interface CommandOptions {
  readonly cwd: string;
  readonly deadlineMs: number;
  readonly environment?: Readonly<Record<string, string>>;
}

/** What a command printed. Rejects with its last lines where it fails or takes too long. */
export function run(command: string, args: readonly string[], options: CommandOptions): Promise<string> {
  const { cwd, deadlineMs, environment = {} } = options;
  const child = spawn(command, args, {
    ...{ cwd, timeout: deadlineMs, killSignal: 'SIGKILL', stdio: ['ignore', 'pipe', 'pipe'] },
    env: { ...process.env, ...environment },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve(output) : reject(new Error(reasonIn(output) || `exit code ${code}`)),
    );
  });
}

/** The sentence behind the framework's `Error:`, or the last lines. */
export function reasonIn(output: string): string {
  const plain = output.replace(/\u001b\[[0-9;]*m/g, '').trim();
  const [, sentence] = /(?:^|\n)Error:\n([\s\S]*?)(?:\n\n|$)/.exec(plain) ?? [];
  return (sentence ?? plain.split('\n').slice(-3).join(' ')).trim();
}
