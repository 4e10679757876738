import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { constants, setPriority, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const ACCOUNT = join(ROOT, 'packages', 'local-cloud', 'src', 'cli', 'account.ts');
const SERVERLESS = join(ROOT, 'node_modules', 'serverless', 'bin', 'serverless.js');
const START_MS = 240_000;
const STOP_MS = 90_000;
const COMMAND_MS = 600_000;
/** The commit that services report by default. */
export const FIRST_COMMIT = '0'.repeat(40);
/** Output of packaging, which must not exist beforehand. */
const MADE = ['.serverless', '.esbuild', 'node_modules'];

/** An AWS account on this machine, with its own workspace to deploy from. */
export interface AccountProcess {
  readonly url: string;
  /** The copy of the services, and where the repository's scripts run. */
  readonly workspace: string;
  /** URL of the sandboxes by declared name; they are not part of the account. */
  readonly sandboxes: Readonly<Record<string, string>>;
  /** The environment variables with which tools use the account. */
  readonly environment: Readonly<Record<string, string>>;
  /** Runs the Serverless Framework's CLI in a service's folder. @throws Error with its output unless it exits with 0 */
  serverless(service: string, parameters: readonly string[], variables?: Record<string, string>): Promise<string>;
  /** Runs a script of the repository, with the workspace as its folder: `packages/deploy/src/cli.ts`. */
  script(path: string, ...parameters: string[]): Promise<string>;
  stop(): Promise<void>;
}

/** Starts an empty account on a free port, and copies the services. */
export async function startAccount(): Promise<AccountProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'dure-account-'));
  const workspace = await copyWorkspace(join(folder, 'workspace'));
  const options = ['--port', '0', '--data', join(folder, 'data'), '--json'];
  const child = spawn(process.execPath, [ACCOUNT, ...options], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  const ready = await untilReady(child);
  const environment = {
    ...process.env,
    ...ready.environment,
    GIT_COMMIT: FIRST_COMMIT,
    SLS_AWS_MONITORING_FREQUENCY: '500',
  };
  return {
    ...ready,
    workspace,
    serverless: (service, parameters, variables = {}) =>
      run([SERVERLESS, ...parameters], join(workspace, 'services', service), { ...environment, ...variables }),
    script: (path, ...parameters) => run([join(ROOT, path), ...parameters], workspace, environment),
    async stop() {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await exited;
      clearTimeout(late);
      await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}

async function copyWorkspace(folder: string): Promise<string> {
  const filter = (path: string): boolean => !MADE.includes(basename(path));
  await cp(join(ROOT, 'services'), join(folder, 'services'), { recursive: true, filter });
  for (const file of ['package.json', 'serverless-compose.yml']) await cp(join(ROOT, file), join(folder, file));
  for (const name of ['packages', 'node_modules']) await symlink(join(ROOT, name), join(folder, name), 'junction');
  return folder;
}

type Ready = Pick<AccountProcess, 'url' | 'sandboxes' | 'environment'>;

async function untilReady(child: ChildProcess): Promise<Ready> {
  let errors = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  createInterface({ input: child.stdout! }).once('line', resolve);
  child.once('exit', () => reject(new Error(`The account ended: ${errors}`)));
  const late = setTimeout(
    () => reject(new Error(`The account did not start within ${START_MS} ms: ${errors}`)),
    START_MS,
  );
  return JSON.parse(await promise.finally(() => clearTimeout(late))) as Ready;
}

/** A tool that packages takes what is left of the machine: orders of the tests beside it have time-outs. */
export function behindOrders({ pid }: ChildProcess): void {
  if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
}

async function run(parameters: string[], cwd: string, env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(process.execPath, parameters, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  behindOrders(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const late = setTimeout(() => child.kill('SIGKILL'), COMMAND_MS);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(late);
  if (code === 0) return output;
  throw new Error(`${parameters.map((part) => basename(part)).join(' ')} ended with ${code}:\n${output}`);
}
