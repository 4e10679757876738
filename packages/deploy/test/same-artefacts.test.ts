import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, expect, it } from '@jest/globals';
import { CACHES } from '../../../scripts/lib/local-cloud-node.mjs';
import { workspace } from './workspace.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const TEST_MS = 600_000;
const GENERATED = ['node_modules', '.serverless', '.esbuild', '.local', 'test'];

interface Packaged {
  readonly service: string;
  readonly digest: string;
  readonly archives: Readonly<Record<string, { readonly sha256: string }>>;
}

/** The differences in a copy with another name, other times, another umask, and two changes. */
let changed: string[];

beforeAll(async () => {
  const parent = await workspace({});
  const one = copy(ROOT, join(parent, 'one'), new Date());
  const other = copy(one, join(parent, 'another-name'), new Date('2001-02-03T04:05:06Z'));
  edit(other, ['services', 'catalog', 'src', 'relay.ts'], (source) => `${source}\nglobalThis.name = 'changed';\n`);
  edit(other, ['packages', 'contracts', 'src', 'contracts', 'inventory', 'stock-reserved.ts'], (source) =>
    source.replace('z.object({', 'z.object({ shelf: z.optional(z.string()),'),
  );
  changed = differences(await packageAll(one, 0o022), await packageAll(other, 0o077));
}, TEST_MS);

const services = () => [...new Set(changed.map((name) => name.split('/')[0] ?? ''))].sort();

it('a change in a service changes only its artefacts, and a contract those of its users', () => {
  expect(services()).toEqual(['catalog', 'inventory', 'orders']);
  expect(changed.filter((name) => name.startsWith('catalog'))).toEqual(['catalog', 'catalog/relay']);
});

it('unchanged code makes the same archive, independent of place, time and user', () => {
  expect(changed).toContain('orders/workflowAnswers');
  expect(changed).not.toContain('orders/workflowApi');
  expect(changed).not.toContain('catalog/api');
  expect(changed).not.toContain('journal');
});

function edit(root: string, path: readonly string[], change: (source: string) => string): void {
  const file = join(root, ...path);
  const before = readFileSync(file, 'utf8');
  const after = change(before);
  if (after === before) throw new Error(`${file} was not changed.`);
  writeFileSync(file, after);
}

/** The sources, with this repository's dependencies and the copy's own workspaces. */
function copy(from: string, root: string, time: Date): string {
  for (const name of ['packages', 'services', 'scripts']) {
    cpSync(join(from, name), join(root, name), {
      recursive: true,
      filter: (path) => !GENERATED.includes(basename(path)),
    });
  }
  for (const name of ['package.json', 'serverless-compose.yml']) cpSync(join(from, name), join(root, name));
  const modules = join(root, 'node_modules');
  mkdirSync(join(modules, '@dure'), { recursive: true });
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (name !== '@dure' && !name.startsWith('.packaged')) link(join(ROOT, 'node_modules', name), join(modules, name));
  }
  for (const name of readdirSync(join(root, 'packages')))
    link(join(root, 'packages', name), join(modules, '@dure', name));
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && !entry.parentPath.startsWith(modules))
      utimesSync(join(entry.parentPath, entry.name), time, time);
  }
  return root;
}

function link(from: string, to: string): void {
  symlinkSync(from, to, 'junction');
}

/** The changed services, and an unrelated one. */
const ONLY = 'catalog,inventory,orders,journal';

/** Packages services there, with a umask that makes new files private if given. */
function packageAll(root: string, umask: number): Promise<Packaged[]> {
  const usual = process.umask(umask);
  const cli = join(root, 'packages', 'deploy', 'src', 'cli.ts');
  const child = spawn(process.execPath, [cli, 'package', '--json', '--services', ONLY], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', HOME: root, USERPROFILE: root, GIT_COMMIT: basename(root), ...CACHES },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  process.umask(usual);
  let output = '';
  let log = '';
  child.stdout.on('data', (text: Buffer) => (output += text.toString()));
  child.stderr.on('data', (text: Buffer) => (log += text.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code !== 0) reject(new Error(`It ended with ${code}:\n${log}`));
      else resolve((JSON.parse(output) as { services: Packaged[] }).services);
    });
  });
}

/** `['catalog', 'catalog/relay']`: the services and archives that differ. */
function differences(before: readonly Packaged[], after: readonly Packaged[]): string[] {
  const flat = (packaged: readonly Packaged[]) =>
    packaged.flatMap(({ service, digest, archives }) => [
      [service, digest] as const,
      ...Object.entries(archives).map(([name, { sha256 }]) => [`${service}/${name}`, sha256] as const),
    ]);
  const known = new Map(flat(before));
  return flat(after)
    .filter(([name, hash]) => known.get(name) !== hash)
    .map(([name]) => name);
}
