import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mockConfiguration } from '@dure/local-cloud/workspace/mock-services';
import type { Edits } from './apply.ts';
import { contractsFolder, formatted, serviceFolder } from './folders.ts';
import { namesFor, pascalCase } from './names.ts';
import { readDocument } from './openapi/document.ts';
import { type Converted, convertDocument } from './openapi/endpoints.ts';
import { printContracts } from './openapi/print.ts';
import { mockReadme } from './openapi/readme.ts';
import { Refusal } from './refusal.ts';
import { addMockToKoreanReadme, addMockToReadme, addToCompose, addToContracts, addToExports } from './register.ts';

const ALL_CONTRACTS = 'packages/contracts/src/contracts/all-contracts.ts';
const REGISTERS = [
  ['serverless-compose.yml', addToCompose],
  ['README.md', addMockToReadme],
  ['README.ko.md', addMockToKoreanReadme],
] as const;
const CONTRACT_REGISTERS = [
  [ALL_CONTRACTS, addToContracts],
  ['packages/contracts/package.json', addToExports],
] as const;

/**
 * What a service of an OpenAPI document adds: its contracts, and a mock that answers by their examples.
 * @throws Refusal for a name that is taken, and for a document that is none, or of which nothing can be a contract
 */
export async function planFrom(
  root: string,
  service: string,
  file: string,
): Promise<Edits & { readonly converted: Converted }> {
  refuseTaken(root, service, [`packages/${service}`, serviceFolder(service), contractsFolder(service)]);
  const converted = convertDocument(service, await readDocument(file));
  if (converted.endpoints.length === 0) {
    const reasons = converted.notes.all.map(({ pointer, what }) => `  ${pointer}: ${what}`);
    throw new Refusal(`No operation of ${file} can be a contract:\n${reasons.join('\n')}`);
  }
  const title = plainTitle(converted.title) || service;
  const made = new Map<string, string>();
  for (const [name, text] of printContracts(service, converted)) {
    const path = `${contractsFolder(service)}/${name}`;
    made.set(path, await formatted(root, path, text, text));
  }
  const { made: files, changed } = await planFiles(root, service, title, CONTRACT_REGISTERS, converted);
  return { made: new Map([...made, ...files]), changed, removed: [], converted };
}

/**
 * What a mock of a service adds whose contracts are there.
 * @throws Refusal without contracts, or with a service of that name
 */
export async function planMock(root: string, service: string): Promise<Edits> {
  refuseTaken(root, service, [serviceFolder(service)]);
  if (!readFileSync(join(root, ALL_CONTRACTS), 'utf8').includes(`'./${service}/index.ts'`)) {
    throw new Refusal(
      `There are no contracts of "${service}" in ${ALL_CONTRACTS}. Write them first, or take them from an OpenAPI file with --from.`,
    );
  }
  return { ...(await planFiles(root, service, service, [])), removed: [] };
}

async function planFiles(
  root: string,
  service: string,
  title: string,
  registers: typeof CONTRACT_REGISTERS | readonly [],
  converted?: Converted,
): Promise<Pick<Edits, 'made' | 'changed'>> {
  const folder = serviceFolder(service);
  const owner = { name: `${pascalCase(service)} team`, email: `${service}@example.com` };
  const manifest = {
    ...{ name: `@dure/${service}`, version: '0.1.0', private: true, license: 'MIT', type: 'module' },
    dure: { owner },
  };
  const files = {
    'package.json': `${JSON.stringify(manifest, null, 2)}\n`,
    'serverless.yml': mockConfiguration(service, '../..'),
    'README.md': mockReadme(service, title, converted),
  };
  const made = new Map<string, string>();
  for (const [name, text] of Object.entries(files)) {
    made.set(`${folder}/${name}`, await formatted(root, `${folder}/${name}`, text, text));
  }
  const changed = new Map<string, string>();
  for (const [path, add] of [...registers, ...REGISTERS]) {
    const before = readFileSync(join(root, path), 'utf8');
    changed.set(path, await formatted(root, path, before, add(before, service, title)));
  }
  return { made, changed };
}

function refuseTaken(root: string, service: string, paths: readonly string[]): void {
  namesFor(service, 'entry');
  const taken = paths.find((path) => existsSync(join(root, path)));
  if (taken !== undefined) throw new Refusal(`There is ${taken} already. Nothing was changed.`);
}

/** In a table and in prose. */
const plainTitle = (title: string): string =>
  title
    .replaceAll(/[^\p{L}\p{N} .,&-]+/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 60);
