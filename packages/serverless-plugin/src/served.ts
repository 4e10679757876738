import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { OPERATIONS } from './endpoints.ts';
import { findEndpoint, findMessage } from './find-contract.ts';
import { ConfigurationError } from './types.ts';
import type { Catalogue, FunctionConfig } from './types.ts';

const EVERYTHING = '*';
const RELATIVE_IMPORT = /(?:from|import)\s*\(?\s*'(\.\.?\/[^']+\.ts)'/g;
const NAMED_IMPORT = /import\s*\{([^}]*)\}\s*from\s*'\.\.?\/[^']+\.ts'/g;
const CONTRACT_IMPORT = /import\s*(?:type\s*)?\{([^}]*)\}\s*from\s*'@dure\/contracts\/([a-z][a-z0-9-]*)'/g;
const SERVED = /\bhttp\(\s*(\w+)/g;
const CONSUMED = /\bconsumes\(\s*(\w+)/g;

/** A contract that code names, and the file that does, from the service's folder. */
interface Named {
  readonly contract: Catalogue[number];
  readonly file: string;
}

/**
 * What a function's code serves and consumes is what serverless.yml says. The code is read, not run: the contracts in
 * `http(Contract, …)` and `consumes(Contract, …)` of the handler's file and of what it imports. A name that is not
 * imported from the contracts, such as a variable, is not compared, and neither is a handler that is not made by `api()` or
 * `consumer()`. A file of which nothing that is imported is used does not count: its handler was taken out of `api(…)`.
 * @throws ConfigurationError that names both places
 */
export function refuseUnserved(
  folder: string,
  service: string,
  catalogue: Catalogue,
  functions: Readonly<Record<string, FunctionConfig>>,
): void {
  for (const [name, { handler, endpoints, consumes }] of Object.entries(functions)) {
    const entry = `${handler?.replace(/\.\w+$/, '')}.ts`;
    const code = codeOf(folder, entry);
    const uses = (binding: RegExp) => [...code.values()].some((text) => binding.test(text));
    if (endpoints !== undefined && uses(/\bapi\(/)) {
      const where = `functions.${name}.endpoints`;
      const own = endpoints.filter((it) => !OPERATIONS.includes(it));
      const listed = own.map((it) => findEndpoint(catalogue, service, it, where));
      compare({ where, entry, verb: 'serve', list: 'api(…)' }, listed, named(code, SERVED, catalogue));
    }
    const messages = consumes?.map((it) => (typeof it === 'string' ? it : it.message)) ?? [EVERYTHING];
    if (!messages.includes(EVERYTHING) && uses(/\bconsumer\(/)) {
      const where = `functions.${name}.consumes`;
      const listed = messages.map((it) => findMessage(catalogue, service, it, where));
      compare({ where, entry, verb: 'consume', list: 'consumer(…)' }, listed, named(code, CONSUMED, catalogue));
    }
  }
}

interface Place {
  readonly where: string;
  readonly entry: string;
  readonly verb: string;
  readonly list: string;
}

function compare(
  { where, entry, verb, list }: Place,
  listed: readonly Catalogue[number][],
  { found, unknown }: { readonly found: readonly Named[]; readonly unknown: boolean },
): void {
  const missing = unknown ? undefined : listed.find((it) => !found.some(({ contract }) => contract === it));
  if (missing !== undefined) {
    throw new ConfigurationError(
      `${where}: serverless.yml lists ${labelOf(missing)}, but ${entry} does not ${verb} it. Add its handler to ${list}, ` +
        'or take it out of the list.',
    );
  }
  const extra = found.find(({ contract }) => !listed.some((it) => it === contract));
  if (extra !== undefined) {
    throw new ConfigurationError(
      `${where}: ${extra.file} ${verb}s ${labelOf(extra.contract)}, but serverless.yml does not list it. Add it to the list, ` +
        `or take its handler out of ${list}.`,
    );
  }
}

const labelOf = (contract: Catalogue[number]): string =>
  contract.kind === 'endpoint' ? contract.name : contract.detailType;

/** The contracts that a pattern finds in code, and whether it found a name that is none. */
function named(code: ReadonlyMap<string, string>, pattern: RegExp, catalogue: Catalogue) {
  const names = [...code].flatMap(([file, text]) => {
    const imported = contractsIn(text, catalogue);
    return [...text.matchAll(pattern)].map(([, name = '']) => ({ file, contract: imported.get(name) }));
  });
  const found = names.filter((it): it is Named => it.contract !== undefined);
  return { found, unknown: found.length < names.length };
}

/** Contracts by the name under which a file imports them: `OrderPlaced`, or `OrderPlacedV2` where it has versions. */
function contractsIn(text: string, catalogue: Catalogue): Map<string, Catalogue[number]> {
  const imports = [...text.matchAll(CONTRACT_IMPORT)].flatMap(([, names = '', owner = '']) =>
    names.split(',').map((name) => {
      const [exported = '', local = exported] = name
        .trim()
        .replace(/^type\s+/, '')
        .split(/\s+as\s+/);
      return [local, catalogue.find((it) => it.owner === owner && isExportedAs(it, exported))] as const;
    }),
  );
  return new Map(imports.filter((it): it is [string, Catalogue[number]] => it[1] !== undefined));
}

function isExportedAs(contract: Catalogue[number], name: string): boolean {
  const version = contract.kind === 'endpoint' ? contract.version : contract.major;
  return name === contract.name ? version === 1 : name === `${contract.name}V${version}`;
}

/** The text of a file and of all that it imports by a relative path, by path from the service's folder. */
function codeOf(folder: string, entry: string): ReadonlyMap<string, string> {
  const code = new Map<string, string>();
  const waiting = [entry];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const file = join(folder, path);
    if (code.has(path) || !existsSync(file)) continue;
    const text = readFileSync(file, 'utf8');
    code.set(path, text);
    for (const [, target = ''] of withoutUnused(text).matchAll(RELATIVE_IMPORT)) {
      waiting.push(relative(folder, join(dirname(file), target)).replaceAll('\\', '/'));
    }
  }
  return code;
}

/** The text of a file without the imports of which it uses no name. */
function withoutUnused(text: string): string {
  const body = text.replace(NAMED_IMPORT, '');
  const isUsed = (name: string) => new RegExp(`\\b${name.replaceAll('$', '\\$')}\\b`).test(body);
  const locals = (names: string) => names.split(',').map((name) => name.trim().split(/\s+/).at(-1) ?? '');
  return text.replace(NAMED_IMPORT, (statement, names: string) =>
    locals(names).some((name) => name !== '' && isUsed(name)) ? statement : '',
  );
}
