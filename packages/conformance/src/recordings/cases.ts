import { AsyncLocalStorage } from 'node:async_hooks';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { evaluate } from './reader/expressions.ts';
import { Scope } from './reader/scope.ts';
import { bodyOf, execute } from './reader/statements.ts';
import { type Node, parse } from './reader/syntax.ts';
import { ApiType, Callable, Namespace, Unreadable, items, text } from './reader/values.ts';
import { MODULES, NAMES } from './vocabulary/library.ts';

/** A function of a file with what stands above it. */
export interface Definition {
  readonly name: string;
  readonly className: string | undefined;
  /** The functions of its class. */
  readonly methods: readonly Node[];
  readonly node: Node;
  readonly decorators: readonly Node[];
  readonly scope: Scope;
}

/** A file of cases, read. */
export interface CaseFile {
  readonly scope: Scope;
  readonly definitions: readonly Definition[];
}

/** Reads files of a checkout, each once. */
export class CaseFiles {
  readonly #root: string;
  readonly #wordsOfCase = new AsyncLocalStorage<Readonly<Record<string, unknown>>>();
  readonly #files = new Map<string, Promise<CaseFile>>();

  /** @param root folder of the checkout */
  constructor(root: string) {
    this.#root = root;
  }

  /** Plays a case, in which its own words have their meaning, whatever file they stand in. */
  withWords<T>(words: Readonly<Record<string, unknown>>, play: () => Promise<T>): Promise<T> {
    return this.#wordsOfCase.run(words, play);
  }

  /** @param file path from the checkout's root */
  read(file: string): Promise<CaseFile> {
    const known = this.#files.get(file);
    if (known !== undefined) return known;
    const reading = this.#read(file);
    this.#files.set(file, reading);
    return reading;
  }

  async #read(file: string): Promise<CaseFile> {
    const path = join(this.#root, file);
    const tree = parse(readFileSync(path, 'utf8'));
    const scope = new Scope(
      undefined,
      (name) => NAMES[name] ?? this.#wordsOfCase.getStore()?.[name] ?? (name === '__file__' ? path : undefined),
    );
    for (const statement of tree.parts) {
      if (statement.name === 'ImportStatement') await this.#import(statement, scope);
      else await executeAlone(statement, scope);
    }
    return { scope, definitions: definitionsOf(tree.parts, undefined, scope) };
  }

  /** Files of cases are read; of all other modules the vocabulary knows what it knows. */
  async #import(statement: Node, scope: Scope): Promise<void> {
    const source = statement.text.replace(/[()\n]/g, ' ');
    const [, module = '', names = ''] = /^from\s+(\S+)\s+import\s+(.*)$/.exec(source) ?? [];
    if (module === '') return importModules(source.replace(/^import\s+/, ''), scope);
    const imported = names.split(',').map((name) => name.trim().split(/\s+as\s+/) as [string, string?]);
    const file = `${module.replaceAll('.', '/')}.py`;
    const own =
      module.startsWith('tests.aws.') && existsSync(join(this.#root, file)) ? await this.read(file) : undefined;
    for (const [name, as = name] of imported) {
      const apiType = module.startsWith('localstack.aws.api') ? new ApiType() : undefined;
      const value =
        NAMES[name] ??
        MODULES[`${module}.${name}`] ??
        own?.scope.entries().find(([key]) => key === name)?.[1] ??
        apiType;
      if (value !== undefined) scope.set(as, value);
    }
  }

  /** The fixtures of the folders around a file. */
  async fixturesAround(file: string): Promise<readonly Definition[]> {
    const found: Definition[] = [];
    for (let folder = dirname(file); folder.startsWith('tests/aws/'); folder = dirname(folder)) {
      const conftest = join(folder, 'conftest.py');
      if (existsSync(join(this.#root, conftest))) found.push(...(await this.read(conftest)).definitions);
    }
    return found;
  }
}

function importModules(names: string, scope: Scope): void {
  for (const name of names.split(',')) {
    const [module = '', as = module] = name.trim().split(/\s+as\s+/);
    if (MODULES[module] !== undefined) scope.set(as, MODULES[module]);
  }
}

/** A statement that cannot be read leaves its names unknown: only a case that needs them cannot be read either. */
async function executeAlone(statement: Node, scope: Scope): Promise<void> {
  try {
    await execute([statement], scope);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
}

function definitionsOf(parts: readonly Node[], className: string | undefined, scope: Scope): Definition[] {
  const functions = parts.map((part) => (part.name === 'DecoratedStatement' ? part.parts.at(-1) : part));
  const methods = functions.filter((node) => node?.name === 'FunctionDefinition') as Node[];
  return parts.flatMap((part) => {
    const node = part.name === 'DecoratedStatement' ? part.parts.at(-1) : part;
    const name = node?.parts.find((child) => child.name === 'VariableName')?.text;
    if (node === undefined || name === undefined) return [];
    if (node.name === 'ClassDefinition') return definitionsOf(bodyOf(node), name, scope);
    if (node.name !== 'FunctionDefinition') return [];
    const decorators = part.parts.filter((child) => child.name === 'Decorator');
    return [{ name, className, methods, node, decorators, scope }];
  });
}

/** One run of a case: its parameters, and what stands for them in its name. */
export interface Variant {
  readonly values: Readonly<Record<string, unknown>>;
  readonly ids: readonly string[];
}

/** A case with parameters runs once for each of their values. */
export async function variantsOf({ decorators, scope }: Definition): Promise<Variant[]> {
  let variants: Variant[] = [{ values: {}, ids: [] }];
  for (const decorator of decorators) {
    if (!/^@pytest\.mark\.parametrize\b/.test(decorator.text)) continue;
    const more = await parametersOf(decorator, scope);
    variants = more.flatMap(({ values, ids }) =>
      variants.map((variant) => ({ values: { ...variant.values, ...values }, ids: [...ids, ...variant.ids] })),
    );
  }
  return variants;
}

async function parametersOf(decorator: Node, scope: Scope): Promise<Variant[]> {
  const call = parse(decorator.text.replace(/^@pytest\.mark\.parametrize/, 'f')).parts[0]?.parts[0];
  if (call === undefined) throw new Unreadable('parametrize');
  const outer = new Scope(scope);
  const { promise, resolve } = Promise.withResolvers<{
    args: readonly unknown[];
    named: Readonly<Record<string, unknown>>;
  }>();
  outer.set('f', new Callable((args, named) => resolve({ args, named })));
  await evaluate(call, outer);
  const { args, named } = await promise;
  const names =
    typeof args[0] === 'string'
      ? args[0].split(',').map((name) => name.trim())
      : items(args[0] ?? named['argnames']).map(text);
  return items(args[1] ?? named['argvalues']).map((entry, index) => {
    const given =
      entry instanceof Namespace ? (entry.member('values') as unknown[]) : names.length === 1 ? [entry] : items(entry);
    const marked = entry instanceof Namespace ? entry.member('id') : undefined;
    const id = marked ?? (Array.isArray(named['ids']) ? (named['ids'] as unknown[])[index] : undefined);
    return {
      values: Object.fromEntries(names.map((name, at) => [name, given[at]])),
      ids: [typeof id === 'string' ? id : given.map((value, at) => idOf(value, `${names[at]}${index}`)).join('-')],
    };
  });
}

/** A text, a number, True, False and None name themselves; anything else is named by its place. */
const idOf = (value: unknown, place: string): string =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value) ? text(value) : place;
