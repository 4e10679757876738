/** Packages every service with the Serverless CLI, two at a time: `npm run package -- --stage dev`. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const AT_ONCE = 2;
const root = join(import.meta.dirname, '..');
const services = join(root, 'services');
const cli = join(root, 'node_modules', 'serverless', 'bin', 'serverless.js');

const stage = readStage();
const names = existsSync(services)
  ? readdirSync(services).filter((name) => existsSync(join(services, name, 'serverless.yml')))
  : [];
if (names.length === 0) fail('There is no service to package: no services/*/serverless.yml.');

console.log(`Packaging ${names.length} services for stage ${stage}, ${AT_ONCE} at a time`);
const started = performance.now();
const waiting = [...names];
const failed = [];
await Promise.all(Array.from({ length: AT_ONCE }, work));

if (failed.length > 0) {
  console.log(
    `\nFailed: ${failed.sort().join(', ')}. Try one alone: cd services/${failed[0]} && npx serverless package`,
  );
  process.exitCode = 1;
} else {
  console.log(`\nAll ${names.length} packaged in ${seconds(started)}, each into services/<name>/.serverless`);
  console.log(`Next: cd services/${names[0]} && npx serverless deploy --stage ${stage}`);
}

async function work() {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const begun = performance.now();
    const { code, output } = await runPackage(name);
    console.log(
      `${code === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(16)} ${seconds(begun)}  ${code === 0 ? sizes(name) : ''}`,
    );
    if (code === 0) continue;
    failed.push(name);
    console.log(output.trim().replace(/^/gm, '       '));
  }
}

function runPackage(name) {
  return new Promise((resolve) => {
    const args = [cli, 'package', '--stage', stage];
    const child = spawn(process.execPath, args, { cwd: join(services, name), stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    child.on('error', (error) => resolve({ code: 1, output: error.message }));
    child.on('close', (code) => resolve({ code, output }));
  });
}

/** `api 88 kB, relay 61 kB`: the archives of a service. */
function sizes(name) {
  const out = join(services, name, '.serverless');
  const archives = readdirSync(out).filter((file) => file.endsWith('.zip'));
  return archives
    .map((file) => `${file.slice(0, -'.zip'.length)} ${Math.ceil(statSync(join(out, file)).size / 1000)} kB`)
    .join(', ');
}

function readStage() {
  try {
    return parseArgs({ options: { stage: { type: 'string', default: 'dev' } } }).values.stage;
  } catch (error) {
    return fail(`${error.message}. Usage: npm run package -- --stage dev`);
  }
}

function seconds(since) {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
