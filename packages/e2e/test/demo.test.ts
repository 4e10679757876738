import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';
import { cloudUnderTest } from '@dure/testing/connection';
import { fillShop } from '../src/demo/fill-shop.ts';
import { stories } from '../src/demo/stories.ts';

const cloud = cloudUnderTest();
const RUN = fileURLToPath(new URL('../../../scripts/run.mjs', import.meta.url));
const run = promisify(execFile);

it('the demo shows every ending, and the commands that it suggests work', async () => {
  const { stdout } = await run(process.execPath, [RUN, 'demo', '--url', cloud.url]);
  for (const { title, status, lastEvent } of stories) {
    const block = stdout.split('\n\n').find((part) => part.includes(`  ${title}\n`)) ?? '';
    expect(block).toMatch(new RegExp(`\\n {2}✓ ${status}`));
    expect(block).toMatch(new RegExp(`\\+\\d+\\.\\d\\d s {2}\\w+ +${lastEvent}`));
  }
  expect(stdout).not.toContain('✗');
  expect(stdout).not.toContain('\u001b');

  const urls = [...stdout.matchAll(/^ {2}curl .*"(http.+)"$/gm)].map(([, url]) => String(url));
  expect(urls.length).toBeGreaterThan(5);
  const headers = await cloud.headers('operator');
  const statuses = await Promise.all(urls.map(async (url) => (await fetch(url, { headers })).status));
  expect(statuses).toEqual(urls.map(() => 200));

  // The second run finds its products, and fills up their stock.
  expect(await fillShop(cloud)).toMatchObject({ added: 0 });
}, 400_000);

it('the demo explains what to do when nothing runs', async () => {
  const failed = run(process.execPath, [RUN, 'demo', '--url', 'http://127.0.0.1:9']);
  await expect(failed).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('npm start') });
});
