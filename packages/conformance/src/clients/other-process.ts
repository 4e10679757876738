import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { type Answer, type Client, driver } from './driver.ts';

interface Line {
  readonly answer?: Answer;
  readonly code?: string;
  readonly message?: string;
}

/**
 * A client of another language or version: a process that takes one request a line, and answers each with one line.
 * `run` ends the process.
 */
export function otherProcess(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Client {
  return {
    async run() {
      const child = spawn(command, args, {
        stdio: ['pipe', 'pipe', 'pipe'],
        env: { ...process.env, ...environment },
      });
      let errors = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
      const waiting: { resolve(line: Line): void; reject(error: Error): void }[] = [];
      createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.resolve(JSON.parse(line) as Line));
      let over = false;
      const ended = (): void => {
        over = true;
        for (const { reject } of waiting.splice(0)) reject(new Error(errors.trim() || 'It ended.'));
      };
      child.once('error', (error) => {
        errors = error.message;
        ended();
      });
      child.once('close', ended);
      child.stdin.on('error', () => {});
      const ask = (request: object): Promise<Line> =>
        new Promise((resolve, reject) => {
          if (over) return reject(new Error(errors.trim() || 'It ended.'));
          waiting.push({ resolve, reject });
          child.stdin.write(`${JSON.stringify(request)}\n`);
        });
      const client = driver(async (service, operation, input) => {
        const { answer, code, message } = await ask({ service, operation, input });
        if (answer === undefined) throw Object.assign(new Error(`${code}: ${message}`), { code });
        return answer;
      });
      try {
        return await client.run();
      } finally {
        child.stdin.end();
      }
    },
  };
}
