/** How npm is started: the one that started this process, else the one in PATH. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const WINDOWS = process.platform === 'win32';

/**
 * File, parameters and options for `spawn`. On Windows the npm in PATH is a script, which only a shell runs: give it no
 * parameter with a space or a sign that a shell reads.
 * @param {string[]} parameters
 * @param {NodeJS.ProcessEnv} environment `npm_execpath` is npm's own file, or that of a tool that is like it
 * @returns {[file: string, parameters: string[], options: { shell: boolean }]}
 */
export function npmCommand(parameters, environment = process.env) {
  const cli = environment.npm_execpath ?? '';
  if (/[\\/]npm-cli\.c?js$/.test(cli) && existsSync(cli)) {
    return [process.execPath, [cli, ...parameters], { shell: false }];
  }
  return ['npm', parameters, { shell: WINDOWS }];
}

/**
 * Whether the npm registry has a package in a version.
 * @param {string} specifier `name@1.2.3`
 */
export function isPublished(specifier) {
  const [file, parameters, options] = npmCommand(['view', specifier, 'version', '--silent']);
  const { status, stdout } = spawnSync(file, parameters, { ...options, encoding: 'utf8' });
  return status === 0 && stdout.trim() !== '';
}
