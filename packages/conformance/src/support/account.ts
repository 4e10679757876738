import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = join(import.meta.dirname, '..', '..', '..', '..');
const CLI = join(ROOT, 'packages', 'local-cloud', 'src', 'cli', 'account.ts');
const START_DEADLINE_MS = 60_000;

/** An account of our own, empty, that ends with this process. */
export interface Account {
  readonly url: string;
  readonly connection: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  end(): Promise<void>;
}

/** Starts an account as `npm run account` does, with a data folder that goes when it ends. */
export async function startAccount(): Promise<Account> {
  const folder = mkdtempSync(join(tmpdir(), 'dure-conformance-'));
  // Functions find there what Lambda's runtime brings along: the AWS SDK.
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const child = spawn(process.execPath, [CLI, '--json', '--port', '0', '--data', join(folder, 'data')], {
    cwd: folder,
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
  void ended.then(() => reject(new Error(`The account did not start:\n${errors}`)));
  const { url } = JSON.parse(await promise.finally(() => clearTimeout(deadline))) as { url: string };
  return {
    url,
    connection: { endpoint: url, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } },
    async end() {
      process.removeListener('exit', stopWithUs);
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}
