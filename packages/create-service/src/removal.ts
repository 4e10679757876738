import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import ts from 'typescript';
import type { Edits } from './apply.ts';
import { contractsFolder, formatted, serviceFolder } from './folders.ts';
import { Refusal } from './refusal.ts';
import { withoutContracts, withoutExports, withoutRow, withoutServices } from './unregister.ts';

/** Where services are registered, and each file without one of them. */
export const REGISTERS = [
  ['packages/contracts/src/contracts/all-contracts.ts', (text: string, it: string) => withoutContracts(text, [it])],
  ['packages/contracts/package.json', (text: string, it: string) => withoutExports(text, [it])],
  ['serverless-compose.yml', (text: string, it: string) => withoutServices(text, [it])],
  ['README.md', withoutRow],
  ['README.ko.md', withoutRow],
] as const;

/**
 * The opposite of `planService`, without changing anything.
 * @param force whether git may lack some of its files
 * @throws Refusal when there is no such service, something uses its contracts, or git could not bring it back
 */
export async function planRemoval(root: string, service: string, force: boolean): Promise<Edits> {
  const removed = [serviceFolder(service), contractsFolder(service)].filter((path) => existsSync(join(root, path)));
  if (removed.length === 0) throw new Refusal(`There is no service "${service}". Nothing was changed.`);
  const users = usersOf(root, service);
  if (users.length > 0) {
    throw new Refusal(
      `These files use the contracts of ${service}. Change them first:\n${users.map((path) => `  ${path}`).join('\n')}\nNothing was changed.`,
    );
  }
  const lost = force ? undefined : whatGitLacks(root, removed);
  if (lost !== undefined) throw new Refusal(`${lost}\nTo remove it all the same, add --force. Nothing was changed.`);
  const changed = new Map<string, string>();
  for (const [path, without] of REGISTERS) {
    const before = readFileSync(join(root, path), 'utf8');
    const after = await formatted(root, path, before, without(before, service));
    if (after !== before) changed.set(path, after);
  }
  return { made: new Map(), changed, removed };
}

/** Files of others that use the service's contracts: by import, or by `<service>/<Name>.v1` in YAML. */
function usersOf(root: string, service: string): string[] {
  const own = [serviceFolder(service), contractsFolder(service)];
  const contracts = new RegExp(`^(@dure/contracts/${service}|${contractsFolder(service)})(/|$)`);
  const named = new RegExp(`(?<![\\w/-])${service}/[A-Z]\\w*\\.v\\d`);
  const uses = (path: string, text: string): boolean =>
    text.includes(service) &&
    (path.endsWith('ml') ? named.test(text) : importsOf(path, text).some((it) => contracts.test(it)));
  return ['services', 'packages'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(m?ts|ya?ml)$/.test(entry.name))
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
      .filter((path) => !/(^|\/)(node_modules|\.esbuild|\.serverless)\//.test(path))
      .filter((path) => !own.some((it) => path.startsWith(`${it}/`)))
      .filter((path) => !REGISTERS.some(([register]) => register === path))
      .filter((path) => uses(path, readFileSync(join(root, path), 'utf8'))),
  );
}

/**
 * What a TypeScript file imports, relative paths as paths from the root. Text in its strings is no import: tests of
 * generators have much of that.
 */
const importsOf = (path: string, text: string): string[] =>
  ts
    .preProcessFile(text, true, true)
    .importedFiles.map(({ fileName }) =>
      fileName.startsWith('.') ? posix.join(posix.dirname(path), fileName) : fileName,
    );

/** Why git could not bring these folders back; undefined when it can. */
export function whatGitLacks(root: string, folders: readonly string[]): string | undefined {
  try {
    const status = ['status', '--porcelain', '--', ...folders];
    const changes = execFileSync('git', status, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    return changes === '' ? undefined : `Git does not have all of it. Commit it first:\n${changes.trimEnd()}`;
  } catch {
    return 'This is not a git repository: what is removed could not be brought back.';
  }
}
