import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Ajv } from 'ajv';
import { expect, test } from '@jest/globals';
import { customSchema, functionSchema } from '@dure/serverless-plugin/schema';
import { parse } from 'yaml';
import { blockProblems, pathProblems } from '../src/check-blocks.mjs';
import { codeBlocks, type CodeBlock, markdownFiles, proseLines } from '../src/markdown.mjs';
import { commandProblems, type NpmCommand, npmCommands } from '../src/npm-commands.mjs';

const ROOT = join(import.meta.dirname, '../../..');
const run = promisify(execFile);
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};

/**
 * Release notes are made from commits. Decisions are kept when `npm run eject` takes the shop out, and still name it.
 */
const hasShop = existsSync(join(ROOT, 'services', 'orders'));
const isHistory = (file: string) => file === 'CHANGELOG.md' || (!hasShop && file.startsWith('docs/decisions/'));
/** The test of `npm run eject` runs the guide for what stays, and goes with the shop. */
const isRunBeforeEject = ({ runBy }: CodeBlock) => !hasShop && runBy?.startsWith('packages/eject/') === true;
const files = markdownFiles(ROOT).filter((file) => !isHistory(file));
const documents = files.map((file) => {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return { file, prose: proseLines(text).join('\n'), blocks: codeBlocks(file, text) };
});

const at = ({ file, line }: CodeBlock, problem: string) => `${file}:${line}: ${problem}`;

/** What a script of package.json prints for `--help`. It is asked once. */
const helps = new Map<string, Promise<string>>();
function helpOf(script: string): Promise<string> {
  const [program, ...parameters] = (scripts[script] ?? '').split(' ');
  if (program !== 'node') return Promise.resolve('');
  const help =
    helps.get(script) ?? run(process.execPath, [...parameters, '--help'], { cwd: ROOT }).then((it) => it.stdout);
  helps.set(script, help);
  return help;
}

/** A test that runs the block knows the services and files that it makes: only the options are left to check. */
function commandsOf({ text, runBy }: CodeBlock): NpmCommand[] {
  const commands = npmCommands(text);
  if (runBy === undefined) return commands;
  return commands.map((one) => ({ ...one, parameters: one.parameters.filter((word) => word.startsWith('-')) }));
}

async function npmProblems(command: NpmCommand): Promise<string[]> {
  if (!Object.hasOwn(scripts, command.script)) return [`There is no script "${command.script}".`];
  const help = command.parameters.length === 0 ? '' : await helpOf(command.script);
  return commandProblems(ROOT, command, help);
}

/** What the plugin adds to serverless.yml; the framework's own schema knows the rest. */
const serverless = new Ajv({ strict: false }).compile({
  definitions: { awsIamPolicyStatements: { type: 'array' } },
  properties: { custom: customSchema, functions: { type: 'object', additionalProperties: functionSchema } },
});

function settingsProblems({ language, text }: CodeBlock): string[] {
  if (language !== 'yaml' || serverless(parse(text))) return [];
  return (serverless.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

test('finds an unknown script and a wrong setting', async () => {
  const [command] = npmCommands('npm run nowhere');
  expect(command && (await npmProblems(command))).toEqual(['There is no script "nowhere".']);
  const settings = (yaml: string) => codeBlocks('a.md', `\`\`\`yaml\n${yaml}\n\`\`\`\n`).flatMap(settingsProblems);
  expect(settings('custom:\n  dure:\n    edges: {}')).toEqual(['/custom/dure must NOT have additional properties']);
  expect(settings('functions:\n  api:\n    table: write').join()).toContain(
    '/functions/api/table must be equal to one of',
  );
});

test('every code block parses, and names what exists or the test that runs it', () => {
  const problems = documents.flatMap(({ blocks }) =>
    blocks
      .filter((block) => !isRunBeforeEject(block))
      .flatMap((block) =>
        [...blockProblems(ROOT, block), ...settingsProblems(block)].map((problem) => at(block, problem)),
      ),
  );
  expect(problems).toEqual([]);
});

test('every npm command in a document has its script, options and services', async () => {
  const commands = documents.flatMap(({ file, prose, blocks }) => [
    ...[...prose.matchAll(/`([^`]+)`/g)].flatMap(([, code = '']) =>
      npmCommands(code.replaceAll(/\s+/g, ' ')).map((command) => ({ at: file, command })),
    ),
    ...blocks
      .filter(({ language }) => language === 'sh')
      .flatMap((block) => commandsOf(block).map((command) => ({ at: at(block, ''), command }))),
  ]);
  expect(commands.length).toBeGreaterThan(20);
  const problems = await Promise.all(
    commands.map(async ({ at: place, command }) =>
      (await npmProblems(command)).map((problem) => `${place} ${problem}`),
    ),
  );
  expect(problems.flat()).toEqual([]);
});

/** A test that runs every block of a document knows the files that the document makes. */
const isRunWhole = ({ blocks }: { blocks: readonly CodeBlock[] }) =>
  blocks.length > 0 && blocks.every(({ runBy }) => runBy !== undefined);

test('every path in a document exists', () => {
  const others = documents.filter((document) => !isRunWhole(document));
  const problems = others.flatMap(({ file, prose }) => pathProblems(ROOT, file, prose).map((it) => `${file}: ${it}`));
  expect(problems).toEqual([]);
});
