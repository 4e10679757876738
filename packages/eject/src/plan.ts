import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withoutContracts, withoutExports, withoutServices } from '@dure/create-service/unregister';
import { format, resolveConfig } from 'prettier';
import { withoutLinks } from './links.ts';
import { withoutMarked } from './marked.ts';
import { withoutPackages } from './registers.ts';

/** What belongs to the shop: `packages/eject/shop.json`. */
export interface Shop {
  readonly services: readonly string[];
  /** Of the package.json at the root. */
  readonly scripts: readonly string[];
  /** Files and folders from the root; services and their contracts go without being named here. */
  readonly paths: readonly string[];
}

export interface Ejection {
  /** Files and folders, from the root, with forward slashes. */
  readonly removed: readonly string[];
  /** Content by path of the files that lose a part. */
  readonly changed: ReadonlyMap<string, string>;
}

const TEXT = /\.(md|mjs|mts|ts|json|ya?ml)$/;
const CONTRACTS = 'packages/contracts';

/**
 * What taking the shop out removes and changes, without doing it.
 * @param files all files of the repository, from the root
 * @throws Error that names a path of the list that is not there, or a file whose marks do not match
 */
export async function planEjection(root: string, shop: Shop, files: readonly string[]): Promise<Ejection> {
  const { services, scripts } = shop;
  const removed = [
    ...services.flatMap((name) => [`services/${name}`, `${CONTRACTS}/src/contracts/${name}`]),
    ...shop.paths,
  ];
  const missing = removed.find((path) => !existsSync(join(root, path)));
  if (missing !== undefined) throw new Error(`There is no ${missing}: packages/eject/shop.json names it.`);
  const gone = (path: string): boolean => removed.some((it) => path === it || path.startsWith(`${it}/`));
  const workspaces = files.filter((file) => /^(packages|services)\/[^/]+\/package\.json$/.test(file));
  const packages = workspaces.filter(gone).map((file) => nameIn(root, file));

  const edits = (file: string, text: string): string => {
    if (file === `${CONTRACTS}/src/contracts/all-contracts.ts`) return withoutContracts(text, services);
    if (file === 'serverless-compose.yml') return withoutServices(text, services);
    if (file.endsWith('.md')) return withoutLinks(text, file, gone);
    if (file === 'package.json') return withoutPackages(text, packages, scripts);
    if (!workspaces.includes(file)) return text;
    const trimmed = withoutPackages(text, packages, []);
    return file === `${CONTRACTS}/package.json` ? withoutExports(trimmed, services) : trimmed;
  };

  const changed = new Map<string, string>();
  for (const file of files.filter((path) => TEXT.test(path) && !gone(path))) {
    const before = readFileSync(join(root, file), 'utf8');
    const after = edits(file, unmarked(file, before));
    if (after !== before) changed.set(file, await formatted(root, file, after));
  }
  return { removed, changed };
}

function unmarked(file: string, text: string): string {
  try {
    return withoutMarked(text);
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
  }
}

const nameIn = (root: string, file: string): string =>
  (JSON.parse(readFileSync(join(root, file), 'utf8')) as { name: string }).name;

async function formatted(root: string, file: string, text: string): Promise<string> {
  const filepath = join(root, ...file.split('/'));
  return format(text, { ...(await resolveConfig(filepath)), filepath });
}
