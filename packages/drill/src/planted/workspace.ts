import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
/** Output of packaging and running. */
const MADE = ['.serverless', '.esbuild', '.local', 'node_modules'];

/** An edit of a source file of a service, or of shared code. */
export interface Edit {
  /** Relative to the workspace, with forward slashes. */
  readonly file: string;
  /** Must occur exactly once. */
  readonly from: string;
  readonly to: string;
}

/**
 * Copies the services and shared code to a separate folder, with edits. Everything else is linked.
 * @throws Error when an edit does not find its text
 */
export async function copyWorkspace(edits: readonly Edit[]): Promise<{ root: string; remove: () => Promise<void> }> {
  const root = await mkdtemp(join(tmpdir(), 'dure-planted-'));
  const remove = () => rm(root, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  try {
    const copied = { recursive: true, filter: (path: string) => !MADE.includes(basename(path)) };
    for (const folder of ['services', join('packages', 'contracts')]) {
      await cp(join(ROOT, folder), join(root, folder), copied);
    }
    for (const name of await readdir(join(ROOT, 'packages'))) {
      if (name !== 'contracts') await link(join(ROOT, 'packages', name), join(root, 'packages', name));
    }
    for (const file of ['package.json', 'serverless-compose.yml']) await cp(join(ROOT, file), join(root, file));
    await linkModules(root);
    for (const edit of edits) await apply(root, edit);
  } catch (error) {
    await remove();
    throw error;
  }
  return { root, remove };
}

const link = (target: string, path: string): Promise<void> => symlink(target, path, 'junction');

/** Links every package separately, so that the workspace's own packages are the copies. */
async function linkModules(root: string): Promise<void> {
  const [from, to] = [join(ROOT, 'node_modules'), join(root, 'node_modules')];
  await mkdir(join(to, '@dure'), { recursive: true });
  for (const name of await readdir(from)) {
    if (name !== '@dure' && !name.startsWith('.')) await link(join(from, name), join(to, name));
  }
  for (const kind of ['packages', 'services']) {
    for (const folder of await readdir(join(root, kind))) {
      await link(join(root, kind, folder), join(to, '@dure', folder));
    }
  }
}

async function apply(root: string, edit: Edit): Promise<void> {
  const path = join(root, ...edit.file.split('/'));
  await writeFile(path, edited(await readFile(path, 'utf8'), edit));
}

/** @throws Error unless the source contains the text exactly once */
export function edited(source: string, { file, from, to }: Edit): string {
  const parts = source.split(from);
  if (parts.length !== 2) throw new Error(`${file} has "${from}" ${parts.length - 1} times, not once.`);
  return parts.join(to);
}
