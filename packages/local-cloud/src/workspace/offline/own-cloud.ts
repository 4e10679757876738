import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ENVIRONMENT, NODE_OPTIONS } from '../../../../../scripts/lib/local-cloud-node.mjs';
import type { RunningCloud } from './running-cloud.ts';

export interface OwnCloud extends RunningCloud {
  /** Resolves when its process has ended, by itself or because it was asked to. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

interface Starting {
  /** The workspace's. */
  readonly root: string;
  readonly dataDir: string;
  readonly service: string;
}

const CLI = fileURLToPath(new URL('../../cli/start.ts', import.meta.url));
const STOP_MS = 10_000;

/**
 * Starts a local cloud for one service and those that it depends on, as `npm start -- --services` does, in a process that
 * ends with this one, however this one ends. A Ctrl-C in the terminal does not reach it: `stop` does.
 * @throws Error when it ends before it is ready; why, it has written to standard error
 */
export async function startOwnCloud({ root, dataDir, service }: Starting): Promise<OwnCloud> {
  const options = ['--services', service, '--port', '0', '--data', dataDir, '--json'];
  const child = spawn(process.execPath, [...NODE_OPTIONS, CLI, ...options], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    detached: process.platform !== 'win32',
    env: { ...process.env, ...ENVIRONMENT, NODE_OPTIONS: '' },
  });
  const ended = once(child, 'exit').then(() => {});
  const line = new Promise<string>((resolve) => createInterface({ input: child.stdout! }).once('line', resolve));
  const ready = await Promise.race([line, ended]);
  if (ready === undefined) throw new Error(`What ${service} needs did not start: see above.`);
  child.stdout!.resume();
  return {
    ...(JSON.parse(ready) as RunningCloud),
    ended,
    async stop() {
      const force = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      child.kill('SIGTERM');
      await ended;
      clearTimeout(force);
    },
  };
}
