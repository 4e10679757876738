import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export const ROOT = join(import.meta.dirname, '..', '..', '..', '..');
const CLI = join(ROOT, 'packages', 'local-cloud', 'src', 'cli');
const START_DEADLINE_MS = 180_000;

export interface LocalProcess<Ready> {
  readonly ready: Ready;
  end(): Promise<void>;
}

/**
 * Starts `npm run account` or `npm start` in a folder, on a free port, and waits until it is ready. It ends with this
 * process.
 * @param data its data folder
 */
export async function startLocal<Ready>(
  command: 'account' | 'start',
  cwd: string,
  data: string,
): Promise<LocalProcess<Ready>> {
  const child = spawn(process.execPath, [join(CLI, `${command}.ts`), '--json', '--port', '0', '--data', data], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = `${errors}${text}`.slice(-10_000)));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stopWithUs = (): void => void child.kill('SIGTERM');
  process.once('exit', stopWithUs);
  const deadline = setTimeout(() => child.kill('SIGKILL'), START_DEADLINE_MS);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  createInterface({ input: child.stdout }).once('line', resolve);
  void ended.then(() => reject(new Error(`npm run ${command} did not start:\n${errors}`)));
  return {
    ready: JSON.parse(await promise.finally(() => clearTimeout(deadline))) as Ready,
    async end() {
      process.removeListener('exit', stopWithUs);
      child.kill('SIGTERM');
      await ended;
    },
  };
}
