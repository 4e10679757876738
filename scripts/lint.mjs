/**
 * ESLint, the type check, Prettier, the linter of workflows and the repository's conventions, side by side:
 * `npm run lint`. Fails on any finding.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installIfNeeded } from './lib/install.mjs';
import { environmentFor, findNode24, ROOT } from './lib/node24.mjs';

const HELP = `Usage: npm run lint [-- PATH…]

Runs these side by side on the whole repository, which takes minutes, or on the files and folders of PATH, such as
services/journal. Each has options of its own:

  eslint       npx eslint PATH
  types        npm run typecheck; not with PATH
  prettier     npx prettier --check PATH; --write mends
  workflows    the workflows of GitHub Actions; not with PATH
  conventions  imports, versions, handlers, links, decisions: node packages/conventions/src/cli.mjs --help
               With PATH only those that take seconds, for the whole repository: unused, versions, handlers, links
`;
/** Node.js takes a quarter of the machine's memory by itself. */
const HEAP = '--max-old-space-size=4096';
const QUICK = ['unused', 'versions', 'handlers', 'links'];

const binary = (...path) => join(ROOT, 'node_modules', ...path);

/** What is run; without paths on the whole repository. */
function checksOf(paths) {
  const [where, isPart] = paths.length > 0 ? [paths, true] : [['.'], false];
  return [
    isPart
      ? { name: 'eslint', args: [binary('eslint', 'bin', 'eslint.js'), '--max-warnings', '0', ...where] }
      : { name: 'eslint and types', args: [HEAP, join(ROOT, 'scripts', 'lib', 'eslint-and-types.mjs')] },
    { name: 'prettier', args: [binary('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level', 'warn', ...where] },
    ...(isPart ? [] : [{ name: 'workflows', args: [join(ROOT, 'packages', 'deploy', 'src', 'workflows', 'cli.ts')] }]),
    {
      name: 'conventions',
      args: [join(ROOT, 'packages', 'conventions', 'src', 'cli.mjs'), ...(isPart ? QUICK : [])],
    },
  ];
}

async function main() {
  const options = { help: { type: 'boolean', short: 'h' } };
  const { values, positionals: paths } = parseArgs({ options, allowPositionals: true });
  if (values.help) return void process.stdout.write(HELP);
  await installIfNeeded();
  const node = findNode24();
  const checks = checksOf(paths);
  console.log(`… ${checks.map(({ name }) => name).join(', ')}`);
  const results = await Promise.all(
    checks.map(async (check) => {
      const result = await run(node, check);
      console.log(`${result.passed ? 'ok    ' : 'FAILED'} ${result.name} (${result.seconds} s)`);
      if (!result.passed) console.log(`${result.output.trimEnd()}\n`);
      return result;
    }),
  );
  const failed = results.filter(({ passed }) => !passed).map(({ name }) => name);
  if (failed.length > 0) console.log(nextSteps(failed, paths));
  process.exitCode = failed.length === 0 ? 0 : 1;
}

function nextSteps(failed, paths) {
  const others = failed.filter((name) => name !== 'prettier');
  const steps = [
    failed.includes('prettier') && `npx prettier --write ${paths.join(' ') || '.'}`,
    others.length > 0 && `mend what ${others.join(' and ')} named above`,
    `npm run lint${paths.length > 0 ? ` -- ${paths.join(' ')}` : ''}`,
  ];
  return `Failed: ${failed.join(', ')}.\nNext:\n${steps
    .filter((step) => step !== false)
    .map((step) => `  ${step}`)
    .join('\n')}`;
}

function run(node, { name, args }) {
  const started = performance.now();
  return new Promise((resolve) => {
    const child = spawn(node, args, {
      cwd: ROOT,
      env: environmentFor(node),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    const settle = (passed, more = '') => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      resolve({ name, passed, seconds, output: output + more });
    };
    child.on('error', (error) => settle(false, error.message));
    child.on('close', (code) => settle(code === 0));
  });
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
