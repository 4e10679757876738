import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod/mini';
import type { EndpointContract } from '../src/contracts/contract.ts';
import type { Names } from './json-schema.ts';

const SRC = join(import.meta.dirname, '..', 'src', 'contracts');

/** A schema under the name by which a source file exports it. */
export interface NamedSchema {
  /** The service whose folder it is in; undefined for the shared values. */
  readonly owner: string | undefined;
  readonly name: string;
  readonly schema: z.ZodMiniType;
}

/** Every schema that a source file of the contracts exports: the shared values, the envelope, then each owner's. */
export async function exportedSchemas(owners: readonly string[]): Promise<NamedSchema[]> {
  const shared = ['values.ts', 'address.ts', 'envelope.ts'].map((file) => ({
    owner: undefined,
    file: join(SRC, file),
  }));
  const owned = owners.flatMap((owner) =>
    readdirSync(join(SRC, owner))
      .sort()
      .map((file) => ({ owner, file: join(SRC, owner, file) })),
  );
  const found: NamedSchema[] = [];
  for (const { owner, file } of [...shared, ...owned]) {
    const module = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
    const schemas = Object.entries(module).filter(([, value]) => value instanceof z.ZodMiniType);
    found.push(...schemas.map(([name, schema]) => ({ owner, name, schema: schema as z.ZodMiniType })));
  }
  return found;
}

/** `GetStock` shows a Stock: that names the answer's schema, independent of its name in the source. */
export function shownSchemas(endpoints: readonly EndpointContract[]): NamedSchema[] {
  return endpoints.flatMap(({ owner, name, method, responses }) => {
    const shown = /^Get([A-Z].*)$/.exec(name)?.[1];
    const schema = responses[200]?.body;
    return method === 'GET' && shown !== undefined && schema ? [{ owner, name: shown, schema }] : [];
  });
}

/** The first to claim a name has it; a later one of another owner gets its owner's name before it. */
export function nameSchemas(schemas: readonly NamedSchema[]): Names {
  const names = z.registry<{ id: string }>();
  const taken = new Set<string>();
  for (const { owner, name, schema } of schemas) {
    if (names.has(schema)) continue;
    const id = taken.has(name) ? pascal(`${owner ?? 'shared'}-${name}`) : name;
    if (taken.has(id)) throw new Error(`Two schemas would be called ${id}: rename one of them.`);
    taken.add(id);
    names.add(schema, { id });
  }
  return names;
}

/** `idempotency-key-reused` → `IdempotencyKeyReused`. */
export const pascal = (text: string): string =>
  text
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');

export const camel = (text: string): string => text.slice(0, 1).toLowerCase() + text.slice(1);
