import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { nearest } from '@dure/serverless-plugin/nearest';
import { isMap, isNode, isPair, LineCounter, parseDocument, type Document } from 'yaml';
import { z } from 'zod';
import { DeployError } from './deploy-error.ts';
import { findCycle } from './order.ts';

/** A service of the workspace, as serverless-compose.yml names it. */
export interface ComposedService {
  readonly name: string;
  /** Its folder, absolute. */
  readonly folder: string;
  /** Names of the services that must be deployed before it. */
  readonly dependsOn: readonly string[];
}

export const COMPOSE = 'serverless-compose.yml';

const schema = z.strictObject({
  services: z.record(
    z.string().regex(/^[a-z][a-z0-9-]*$/, 'has to be lower case letters, digits and "-"'),
    z.strictObject({
      path: z.string().min(1),
      dependsOn: z.union([z.string(), z.array(z.string())]).optional(),
    }),
  ),
});
/** The allowed keys, by depth. */
const KEYS: Readonly<Record<number, readonly string[]>> = { 0: ['services'], 2: ['path', 'dependsOn'] };

type Path = readonly PropertyKey[];
type Refuse = (path: Path, sentence: string) => DeployError;

/**
 * Reads the services and their deployment order.
 * @throws DeployError that names the line and the key of the mistake
 */
export function readCompose(root: string): ComposedService[] {
  const file = join(root, COMPOSE);
  if (!existsSync(file)) throw new DeployError(`There is no ${COMPOSE} in ${root}. It lists the services.`);
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(file, 'utf8'), { lineCounter: lines });
  const [error] = document.errors;
  if (error !== undefined) throw new DeployError(`${COMPOSE} is not YAML: ${error.message}`);
  const refuse: Refuse = (path, sentence) => {
    const { line } = lines.linePos(offsetOf(document, path));
    return new DeployError(`${COMPOSE}, line ${line}, ${path.join('.') || 'the top'}: ${sentence}`);
  };
  const parsed = schema.safeParse(document.toJS());
  if (!parsed.success) throw explain(parsed.error.issues[0]!, refuse);
  const services = Object.entries(parsed.data.services).map(([name, { path, dependsOn = [] }]) => ({
    name,
    folder: resolve(root, path),
    dependsOn: [dependsOn].flat(),
  }));
  refuseWrongReferences(services, refuse);
  refuseForgotten(root, services);
  return services;
}

function explain(issue: z.core.$ZodIssue, refuse: Refuse): DeployError {
  if (issue.code !== 'unrecognized_keys') return refuse(issue.path, issue.message);
  const [key = ''] = issue.keys;
  const known = KEYS[issue.path.length] ?? [];
  return refuse([...issue.path, key], `there is no such key; the nearest is "${nearest(key, known)[0]}"`);
}

function refuseWrongReferences(services: readonly ComposedService[], refuse: Refuse): void {
  const names = services.map(({ name }) => name);
  if (names.length === 0) throw refuse(['services'], 'at least one service is required');
  for (const { name, folder, dependsOn } of services) {
    if (!existsSync(join(folder, 'serverless.yml'))) {
      throw refuse(['services', name, 'path'], `there is no serverless.yml in ${folder}`);
    }
    const twin = services.find((other) => other.name !== name && other.folder === folder);
    if (twin !== undefined) throw refuse(['services', name, 'path'], `${twin.name} has the same folder`);
    const unknown = dependsOn.find((other) => !names.includes(other));
    if (unknown !== undefined) {
      const candidates = nearest(unknown, names).join(', ');
      throw refuse(['services', name, 'dependsOn'], `there is no service "${unknown}"; the nearest are ${candidates}`);
    }
  }
  const cycle = findCycle(services);
  if (cycle !== undefined) {
    throw refuse(['services', cycle[0]!, 'dependsOn'], `this is a cycle: ${cycle.join(' → ')}`);
  }
}

/** A service that is in the workspace and not in the file would never be deployed. */
function refuseForgotten(root: string, services: readonly ComposedService[]): void {
  const parent = join(root, 'services');
  if (!existsSync(parent)) return;
  const folders = readdirSync(parent).map((name) => join(parent, name));
  const forgotten = folders.find(
    (folder) =>
      existsSync(join(folder, 'serverless.yml')) && !services.some((service) => service.folder === resolve(folder)),
  );
  if (forgotten === undefined) return;
  const path = relative(root, forgotten).replaceAll('\\', '/');
  throw new DeployError(`${path} is a service that is missing from ${COMPOSE}: add it with "path: ${path}".`);
}

/** The position of a key in the file, or of its nearest existing parent. */
function offsetOf(document: Document, path: Path): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const key of path) {
    if (!isMap(node)) return offset;
    const pair = node.items.find((item) => isPair(item) && String(item.key) === String(key));
    if (pair === undefined) return offset;
    if (isNode(pair.key)) offset = pair.key.range?.[0] ?? offset;
    node = pair.value;
  }
  return offset;
}

/** How many services, in words: `1 service`, `9 services`. */
export const counted = ({ length }: readonly unknown[]): string => `${length} service${length === 1 ? '' : 's'}`;
