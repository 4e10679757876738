/**
 * The working folder of a function is its task's. A thread has none of its own, so that relative paths are resolved here.
 * A child process that names no folder starts in that of the whole process.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { isAbsolute, join, resolve } from 'node:path';

const ONE_PATH = [
  ...['access', 'appendFile', 'chmod', 'chown', 'createReadStream', 'createWriteStream', 'exists', 'lchown', 'lstat'],
  ...['lutimes', 'mkdir', 'mkdtemp', 'open', 'openAsBlob', 'opendir', 'readFile', 'readdir', 'readlink', 'realpath'],
  ...[
    'rm',
    'rmdir',
    'stat',
    'statfs',
    'truncate',
    'unlink',
    'unwatchFile',
    'utimes',
    'watch',
    'watchFile',
    'writeFile',
  ],
];
const TWO_PATHS = ['copyFile', 'cp', 'link', 'rename'];

/** @param {string} taskRoot @param {readonly string[]} layers folders whose files are at /opt */
export function enterTaskRoot(taskRoot, layers) {
  let folder = taskRoot;
  const { existsSync } = fs;
  const here = (path) => {
    if (typeof path !== 'string') return path;
    if (!isAbsolute(path)) return resolve(folder, path);
    if (layers.length === 0 || !path.startsWith('/opt/')) return path;
    return layers.map((layer) => join(layer, path.slice('/opt'.length))).find(existsSync) ?? path;
  };
  process.cwd = () => folder;
  process.chdir = (path) => {
    if (!fs.statSync(here(path)).isDirectory())
      throw Object.assign(new Error(`${path} is not a folder`), { code: 'ENOTDIR' });
    folder = here(path);
  };
  for (const name of ONE_PATH) wrap(name, (path, ...rest) => [here(path), ...rest]);
  for (const name of TWO_PATHS) wrap(name, (from, to, ...rest) => [here(from), here(to), ...rest]);
  wrap('symlink', (target, path, ...rest) => [target, here(path), ...rest]);
  syncBuiltinESMExports();
}

function wrap(name, resolved) {
  for (const [api, key] of [
    [fs, name],
    [fs, `${name}Sync`],
    [fs.promises, name],
  ]) {
    const original = api[key];
    if (original === undefined) continue;
    const wrapped = function (...parameters) {
      return original.apply(this, resolved(...parameters));
    };
    api[key] = Object.defineProperties(wrapped, Object.getOwnPropertyDescriptors(original));
  }
}
