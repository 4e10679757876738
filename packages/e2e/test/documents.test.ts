import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { isRunAgainstCloud } from '@dure/conventions/check-blocks';
import { codeBlocks, markdownFiles } from '@dure/conventions/markdown';
import { type LocalCloudProcess, startLocalCloud } from '@dure/testing/local-cloud-process';
// shop
import { connect } from '@dure/testing/cloud';
import { ended, orderFor, place } from '@dure/testing/shop/shop';
import { fillShop } from '../src/demo/fill-shop.ts';
// /shop

const ROOT = join(import.meta.dirname, '..', '..', '..');
/** A request that is refused fails the block; the system is where the test started it. */
const CURL = 'curl() { command curl --silent --show-error --fail-with-body "$@"; }';
const run = promisify(execFile);

const blocks = markdownFiles(ROOT).flatMap((file) =>
  codeBlocks(file, readFileSync(join(ROOT, file), 'utf8')).filter(isRunAgainstCloud),
);
let cloud: LocalCloudProcess;
/** Variables that the documents use. */
const variables: Record<string, string> = {};

// A separate cloud, because a document shows how faults are injected.
beforeAll(async () => {
  cloud = await startLocalCloud();
  // shop
  const connected = connect(cloud.url);
  await fillShop(connected);
  const { orderId } = await place(connected, orderFor([{ sku: 'MUG-BLUE', quantity: 1 }]));
  await ended(connected, orderId);
  variables['ORDER_ID'] = orderId;
  // /shop
});
afterAll(() => cloud.stop());

/** Runs the commands of a block as a reader types them after `npm start` and `npm run demo`. */
function type(text: string) {
  const here = text
    .replaceAll('localhost:4000', new URL(cloud.url).host)
    .replaceAll('npm run --silent token --', `node packages/deploy/src/token.ts --data ${cloud.dataDir}`);
  const script = `${CURL}\n${here}`;
  const env = { PATH: process.env['PATH'], ...variables };
  return run('bash', ['-euo', 'pipefail', '-c', script], { env, cwd: ROOT });
}

it('what the documents say to type works', async () => {
  expect(blocks.length).toBeGreaterThan(0);
  for (const { file, line, text } of blocks) {
    await type(text).catch((error: { stdout: string; stderr: string }) => {
      throw new Error(`${file}:${line}: ${error.stderr}${error.stdout}`);
    });
  }
});

it('a request that is refused is found', async () => {
  await expect(type('curl localhost:4000/journal/local/v1/nowhere\n')).rejects.toMatchObject({ code: 22 });
});
