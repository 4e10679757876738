import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, it } from '@jest/globals';
import ts from 'typescript';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const EXAMPLE_CONTRACTS = join(ROOT, 'packages', 'contracts', 'test', 'example-contracts.ts');
const readme = readFileSync(join(ROOT, 'packages', 'contracts', 'README.md'), 'utf8');

/** The code of the README by the path that its first line names. */
function blocks(markdown: string): Map<string, string> {
  const found = [...markdown.matchAll(/^```ts\n(?:\/\/ (\S+)\n)?([^]*?)^```$/gm)];
  return new Map(found.map(([, path = 'unnamed.ts', code = '']) => [join(ROOT, path), code]));
}

/** What the compiler finds in files that stand only in memory, beside those of the repository. */
function problemsOf(files: ReadonlyMap<string, string>): string[] {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.base.json'), (path) => ts.sys.readFile(path));
  const { options: base } = ts.parseJsonConfigFileContent({ ...(config as object), files: [] }, ts.sys, ROOT);
  const options = { ...base, paths: { '@dure/contracts/things': [EXAMPLE_CONTRACTS] } };
  const host = ts.createCompilerHost(options);
  const folders = new Set([...files.keys()].map((path) => dirname(path)));
  const paths = new Map([...files].map(([path, code]) => [path.replaceAll('\\', '/'), code]));
  const virtual = {
    ...host,
    fileExists: (path: string) => paths.has(path) || host.fileExists(path),
    readFile: (path: string) => paths.get(path) ?? host.readFile(path),
    directoryExists: (path: string) => folders.has(path) || (host.directoryExists?.(path) ?? false),
    getSourceFile: (path: string, ...rest: [ts.ScriptTarget]) => {
      const code = paths.get(path);
      return code === undefined ? host.getSourceFile(path, ...rest) : ts.createSourceFile(path, code, ...rest);
    },
  };
  const program = ts.createProgram([...paths.keys()], options, virtual);
  return [...paths.keys()].flatMap((path) => {
    const source = program.getSourceFile(path);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(
      ({ messageText }) => `${path.slice(ROOT.length + 1)}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    );
  });
}

it('the code of the README compiles, and a planted error in it is found', () => {
  const code = blocks(readme);
  expect([...code.keys()].map((path) => path.slice(ROOT.length + 1).replaceAll('\\', '/'))).toEqual([
    'packages/contracts/src/contracts/things/contracts.ts',
    'services/things/src/http/index.ts',
    'services/things/src/store.ts',
    'services/things/src/relay.ts',
    'services/others/src/events/index.ts',
    'services/others/src/things.ts',
    'services/things/src/morning.ts',
    'services/things/src/uploads.ts',
    'services/things/src/opening-hours.ts',
  ]);
  expect(problemsOf(code)).toEqual([]);
  const broken = blocks(readme.replace("problem('too-many-things')", "problem('unheard-of')"));
  expect(problemsOf(broken).join('\n')).toContain('"unheard-of"');
});

it('every block of TypeScript in the README is one that is compiled', () => {
  expect(readme.match(/^```(?!$|sh$|yaml$)/gm)).toHaveLength(blocks(readme).size);
});

const BINDING = join(ROOT, 'packages', 'contracts', 'src', 'binding');

/** The examples in the docstrings of a module, by the path of a file of a service that could hold them. */
function examples(module: string, code: string): [path: string, code: string][] {
  const found = [...code.matchAll(/^ \* @example\n \* ```ts\n((?: \*.*\n)*?) \* ```$/gm)];
  return found.map(([, lines = ''], index) => [
    join(ROOT, 'services', 'things', 'src', `${module}-${index}.ts`),
    lines.replace(/^ \* ?/gm, ''),
  ]);
}

const modules = globSync('*.ts', { cwd: BINDING }).map((file) => basename(file, '.ts'));
const sourceOf = (module: string) => readFileSync(join(BINDING, `${module}.ts`), 'utf8');

it('the examples of the docstrings compile, and a planted error in one is found', () => {
  const code = new Map(modules.flatMap((module) => examples(module, sourceOf(module))));
  const relay = join(ROOT, 'services', 'things', 'src', 'relay-0.ts');
  const planted = join(ROOT, 'services', 'things', 'src', 'planted-0.ts');
  code.set(planted, code.get(relay)!.replace('relay()', 'relay(7)'));
  expect(problemsOf(code)).toEqual([expect.stringMatching(/planted-0\.ts: Argument of type 'number'/)]);
});

it('every module of the binding that a service may import has an example', () => {
  const { exports } = JSON.parse(readFileSync(join(ROOT, 'packages', 'contracts', 'package.json'), 'utf8')) as {
    exports: Record<string, string>;
  };
  const exported = Object.keys(exports).filter((path) => path.startsWith('./binding/'));
  expect(exported.length).toBeGreaterThan(20);
  const bare = exported.map((path) => basename(path)).filter((name) => examples(name, sourceOf(name)).length === 0);
  expect(bare).toEqual([]);
});
