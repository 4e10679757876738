import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CACHES } from '../../../scripts/lib/local-cloud-node.mjs';

/** A small service in a separate folder, packaged with the real CLI. */

export const root = join(import.meta.dirname, '..', '..', '..');
const cli = join(root, 'node_modules', 'serverless', 'bin', 'serverless.js');
const TIMEOUT_MS = 300_000;

const handler = `import { SQSClient } from '@aws-sdk/client-sqs';
export const handler = (event: unknown) => ({ event, client: new SQSClient({}) });
`;

/** Handlers of tests, by their path. */
const HANDLERS: Readonly<Record<string, string>> = {
  'src/detour': `import { consumes, type MessageContract } from '@dure/contracts/contract';
export const handler = (it: MessageContract) => consumes(it, []);
`,
  'src/morning': `import { scheduled } from '@dure/contracts/binding/scheduled';
export const handler = scheduled('morning', () => Promise.resolve({ missing: 1 }));
`,
};

/**
 * Writes the service `inventory`, with the given functions and `custom.dure`, into `folder`, two levels below the root.
 */
export async function writeService(folder: string, functions: string, dure = '{}'): Promise<void> {
  await mkdir(folder, { recursive: true });
  const yaml = `service: inventory
frameworkVersion: '4'
plugins: [serverless-esbuild, '@dure/serverless-plugin', serverless-offline]
provider: \${file(../../packages/serverless-plugin/provider.yml)}
custom:
  esbuild: \${file(../../packages/serverless-plugin/esbuild.yml)}
  dure: ${dure}
functions:
${functions}`;
  await writeFile(join(folder, 'serverless.yml'), yaml);
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ private: true, version: '4.5.6', dure: { owner: { name: 'Stock' } } }),
  );
  for (const [, file = ''] of functions.matchAll(/handler: ([\w/-]+)\.handler/g)) {
    await mkdir(join(folder, dirname(file)), { recursive: true });
    await writeFile(join(folder, `${file}.ts`), HANDLERS[file] ?? handler);
  }
}

/** Runs `serverless package` with no credentials in its environment. */
export function packageService(
  folder: string,
  out: string,
  env: Record<string, string> = {},
): Promise<{ code: number | null; output: string }> {
  return runServerless(folder, ['package', '--stage', 'dev', '--package', out], env);
}

/** Runs the CLI with nothing of this environment but the PATH and its caches. */
export function runServerless(
  folder: string,
  command: readonly string[],
  env: Record<string, string>,
): Promise<{ code: number | null; output: string }> {
  const home = { HOME: folder, USERPROFILE: folder };
  const clean = { PATH: process.env['PATH'] ?? '', ...home, GIT_COMMIT: 'c0ffee', ...CACHES, ...env };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, ...command], { cwd: folder, env: clean, timeout: TIMEOUT_MS });
    const output: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output: Buffer.concat(output).toString('utf8') }));
  });
}
