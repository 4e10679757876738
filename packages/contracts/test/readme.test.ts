import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from '@jest/globals';
import ts from 'typescript';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const readme = readFileSync(join(ROOT, 'packages', 'contracts', 'README.md'), 'utf8');

/** The code of the README by the path that its first line names. */
function blocks(markdown: string): Map<string, string> {
  const found = [...markdown.matchAll(/^```ts\n(?:\/\/ (\S+)\n)?([^]*?)^```$/gm)];
  return new Map(found.map(([, path = 'unnamed.ts', code = '']) => [join(ROOT, path), code]));
}

/** What the compiler finds in files that stand only in memory, beside those of the repository. */
function problemsOf(files: ReadonlyMap<string, string>): string[] {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.base.json'), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent({ ...(config as object), files: [] }, ts.sys, ROOT);
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
  ]);
  expect(problemsOf(code)).toEqual([]);
  const broken = blocks(readme.replace("problem('too-many-things')", "problem('unheard-of')"));
  expect(problemsOf(broken).join('\n')).toContain('"unheard-of"');
});

it('every block of code in the README is one that is compiled', () => {
  expect([...readme.matchAll(/^```(\w*)$/gm)].map(([, language]) => language).filter((it) => it !== '')).toEqual(
    Array.from(blocks(readme), () => 'ts'),
  );
});
