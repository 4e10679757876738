import { AsyncLocalStorage } from 'node:async_hooks';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { evaluate } from './reader/expressions.ts';
import { Scope } from './reader/scope.ts';
import { bodyOf, execute } from './reader/statements.ts';
import { type Node, parse } from './reader/syntax.ts';
import { ApiType, Callable, Float, Namespace, Unreadable, items, text } from './reader/values.ts';
import { MODULES, NAMES } from './vocabulary/library.ts';

/** A function of a file with what stands above it. */
export interface Definition {
  readonly name: string;
  readonly className: string | undefined;
  /** The functions of its class. */
  readonly methods: readonly Method[];
  readonly node: Node;
  readonly decorators: readonly Node[];
  readonly scope: Scope;
  /** What its class assigns; decorators see it. */
  readonly classScope: Scope;
}

/** A function of a class; a static one has no `self`. */
export interface Method {
  readonly node: Node;
  readonly isStatic: boolean;
}

/** A file of cases, read. */
export interface CaseFile {
  readonly scope: Scope;
  readonly definitions: readonly Definition[];
}

/** Where functions and fixtures are that only help cases. */
const HELPERS = 'localstack-core/localstack/testing/pytest/';
const HELPERS_MODULE = 'localstack.testing.pytest.stepfunctions.';

const isFile = (value: unknown): value is CaseFile =>
  typeof value === 'object' && value !== null && 'definitions' in value;

/** A file that is imported whole. */
const membersOf = ({ scope }: CaseFile): Namespace => new Namespace((name) => scope.find(name));

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
    const helpers = new Map<string, unknown>();
    const scope = new Scope(
      undefined,
      (name) =>
        this.#wordsOfCase.getStore()?.[name] ??
        NAMES[name] ??
        helpers.get(name) ??
        (name === '__file__' ? path : undefined),
    );
    for (const statement of tree.parts) {
      if (statement.name === 'ImportStatement') await this.#import(statement, scope, file, helpers);
      else await executeAlone(statement, scope);
    }
    return { scope, definitions: await definitionsOf(tree.parts, undefined, scope, scope) };
  }

  /**
   * Files of cases are read, and those that only help them, unless the vocabulary has words of its own. Of all other modules
   * the vocabulary knows what it knows.
   * @param from the file that imports
   * @param helpers takes what the files that help define
   */
  async #import(statement: Node, scope: Scope, from: string, helpers: Map<string, unknown>): Promise<void> {
    const source = statement.text.replace(/[()\n]/g, ' ');
    const [, written = '', names = ''] = /^from\s+(\S+)\s+import\s+(.*)$/.exec(source) ?? [];
    const module = written.startsWith('.') ? moduleBeside(from, written) : written;
    if (module === '') return importModules(source.replace(/^import\s+/, ''), scope);
    const imported = names.split(',').map((name) => name.trim().split(/\s+as\s+/) as [string, string?]);
    const isHelper = module.startsWith(HELPERS_MODULE);
    const own = await this.#readIfThere(`${isHelper ? 'localstack-core/' : ''}${module.replaceAll('.', '/')}.py`);
    for (const [name, as = name] of imported) {
      const apiType = module.startsWith('localstack.aws.api') ? new ApiType() : undefined;
      const found = own?.scope.entries().find(([key]) => key === name)?.[1];
      if (isHelper && found !== undefined) helpers.set(as, found);
      else if (NAMES[name] === undefined || as !== name) {
        const value = NAMES[name] ?? MODULES[`${module}.${name}`] ?? found ?? apiType;
        const whole = value ?? (await this.#readIfThere(`${module}.${name}`.replaceAll('.', '/') + '.py'));
        if (whole !== undefined) scope.set(as, isFile(whole) ? membersOf(whole) : whole);
      }
    }
  }

  /** A file of cases, or one that helps them; undefined for what is none, or is not there. */
  async #readIfThere(file: string): Promise<CaseFile | undefined> {
    const isRead = file.startsWith('tests/aws/') || file.startsWith(HELPERS);
    return isRead && existsSync(join(this.#root, file)) ? this.read(file) : undefined;
  }

  /** The fixtures of the folders around a file. */
  async fixturesAround(file: string): Promise<readonly Definition[]> {
    const found: Definition[] = [];
    for (let folder = dirname(file); folder.startsWith('tests/aws/'); folder = dirname(folder)) {
      const conftest = join(folder, 'conftest.py');
      if (existsSync(join(this.#root, conftest))) found.push(...(await this.read(conftest)).definitions);
    }
    found.push(...((await this.#readIfThere(`${HELPERS}stepfunctions/fixtures.py`))?.definitions ?? []));
    return found;
  }
}

/** `.utils` in a file is the module beside it, `..utils` one of the folder above. */
function moduleBeside(file: string, module: string): string {
  const [, dots = '', name = ''] = /^(\.+)(.*)$/.exec(module) ?? [];
  const folders = file.split('/').slice(0, -dots.length);
  return [...folders, name].join('.');
}

function importModules(names: string, scope: Scope): void {
  for (const name of names.split(',')) {
    const [module = '', as] = name.trim().split(/\s+as\s+/);
    // `import os.path` binds `os`.
    const bound = as === undefined ? module.replace(/\..*$/, '') : module;
    if (MODULES[bound] !== undefined) scope.set(as ?? bound, MODULES[bound]);
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

async function definitionsOf(
  parts: readonly Node[],
  className: string | undefined,
  scope: Scope,
  classScope: Scope,
): Promise<Definition[]> {
  const methods = parts.flatMap((part): Method[] => {
    const node = part.name === 'DecoratedStatement' ? part.parts.at(-1) : part;
    const isStatic = part.parts.some(({ name, text }) => name === 'Decorator' && text.trim() === '@staticmethod');
    return node?.name === 'FunctionDefinition' ? [{ node, isStatic }] : [];
  });
  const found: Definition[] = [];
  for (const part of parts) {
    const node = part.name === 'DecoratedStatement' ? part.parts.at(-1) : part;
    const name = node?.parts.find((child) => child.name === 'VariableName')?.text;
    if (node === undefined || name === undefined) continue;
    const decorators = part.parts.filter((child) => child.name === 'Decorator');
    if (node.name === 'ClassDefinition') {
      const inside = new Scope(scope);
      for (const statement of bodyOf(node)) {
        if (statement.name === 'AssignStatement') await executeAlone(statement, inside);
      }
      found.push(...(await definitionsOf(bodyOf(node), name, scope, inside)));
    } else if (node.name === 'FunctionDefinition') {
      found.push({ name, className, methods, node, decorators, scope, classScope });
    }
  }
  return found;
}

/** One run of a case: its parameters, and what stands for them in its name. */
export interface Variant {
  readonly values: Readonly<Record<string, unknown>>;
  readonly ids: readonly string[];
}

/** A case with parameters runs once for each of their values. */
export async function variantsOf({ decorators, classScope }: Definition): Promise<Variant[]> {
  let variants: Variant[] = [{ values: {}, ids: [] }];
  for (const decorator of decorators) {
    if (!/^@pytest\.mark\.parametrize\b/.test(decorator.text)) continue;
    const more = await parametersOf(decorator, classScope);
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
  const given = args[0] ?? named['argnames'];
  const names = typeof given === 'string' ? given.split(',').map((name) => name.trim()) : items(given).map(text);
  const variants = items(args[1] ?? named['argvalues']).map((entry, index): Variant => {
    const values =
      entry instanceof Namespace ? (entry.member('values') as unknown[]) : names.length === 1 ? [entry] : items(entry);
    const marked = entry instanceof Namespace ? entry.member('id') : undefined;
    const id = marked ?? (Array.isArray(named['ids']) ? (named['ids'] as unknown[])[index] : undefined);
    return {
      values: Object.fromEntries(names.map((name, at) => [name, values[at]])),
      ids: [typeof id === 'string' ? id : values.map((value, at) => idOf(value, `${names[at]}${index}`)).join('-')],
    };
  });
  return unlike(variants);
}

/** A text, a number, True, False and None name themselves, and a function too; anything else is named by its place. */
function idOf(value: unknown, place: string): string {
  if (value instanceof Callable) return value.name ?? place;
  if (typeof value === 'string') return value.replace(/[\u0000-\u001f\\\u007f-\uffff]/g, escapedCharacter);
  const isNamed = value === null || value instanceof Float || ['number', 'boolean'].includes(typeof value);
  return isNamed ? text(value) : place;
}

const SHORT: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

const escapedCharacter = (character: string): string => {
  const hex = character.charCodeAt(0).toString(16);
  return SHORT[character] ?? (hex.length > 2 ? `\\u${hex.padStart(4, '0')}` : `\\x${hex.padStart(2, '0')}`);
};

/** The same name twice has a number. */
function unlike(variants: readonly Variant[]): Variant[] {
  const names = variants.map(({ ids }) => ids.join('-'));
  return variants.map((variant, index) => {
    const same = names.flatMap((name, at) => (name === names[index] ? [at] : []));
    return same.length === 1 ? variant : { ...variant, ids: [`${names[index]}_${same.indexOf(index)}`] };
  });
}
