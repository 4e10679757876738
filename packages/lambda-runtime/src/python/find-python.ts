import { spawnSync } from 'node:child_process';

const found = new Map<string, string | undefined>();

/**
 * The command of this machine that runs `python3.13`: the same version, or whatever `python3` is.
 * @throws TypeError if there is no Python, with what to do
 */
export function findPython(runtime: string, path = process.env['PATH'] ?? ''): string {
  const key = `${runtime} ${path}`;
  if (!found.has(key))
    found.set(
      key,
      [runtime, 'python3'].find((command) => runs(command, path)),
    );
  const command = found.get(key);
  if (command !== undefined) return command;
  found.delete(key);
  throw new TypeError(
    `The runtime ${runtime} needs Python on this machine, and there is no ${runtime} and no python3 on the PATH. ` +
      'Install Python 3 (https://www.python.org/downloads, or your system’s package python3), and start again.',
  );
}

function runs(command: string, path: string): boolean {
  const { status, stdout } = spawnSync(command, ['--version'], {
    env: { ...process.env, PATH: path },
    encoding: 'utf8',
  });
  return status === 0 && stdout.startsWith('Python 3.');
}
