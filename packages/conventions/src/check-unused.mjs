import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const TYPES = '@types/';
/** Files in which a mention is not a use: manifests declare, and documents describe. */
const NOT_READ = /(^|\/)(package(-lock)?\.json|[^/]*\.md)$/;

/** @typedef {{ manifest: string, dependency: string }} Unused */

/**
 * Dependencies that no file of their workspace names: by an import, `require.resolve`, or as a plugin in a
 * serverless.yml. Those of the root package.json may be named in any file. Types count for the package that they
 * describe, and a peer of another dependency counts as used.
 * @param {string} root
 * @returns {{ dependencies: number, unused: Unused[] }}
 */
export function checkUnused(root) {
  const files = listFiles(root);
  const manifests = files.filter((file) => /^((packages|services)\/[^/]+\/)?package\.json$/.test(file));
  const folders = new Map(manifests.map((manifest) => [nameIn(join(root, manifest)), dirname(manifest)]));
  const found = manifests.map((manifest) => {
    const folder = manifest === 'package.json' ? '' : `${dirname(manifest)}/`;
    const text = files
      .filter((file) => file.startsWith(folder) && !NOT_READ.test(file))
      .map((file) => readFileSync(join(root, file), 'utf8'))
      .join('\n');
    const declared = declaredIn(join(root, manifest));
    const peers = declared.flatMap((name) => peersOf(root, name));
    const isUsed = (name) =>
      peers.includes(name) || isNamed(text, name.replace(TYPES, '')) || isReached(text, folders.get(name));
    const unused = declared.filter((name) => !isUsed(name)).map((dependency) => ({ manifest, dependency }));
    return { dependencies: declared.length, unused };
  });
  return {
    dependencies: found.reduce((sum, { dependencies }) => sum + dependencies, 0),
    unused: found.flatMap(({ unused }) => unused),
  };
}

function listFiles(root) {
  return execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
    .split('\n')
    .filter((file) => file !== '' && existsSync(join(root, file)));
}

function declaredIn(path) {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(path, 'utf8'));
  return Object.keys({ ...dependencies, ...devDependencies });
}

function nameIn(path) {
  return JSON.parse(readFileSync(path, 'utf8')).name;
}

function peersOf(root, name) {
  const path = join(root, 'node_modules', name, 'package.json');
  return existsSync(path) ? Object.keys(JSON.parse(readFileSync(path, 'utf8')).peerDependencies ?? {}) : [];
}

/** In quotes or as an item of a YAML list, alone or before a path: `zod`, `zod/mini`, `node:fs`. */
function isNamed(text, name) {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?:['"\`]|^ *- )${escaped}(?:['"\`/:]|$)`, 'm').test(text);
}

/** By a relative path into the folder of another workspace: `../../services/orders/src/store.ts`, `../e2e/src`. */
function isReached(text, folder) {
  return folder !== undefined && new RegExp(`\\.\\./(?:${folder}|${basename(folder)})/`).test(text);
}
