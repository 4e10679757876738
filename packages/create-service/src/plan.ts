import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { Edits } from './apply.ts';
import { contractsFolder, formatted, serviceFolder } from './folders.ts';
import { type Names, pascalCase, plural } from './names.ts';
import { Refusal } from './refusal.ts';
import { addToCompose, addToContracts, addToExports, addToKoreanReadme, addToReadme } from './register.ts';
import { refuseCollisions, render } from './render.ts';

const foldersOf = ({ service }: Names) => [serviceFolder(service), contractsFolder(service)];

const TEMPLATES = join(import.meta.dirname, '..', 'templates');

/**
 * What a new service adds to the repository, without writing anything.
 * @throws Refusal when its name is taken
 */
export async function planService(root: string, names: Names): Promise<Edits> {
  refuseTaken(root, names);
  const templates = readTemplates();
  refuseCollisions([...templates.values()], names);
  const made = new Map([[`${serviceFolder(names.service)}/package.json`, packageJson(root, names)]]);
  for (const [path, text] of templates) {
    const target = render(path, names);
    if (made.has(target)) throw new Refusal(`Two files would be called ${target}: choose another --aggregate.`);
    const rendered = render(text, names);
    made.set(target, await formatted(root, target, rendered, rendered));
  }
  const changed = new Map<string, string>();
  for (const [path, add] of [
    ['packages/contracts/src/contracts/all-contracts.ts', addToContracts],
    ['packages/contracts/package.json', addToExports],
    ['serverless-compose.yml', addToCompose],
    ['README.md', addToReadme],
    ['README.ko.md', addToKoreanReadme],
  ] as const) {
    const before = readFileSync(join(root, path), 'utf8');
    const after = add(before, names.service, plural(names.aggregate).replaceAll('-', ' '));
    changed.set(path, await formatted(root, path, before, after));
  }
  return { made, changed, removed: [] };
}

function refuseTaken(root: string, names: Names): void {
  const taken = [`packages/${names.service}`, ...foldersOf(names)].find((path) => existsSync(join(root, path)));
  if (taken !== undefined) throw new Refusal(`There is ${taken} already. Nothing was changed.`);
}

/** Content by path, both still with the template's names. */
function readTemplates(): Map<string, string> {
  const entries = readdirSync(TEMPLATES, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name)).sort();
  const relative = (path: string) => path.slice(TEMPLATES.length + 1).replaceAll(sep, '/');
  return new Map(paths.map((path) => [relative(path), readFileSync(path, 'utf8').replaceAll('\r\n', '\n')]));
}

/** The versions are those of today. */
function packageJson(root: string, { service }: Names): string {
  const { version, dependencies } = JSON.parse(
    readFileSync(join(root, 'packages', 'contracts', 'package.json'), 'utf8'),
  ) as { version: string; dependencies: Record<string, string> };
  const testing = JSON.parse(readFileSync(join(root, 'packages', 'testing', 'package.json'), 'utf8')) as {
    version: string;
  };
  const client = '@aws-sdk/lib-dynamodb';
  const content = {
    name: `@dure/${service}`,
    version: '0.1.0',
    private: true,
    license: 'MIT',
    type: 'module',
    dure: { owner: { name: `${pascalCase(service)} team`, email: `${service}@example.com` } },
    dependencies: { [client]: dependencies[client], '@dure/contracts': version },
    devDependencies: { '@dure/testing': testing.version },
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}
