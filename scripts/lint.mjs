/** ESLint, Prettier, the linter of workflows and the repository's conventions, side by side: `npm run lint`. Fails on any finding. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { installIfNeeded } from './lib/install.mjs';
import { environmentFor, findNode24, ROOT } from './lib/node24.mjs';

const binary = (...path) => join(ROOT, 'node_modules', ...path);
const checks = [
  { name: 'eslint', args: [binary('eslint', 'bin', 'eslint.js'), '--max-warnings', '0', '.'] },
  { name: 'prettier', args: [binary('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level', 'warn', '.'] },
  { name: 'workflows', args: [join(ROOT, 'packages', 'deploy', 'src', 'workflows', 'cli.ts')] },
  { name: 'conventions', args: [join(ROOT, 'packages', 'conventions', 'src', 'cli.mjs')] },
];

async function main() {
  await installIfNeeded();
  const node = findNode24();
  const results = await Promise.all(checks.map((check) => run(node, check)));
  const failed = results.filter((result) => !result.passed);
  for (const { name, seconds, passed, output } of results) {
    console.log(`${passed ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
    if (!passed) console.log(`${output.trimEnd()}\n`);
  }
  if (failed.some((result) => result.name === 'prettier')) console.log('Next: npx prettier --write .');
  process.exitCode = failed.length === 0 ? 0 : 1;
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
