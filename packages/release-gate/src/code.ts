import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const RELATIVE_IMPORT = /(?:from|import)\s*\(?\s*'(\.\.?\/[^']+\.ts)'/g;
const NAMED_IMPORT = /import\s*\{([^}]*)\}\s*from\s*'\.\.?\/[^']+\.ts'/g;
const CONTRACT_IMPORT = /import\s*(?:type\s*)?\{([^}]*)\}\s*from\s*'@dure\/contracts\/([a-z][a-z0-9-]*)'/g;

/** What is read of a contract: whose it is, and the name under which its owner exports it. */
type Named = { readonly owner: string; readonly name: string } & (
  | { readonly kind: 'endpoint'; readonly version: number }
  | { readonly kind: 'event' | 'command'; readonly major: number }
);

/** The source of a function's handler: `src/http/index.handler` is in `src/http/index.ts`. */
export const entryOf = (handler: string): string => `${handler.replace(/\.\w+$/, '')}.ts`;

/** Contracts by the name under which a file imports them: `OrderPlaced`, or `OrderPlacedV2` where it has versions. */
export function contractsIn<One extends Named>(text: string, catalogue: readonly One[]): Map<string, One> {
  const imports = [...text.matchAll(CONTRACT_IMPORT)].flatMap(([, names = '', owner = '']) =>
    names.split(',').map((name) => {
      const [exported = '', local = exported] = name
        .trim()
        .replace(/^type\s+/, '')
        .split(/\s+as\s+/);
      return [local, catalogue.find((it) => it.owner === owner && isExportedAs(it, exported))] as const;
    }),
  );
  return new Map(imports.filter((it): it is [string, One] => it[1] !== undefined));
}

function isExportedAs(contract: Named, name: string): boolean {
  const version = contract.kind === 'endpoint' ? contract.version : contract.major;
  return name === contract.name ? version === 1 : name === `${contract.name}V${version}`;
}

/**
 * The text of a file and of all that it imports by a relative path, by path from the service's folder. A file of which
 * nothing that is imported is used does not count: its handler was taken out.
 */
export function codeOf(folder: string, entry: string): ReadonlyMap<string, string> {
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
