import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseAllDocuments } from 'yaml';

/** Reasons for not running a shell block, by the word after its language. Such a block is only parsed. */
const NOT_RUN = { aws: 'it needs an AWS account or the AWS CLI', github: 'it needs a repository on GitHub' };
const NEEDS = { aws: /\b(aws|serverless|deploy|remove|api-key|test:stage)\b/, github: /\bgh\b/ };
/** Commands that a block may run on any machine. `curl` is checked separately. */
const RUNS_HERE = /^(?:(npm|npx sls offline|cd|node|curl|findings\/\S+\.sh)\b|[A-Z]+=\w+$)/;
const TOKEN = /^[A-Z]+=\$\(npm run --silent token -- --as [a-z]+\)$/;
const ORIGIN = 'localhost:4000';
const HEALTH = /^curl localhost:\d+\/dev\/v1\/health$/;
const PATH = /^(?:packages|services|docs|scripts|findings|\.github)\/[\w./-]*$/;

/**
 * The faults of a code block that the block itself shows: a language that nothing checks, text that does
 * not parse, a command that no test runs, and a path that does not exist.
 * @param {string} root
 * @param {import('./markdown.mjs').CodeBlock} block
 * @returns {string[]}
 */
export function blockProblems(root, block) {
  if (block.runBy !== undefined) return runByProblems(root, block);
  switch (block.language) {
    case 'sh':
      return shellProblems(root, block);
    case 'json':
      return parsed(() => JSON.parse(block.text));
    case 'yaml':
      return parseAllDocuments(block.text).flatMap(({ errors }) => errors.map(({ message }) => message));
    case 'ts':
      return compiledProblems(root, block);
    case 'text':
      return [];
    case '':
      return commandsOf(block.text).some((command) => /^(npm|npx|curl|aws) /.test(command))
        ? ['It has commands: write ```sh.']
        : [];
    default:
      return [`No test reads blocks of the language "${block.language}".`];
  }
}

/** An end-to-end test runs these blocks against its own local cloud. */
export const isRunAgainstCloud = ({ language, words, runBy, text }) =>
  language === 'sh' && words.length === 0 && runBy === undefined && text.includes(`${ORIGIN}/`);

/**
 * Paths in inline code that do not exist: from the root, or, in the README of a package, from its folder or its `src`.
 * @param {string} root
 * @param {string} file the document
 * @param {string} prose its text without code blocks
 * @returns {string[]}
 */
export function pathProblems(root, file, prose) {
  const folders = ['', dirname(file), join(dirname(file), 'src')].map((folder) => join(root, folder));
  const named = [...prose.matchAll(/`([^`\s]+)`/g)].map(([, code]) => code).filter((code) => PATH.test(code));
  return [...new Set(named)]
    .filter((path) => !folders.some((folder) => existsSync(join(folder, path))))
    .map((path) => `${path} does not exist.`);
}

function runByProblems(root, { file, runBy }) {
  if (!existsSync(join(root, runBy))) return [`${runBy} does not exist.`];
  const names = readFileSync(join(root, runBy), 'utf8').includes(basename(file));
  return names ? [] : [`${runBy} does not name ${basename(file)}.`];
}

/** A package's own test compiles the TypeScript of its README. */
function compiledProblems(root, { file }) {
  const test = `${dirname(file)}/test/readme.test.ts`;
  return existsSync(join(root, test)) ? [] : [`No test compiles it: there is no ${test}.`];
}

function shellProblems(root, { words, text }) {
  const reason = words.find((word) => !Object.hasOwn(NOT_RUN, word));
  if (reason !== undefined) return [`"${reason}" is not a reason. There are ${Object.keys(NOT_RUN).join(', ')}.`];
  const commands = commandsOf(text);
  const unneeded = words.filter((word) => !NEEDS[word].test(text)).map((word) => `It runs without ${word}.`);
  const problems = [...syntaxProblems(text), ...unneeded, ...folderProblems(root, commands)];
  return words.length > 0
    ? problems
    : [...problems, ...commands.flatMap((command) => runProblems(command, commands)).slice(0, 1)];
}

function syntaxProblems(text) {
  const { status, stderr } = spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' });
  const placeholder = /<[a-z ]+>/.exec(text)?.[0];
  // zsh, the shell of macOS, looks for files by such a word and runs nothing when there is none.
  const pattern = text.split('\n').flatMap((line) => (line.includes('curl') ? unquotedQueries(line) : []))[0];
  return [
    ...(status === 0 ? [] : [stderr.trim()]),
    ...(placeholder === undefined ? [] : [`${placeholder} cannot be typed: use a variable.`]),
    ...(pattern === undefined ? [] : [`${pattern} has a ? that zsh takes for itself: put it in quotes.`]),
  ];
}

const unquotedQueries = (line) => line.replaceAll(/'[^']*'|"[^"]*"/g, '').match(/\S*localhost\S*\?\S*/g) ?? [];

function runProblems(command, commands) {
  if (TOKEN.test(command)) return [];
  if (!RUNS_HERE.test(command.replace(/^(\w+=\S+ )+/, ''))) return [`No test runs "${command}". Say why: \`\`\`sh aws`];
  if (!command.startsWith('curl')) return [];
  const offline = commands.some((other) => other.startsWith('npx sls offline'));
  if (command.includes(`${ORIGIN}/`) || (offline && HEALTH.test(command))) return [];
  return [`No test runs "${command}": it does not call ${ORIGIN}.`];
}

function folderProblems(root, commands) {
  const paths = commands.flatMap((command) => command.split(' ').slice(command.startsWith('cd ') ? 1 : 0));
  return paths
    .filter((path) => PATH.test(path) && !existsSync(join(root, path)))
    .map((path) => `${path} does not exist.`);
}

/** One command per entry: without comments, continued lines joined, `a && b` split. */
function commandsOf(text) {
  return text
    .replaceAll('\\\n', ' ')
    .replaceAll(/'[^']*'/g, (quoted) => quoted.replaceAll('\n', ' '))
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, ''))
    .flatMap((line) => line.split(/ && |; /))
    .map((command) => command.trim().replaceAll(/\s+/g, ' '))
    .filter((command) => command !== '');
}

function parsed(parse) {
  try {
    parse();
    return [];
  } catch (error) {
    return [error.message];
  }
}
