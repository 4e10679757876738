import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Contract } from '@dure/contracts/contract';
import { transform } from 'esbuild';
import { codeOf, contractsIn } from './code.ts';
import { ReleaseError } from './release-error.ts';

/** A contract that code uses, the fields that it declares, and the file that does, from the service's folder. */
export interface Declared {
  readonly contract: Contract;
  readonly fields: readonly string[];
  /** For whom an endpoint is called; undefined where its caller shows nothing of its own. */
  readonly as?: 'as-itself' | 'on-behalf';
  readonly file: string;
}

/** The functions by which code says what it uses, and the modules that they come from. */
const MODULES = { consumes: '@dure/contracts/contract', client: '@dure/contracts/binding/client' } as const;
const IMPORT = /import\s*\{([^}]*)\}\s*from\s*"([^"]+)"/g;
const DECLARATION =
  /\b(consumes|client)\(\s*([\w$]+)\s*,\s*(\[[^\]]*\]|[\w$]+)(?:\s*,\s*(?:[\w$]+\.)*(asItself|onBehalf)\()?/g;
const MODES = { asItself: 'as-itself', onBehalf: 'on-behalf' } as const;

/**
 * What the code of these handlers declares by `consumes(Contract, fields)` and `client(Contract, fields, …)`, in the
 * files that they reach. The code is read, not run.
 * @param entries sources of handlers, from the service's folder
 * @throws ReleaseError for a contract or fields that cannot be read where they are used
 */
export async function declaredIn(
  folder: string,
  entries: readonly string[],
  catalogue: readonly Contract[],
): Promise<Declared[]> {
  const code = new Map(entries.flatMap((entry) => [...codeOf(folder, entry)]));
  const found = await Promise.all([...code].map(([file, text]) => declaredInFile({ folder, file, text }, catalogue)));
  return found.flat();
}

interface Source {
  readonly folder: string;
  readonly file: string;
  readonly text: string;
}

async function declaredInFile({ folder, file, text }: Source, catalogue: readonly Contract[]): Promise<Declared[]> {
  if (!/\b(?:consumes|client)\(/.test(text)) return [];
  // Without comments and types, and with every text in the same quotes.
  const { code } = await transform(text, {
    loader: 'ts',
    target: 'esnext',
    minifyWhitespace: true,
    legalComments: 'none',
  });
  const contracts = contractsIn(text, catalogue);
  const imported = new Map([...code.matchAll(IMPORT)].map(([, names = '', module = '']) => [module, wordsOf(names)]));
  return [...code.matchAll(DECLARATION)].flatMap(([, by = '', name = '', said = '', mode]): Declared[] => {
    if (imported.get(MODULES[by as keyof typeof MODULES])?.includes(by) !== true) return [];
    const contract = contracts.get(name);
    const module = [...imported].find(([, names]) => names.includes(name))?.[0];
    if (contract === undefined && module !== undefined && isOwn(join(folder, dirname(file), module), name)) return [];
    if (contract === undefined) {
      throw new ReleaseError(
        `${file}: ${by}(${name}, …) has to name a contract that the file imports from its owner, ` +
          'because what a service requires is read where it is used.',
      );
    }
    const as = MODES[mode as keyof typeof MODES] as Declared['as'] | undefined;
    const fields = fieldsOf(said, code, `${file}: ${by}(${name}, ${said})`);
    return [{ contract, fields, ...(as !== undefined && { as }), file }];
  });
}

/** Whether a file of the service declares the message itself: nobody else has a part in it. */
const isOwn = (path: string, name: string): boolean =>
  path.endsWith('.ts') && new RegExp(`\\bconst ${name} = (?:event|command)\\(`).test(readFileSync(path, 'utf8'));

const wordsOf = (names: string): string[] => names.split(',').map((name) => name.trim());

/** An array of texts: written there, or a constant of the same file. */
function fieldsOf(said: string, code: string, where: string): string[] {
  const written = said.startsWith('[') ? said : constantOf(code, said);
  const fields = written === undefined ? undefined : parsed(written);
  if (Array.isArray(fields) && fields.every((field): field is string => typeof field === 'string')) return fields;
  throw new ReleaseError(`${where} has to list the fields as texts: ['orderId'], or a constant of the file with them.`);
}

const constantOf = (code: string, name: string): string | undefined =>
  new RegExp(`\\bconst ${name.replaceAll('$', '\\$')}=(\\[[^\\]]*\\])`).exec(code)?.[1];

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
