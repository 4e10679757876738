import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';
import { cloudUnderTest } from '@dure/testing/connection';
import { unique } from '@dure/testing/shop/shop';

const GUIDE = join(import.meta.dirname, '..', '..', '..', 'docs', 'deploy.md');
const cloud = cloudUnderTest();

it('the order that docs/deploy.md places manually completes', async () => {
  const [, block = ''] = /<!-- run by [^>]*-->\s*```sh\n([^`]*)```/.exec(await readFile(GUIDE, 'utf8')) ?? [];
  // A product and a key of this run's own, so that it does not repeat an earlier one.
  const script = block.replaceAll('MUG-GUIDE', unique('MUG')).replaceAll('guide-1', unique('guide'));
  expect(script).not.toBe(block);
  const base = (service: string) => cloud.urlOf(service, '');
  const [MERCHANDISER = '', OPERATOR = ''] = await Promise.all(
    (['merchandiser', 'operator'] as const).map(async (role) =>
      (await cloud.headers(role))['authorization']?.slice('Bearer '.length),
    ),
  );
  const { stdout } = await promisify(execFile)('bash', ['-euc', script], {
    env: {
      PATH: process.env['PATH'],
      ...{ CATALOG: base('catalog'), INVENTORY: base('inventory'), ORDERS: base('orders'), KEY: 'none' },
      ...{ MERCHANDISER, OPERATOR },
    },
  });
  const answers = stdout.split(/(?<=\})(?=\{)/).map((text) => JSON.parse(text) as Record<string, unknown>);
  expect(answers).toMatchObject([{ version: 1 }, { onHand: 50 }, { status: 'completed', total: { amount: 2580 } }]);
});
