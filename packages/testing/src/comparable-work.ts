import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ENVIRONMENT } from '../../../scripts/lib/local-cloud-node.mjs';

/** As many processes at once as the start keeps cores busy. */
const PROCESSES = 2;
/** A process that imports, has esbuild bundle, and writes. It uses no code of this repository. */
const WORK = `
  import 'playwright-core';
  import { build } from 'esbuild';
  const clients = ['client-dynamodb', 'client-eventbridge', 'client-sqs', 'client-ssm', 'lib-dynamodb'];
  await Promise.all(clients.map((name) => build({
    stdin: { contents: \`export * from '@aws-sdk/\${name}'\`, resolveDir: process.cwd() },
    outfile: \`\${process.env.WORK_FOLDER}/\${name}.js\`,
    ...{ bundle: true, platform: 'node', mainFields: ['module', 'main'], minify: true, sourcemap: true },
  })));
`;

/**
 * Milliseconds that work of the kind of a local cloud's start takes on this machine now: processes that are started,
 * imports, bundles and files, on two cores. Code of this repository takes no part: what it does needlessly is not in it.
 * Take the best of a few, before and between what is compared with it.
 * @throws Error when a process fails
 * @example
 * const factor = Math.max(1, (await comparableWork()) / REFERENCE_MS);
 */
export async function comparableWork(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'dure-work-'));
  const startedAt = performance.now();
  try {
    await Promise.all(Array.from({ length: PROCESSES }, (_, index) => work(join(folder, String(index)))));
    return performance.now() - startedAt;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function work(folder: string): Promise<void> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', WORK], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...ENVIRONMENT, NODE_OPTIONS: '', WORK_FOLDER: folder },
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`The work to compare with ended with ${code}.`);
}
