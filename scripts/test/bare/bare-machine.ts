import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { copyRepository } from '../../../packages/create-service/test/workspace-copy.ts';
import { packageOfNode } from '../../lib/node24.mjs';
import { npmCommand } from '../../lib/npm.mjs';

const execute = promisify(execFile);
/** `nobody`, who may write nothing of root's, as root may. */
const NOBODY = 65_534;
const READ_ONLY = 0o555;

/** A machine that has a Node.js, its npm, and nothing else of this project: no cache, no home that can be written. */
export interface BareMachine {
  /** The repository as it is now, in a folder with a space in its name. */
  readonly root: string;
  readonly home: string;
  /** Starts npm, as `npm …` in the repository's folder with another Node.js does: `{ node: 20 }`. */
  npm(parameters: readonly string[], options: { node: number }): ChildProcess;
  remove(): void;
}

/** @param majors the versions of Node.js that the machine has, such as 20 */
export async function bareMachine(majors: readonly number[]): Promise<BareMachine> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'dure bare-')));
  chmodSync(folder, 0o755);
  const root = join(folder, 'my projects', 'dure');
  const home = join(folder, 'home');
  const cache = join(folder, 'npm-cache');
  for (const path of [root, home, cache]) mkdirSync(path, { recursive: true });
  copyRepository(root);
  const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  if (user.uid !== undefined) for (const path of [root, cache]) giveTo(user.uid, path);
  chmodSync(home, READ_ONLY);
  const paths = new Map(
    await Promise.all(
      majors.map(async (major) => [major, await toolsOf(major, join(folder, `node-${major}`))] as const),
    ),
  );
  return {
    root,
    home,
    npm: (parameters, { node }) =>
      spawn('npm', parameters, {
        ...user,
        cwd: root,
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...outside(), HOME: home, npm_config_cache: cache, PATH: `${paths.get(node)}:/usr/bin:/bin` },
      }),
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** Ends npm and all that it started, by the signal of Ctrl-C. */
export async function end(child: ChildProcess | undefined): Promise<void> {
  if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  process.kill(-child.pid, 'SIGINT');
  await exited;
}

/** The environment without what npm and Jest put into it. Certificates stay: without them npm waits for ever. */
function outside(): NodeJS.ProcessEnv {
  const added =
    /^(npm_(?!config_registry$)|JEST_|NODE$|NODE_ENV$|NODE_OPTIONS$|NODE_COMPILE_CACHE$|SLS_|INIT_CWD$|DURE_)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !added.test(name)));
}

/** A folder with that Node.js, and the npm of this machine. */
async function toolsOf(major: number, prefix: string): Promise<string> {
  const name = packageOfNode(process.platform, process.arch, major);
  if (name === undefined) throw new Error(`npm has no Node.js for ${process.platform}-${process.arch}.`);
  const [file, parameters] = npmCommand(['install', '--prefix', prefix, '--no-audit', '--no-fund', name]);
  await execute(file, parameters);
  const tools = join(prefix, 'node_modules', '.bin');
  const npm = realpathSync(process.env['npm_execpath'] ?? execFileSync('which', ['npm'], { encoding: 'utf8' }).trim());
  for (const tool of ['npm', 'npx']) symlinkSync(join(npm, '..', `${tool}-cli.js`), join(tools, tool));
  return tools;
}

function giveTo(uid: number, folder: string): void {
  chownSync(folder, uid, uid);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) giveTo(uid, path);
    else chownSync(path, uid, uid);
  }
}
