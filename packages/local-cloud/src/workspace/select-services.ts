import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parse } from 'yaml';
import type { Service } from './service.ts';

interface Compose {
  readonly services?: Record<string, { readonly path: string; readonly dependsOn?: string | string[] }>;
}

/** Without it nobody can say who they are to any other. */
const IDENTITY = 'identity';

/**
 * The services named, with those that they depend on by serverless-compose.yml, and with the identity service, whose tokens
 * all of them ask for; all of them when none is named. A mock depends on none.
 * @throws Error that lists the services when one is unknown
 */
export function selectServices(
  root: string,
  services: readonly Service[],
  only?: readonly string[],
  mocks: readonly string[] = [],
): Service[] {
  if (only === undefined) return [...services];
  const names = services.map(({ name }) => name);
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`There is no service "${unknown}". There are ${names.join(', ')}.`);
  const dependencies = readDependencies(root);
  const wanted = new Set<string>();
  const open = [...only, ...mocks, ...(names.includes(IDENTITY) && only.length > 0 ? [IDENTITY] : [])];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (wanted.has(name)) continue;
    wanted.add(name);
    if (!mocks.includes(name)) open.push(...(dependencies.get(name) ?? []));
  }
  return services.filter(({ name }) => wanted.has(name));
}

/**
 * Marks the services whose functions a debugger may hold.
 * @throws Error that lists the services that run when one is not among them
 */
export function inspectServices(services: readonly Service[], inspected: readonly string[] = []): void {
  const names = services.map(({ name }) => name);
  const unknown = inspected.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`--inspect: "${unknown}" does not run. These do: ${names.join(', ')}.`);
  for (const service of services) service.inspected = inspected.includes(service.name);
}

/** Folder's name → names of those it depends on. */
function readDependencies(root: string): Map<string, string[]> {
  const file = join(root, 'serverless-compose.yml');
  if (!existsSync(file)) return new Map();
  const { services = {} } = parse(readFileSync(file, 'utf8')) as Compose;
  const folderOf = (key: string): string => basename(resolve(root, services[key]?.path ?? key));
  return new Map(
    Object.entries(services).map(([key, { dependsOn = [] }]) => [folderOf(key), [dependsOn].flat().map(folderOf)]),
  );
}
