#!/usr/bin/env node
/** `npm test`: lint and types, unit and end-to-end tests, and the packages of every service with their templates. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { installIfNeeded } from './lib/install.mjs';
import { CACHES } from './lib/local-cloud-node.mjs';
import { ROOT, environmentFor, findNode24 } from './lib/node24.mjs';

const HELP = `Usage: npm test [-- [--all | --unit | --e2e | --bare] [jest options and patterns]]

Without options: lint and types, unit tests, end-to-end tests, packaging every service, and checking its templates.
With --all: that, and --bare, which starts a fresh copy on Node 20 with an empty npm cache and a home that cannot be
written. With other options: only the tests, and what is not one of these goes to Jest.

  npm test -- --unit services/journal
  npm test -- --e2e packages/e2e/test/fuzz.test
`;

const binary = (...path) => join(ROOT, 'node_modules', ...path);
const script = (name) => join(ROOT, 'scripts', name);
/** Jest runs ES modules by Node's vm modules, and its workers take these flags over. */
const JEST = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', binary('jest', 'bin', 'jest.js')];
/**
 * Projects of jest.config.mjs by what chooses them; `alone` is what measures, with nothing else beside it. `e2e` waits
 * for orders that have time-outs, so that it does not run beside the unit tests, which leave no core idle.
 */
const SUITES = { unit: ['unit'], e2e: ['e2e', 'alone'], bare: ['bare'] };

async function main() {
  const args = process.argv.slice(2);
  if (args.includes('--help') || args.includes('-h')) return void process.stdout.write(HELP);
  await installIfNeeded();
  const results = [];
  const totals = { passed: 0, failed: 0, skipped: 0 };
  for (const lanes of groupsFor(args)) {
    const ran = await Promise.all(lanes.map((lane) => runLane(lane, totals, lanes.length > 1)));
    results.push(...ran.flat());
  }
  report(results, totals);
}

/** Groups run one after the other, the lanes of a group side by side, and the steps of a lane one after the other. */
function groupsFor(args) {
  if (args.length === 0) return allGroups([]);
  if (args.join() === '--all') return allGroups(SUITES.bare);
  return chosenTests(args).map((step) => [[step]]);
}

function allGroups(beside) {
  const lint = { name: 'lint', parameters: [script('lint.mjs')] };
  const packages = { name: 'packages', parameters: [script('run.mjs'), 'package'] };
  const templates = { name: 'templates', parameters: [script('run.mjs'), 'check:templates'] };
  // What installs and starts anew has clouds to wait for, as the unit tests have: not both on two cores at a time.
  const checks =
    beside.length > 0 ? [[lint, packages, templates], beside.map(jestStep)] : [[lint], [packages, templates]];
  return [checks, [SUITES.unit.map(jestStep)], ...SUITES.e2e.map((project) => [[jestStep(project)]])];
}

function chosenTests(args) {
  const chosen = Object.keys(SUITES).filter((suite) => args.includes(`--${suite}`));
  const rest = args.filter((argument) => !Object.keys(SUITES).some((suite) => argument === `--${suite}`));
  if (chosen.length === 0) return [{ name: 'tests', jest: true, parameters: [...JEST, ...workers(), ...rest] }];
  if (rest.length === 0) return chosen.flatMap((suite) => SUITES[suite]).map(jestStep);
  return chosen.map((suite) => someOf(suite, rest));
}

function jestStep(project) {
  const parallel = project === 'alone' ? ['--runInBand'] : workers();
  return { name: `${project} tests`, jest: true, parameters: [...JEST, `--selectProjects=${project}`, ...parallel] };
}

function someOf(suite, rest) {
  const projects = SUITES[suite].map((project) => `--selectProjects=${project}`);
  const parallel = suite === 'e2e' ? ['--runInBand'] : workers();
  return { name: `${suite} tests`, jest: true, parameters: [...JEST, ...projects, ...parallel, ...rest] };
}

/**
 * As many as there are cores. With one more, end-to-end tests take functions past their time-outs: each file at work may
 * have a cloud of its own, which takes 1 GB, too.
 */
function workers() {
  return [`--maxWorkers=${Math.min(availableParallelism(), 6)}`];
}

async function runLane(steps, totals, beside) {
  const results = [];
  for (const step of steps) results.push(await run(step, totals, beside));
  return results;
}

/** The output of a step that runs beside others is shown when it has ended, so that lines do not mix. */
async function run(step, totals, beside) {
  const title = `\n── ${step.name}\n`;
  if (!beside) process.stdout.write(title);
  const startedAt = Date.now();
  const folder = mkdtempSync(join(tmpdir(), 'dure-test-'));
  const file = join(folder, 'results.json');
  const parameters = [...step.parameters, ...(step.jest ? ['--json', `--outputFile=${file}`] : [])];
  const { code, output } = await execute(parameters, beside);
  if (beside) process.stdout.write(`${title}${output}`);
  const executed = step.jest ? count(file, totals) : 1;
  rmSync(folder, { recursive: true, force: true });
  const seconds = (Date.now() - startedAt) / 1000;
  return { name: step.name, seconds, passed: code === 0 && executed > 0, note: executed === 0 ? 'no test ran' : '' };
}

function execute(parameters, keepOutput) {
  const node = findNode24();
  const out = keepOutput ? 'pipe' : 'inherit';
  // The tools are loaded dozens of times, the Serverless CLI above all: a fifth less with code that was compiled before.
  const env = { ...environmentFor(node), ...CACHES };
  const child = spawn(node, parameters, { cwd: ROOT, stdio: ['ignore', out, out], env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => (output += text));
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** Adds Jest's totals and returns how many tests ran. A file that could not be run counts as one failed test. */
function count(file, totals) {
  try {
    const results = JSON.parse(readFileSync(file, 'utf8'));
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    totals.passed += results.numPassedTests;
    totals.failed += failed;
    totals.skipped += results.numPendingTests + results.numTodoTests;
    return results.numPassedTests + failed;
  } catch {
    return 0;
  }
}

function report(results, totals) {
  const lines = results.map(({ name, seconds, passed, note }) => {
    const state = passed ? 'ok    ' : 'FAILED';
    return `${state} ${name.padEnd(12)} ${seconds.toFixed(1).padStart(6)} s  ${note}`.trimEnd();
  });
  if (totals.skipped > 0) lines.push(`${totals.skipped} tests were skipped`);
  process.stdout.write(`\n${lines.join('\n')}\n\n${totals.passed} passed, ${totals.failed} failed\n`);
  process.exitCode = results.every(({ passed }) => passed) ? 0 : 1;
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
