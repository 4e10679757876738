import { spawnSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { connect, json } from '@dure/testing/cloud';
import { eventually } from '@dure/testing/eventually';
import { blurred, exchanges, followGuide, readGuide } from '@dure/testing/guide';
import { recorded } from '@dure/testing/journal';
import { ended, orderFor, place, stockOne } from '@dure/testing/shop/shop';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { node, type Ran } from './run.ts';
import { copyWorkspace, freeNames, markInstalled, REPOSITORY } from './workspace-copy.ts';

/*
 * Two services in a copy of the repository: `gift-cards` gets one of each addition, and `loyalty` becomes what
 * docs/new-service.md makes of it.
 */
const { root, remove } = copyWorkspace();
const guide = readGuide(REPOSITORY, 'docs/new-service.md');
const { blocks, mentioned } = guide;
const SERVICES = ['gift-cards', 'loyalty'];
const FOLDERS = SERVICES.flatMap((name) => [`services/${name}`, `packages/contracts/src/contracts/${name}`]);
const made: Record<string, Ran> = {};
/** What `npm run new-service` starts, without the two processes before it. */
const newService = (...args: string[]) => node(root, join('packages', 'create-service', 'src', 'cli.ts'), ...args);
const run = (...command: string[]) => {
  markInstalled(root);
  return node(root, join('scripts', 'run.mjs'), ...command);
};
const ADDITIONS = [
  ['--endpoint', 'POST /v1/coupons'],
  ['--endpoint', 'GET /v1/coupons/{couponId}'],
  ['--endpoint', 'POST /v1/gift-cards/{giftCardId}/redemptions'],
  ['--endpoint', 'GET /v1/gift-cards/{giftCardId}/redemptions'],
  ['--endpoint', 'DELETE /v1/gift-cards/{giftCardId}/redemptions/{redemptionId}'],
  ['--event', 'gift-card-closed'],
  ['--consumes', 'orders.OrderCompleted'],
  ['--consumes', 'gift-cards.GiftCardClosed'],
];
/** What the guide types to add to its service. */
const typed = blocks
  .filter(({ language }) => language === 'sh')
  .flatMap(({ text }) => [...text.matchAll(/^npm run new-service (\S+) -- (--\S+) '?([^'\n]+)'?$/gm)])
  .map(([, ...args]) => args);
const binary = (...path: string[]) => join('node_modules', ...path);
const succeeded = { code: 0 };

afterAll(remove);

beforeAll(async () => {
  await freeNames(root, [...SERVICES, 'vouchers']);
  for (const name of SERVICES) {
    made[name] = await run('new-service', name);
    expect(made[name]).toMatchObject(succeeded);
  }
  followGuide(root, guide);
  for (const args of [...typed, ...ADDITIONS.map((addition) => ['gift-cards', ...addition])]) {
    expect(await newService(...args)).toMatchObject(succeeded);
  }
  expect(await run('contracts')).toMatchObject(succeeded);
}, 600_000);

describe('npm run new-service', () => {
  it('prints what the guide shows', () => {
    expect(made['loyalty']?.output).toBe(blocks.find(({ language }) => language === 'text')?.text);
  });

  it('registers the service where all are', () => {
    const read = (path: string) => readFileSync(join(root, path), 'utf8');
    for (const name of SERVICES) {
      expect(read('packages/contracts/src/contracts/all-contracts.ts')).toContain(`'./${name}/index.ts'`);
      expect(read('serverless-compose.yml')).toContain(`path: services/${name}\n    dependsOn: journal\n`);
      expect(read('README.md')).toContain(`[${name}](services/${name}/README.md)`);
      expect(read('README.ko.md')).toContain(`[${name}](services/${name}/README.md)`);
      expect(read('package-lock.json')).toContain(`"node_modules/@dure/${name}"`);
      expect(existsSync(join(root, 'packages', 'contracts', 'generated', 'openapi', `${name}.json`))).toBe(true);
    }
  });

  it('refuses a name that is taken, and changes nothing', async () => {
    const read = () => readFileSync(join(root, 'serverless-compose.yml'), 'utf8');
    const before = read();
    const { code, output } = await newService('loyalty');
    expect({ code, output }).toEqual({
      code: 1,
      output: 'There is services/loyalty already. Nothing was changed.\n',
    });
    expect(read()).toBe(before);
  });

  it('leaves nothing half made when a step fails', async () => {
    const orders = join(root, 'packages', 'contracts', 'src', 'contracts', 'orders', 'index.ts');
    const good = readFileSync(orders, 'utf8');
    writeFileSync(orders, `${good}\nthrow new Error('planted');\n`);
    const before = tree();
    const { code, output } = await newService('vouchers');
    expect({ code, output }).toMatchObject({ code: 1, output: expect.stringContaining('planted') });
    expect(output).toContain('Everything is as it was before.');
    expect(tree()).toEqual(before);
    writeFileSync(orders, good);
  });

  it('is followed by contracts whose breaks do not pass in silence', async () => {
    const git = (...args: string[]) =>
      spawnSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd: root });
    const contract = join(root, 'packages', 'contracts', 'src', 'contracts', 'loyalty', 'entry.ts');
    const good = readFileSync(contract, 'utf8');
    expect((await run('contracts')).output).toContain('Not compared');
    git('init', '--quiet');
    git('add', 'packages/contracts/generated');
    git('commit', '--quiet', '--message', 'Contracts');
    expect(await run('contracts')).toMatchObject(succeeded);
    writeFileSync(contract, good.replace('text(200)', 'text(300)'));
    const broken = await run('contracts');
    writeFileSync(contract, good);
    rmSync(join(root, '.git'), { recursive: true });
    expect(broken.output).toContain('BREAKING    loyalty/EntryRecorded.v1, label: maxLength is 300, not 200');
    expect(broken.output).toContain("export const EntryRecordedV2 = …('loyalty', 'EntryRecorded', 2, …);");
    expect(broken.code).toBe(1);
    expect(await run('contracts')).toMatchObject(succeeded);
  });

  it('adds what is there already a second time without changing anything', async () => {
    expect(typed).toHaveLength(2);
    const before = tree();
    for (const addition of ADDITIONS) {
      expect(await newService('gift-cards', ...addition)).toEqual({
        code: 0,
        output: 'All of it is there already. Nothing was changed.\n',
      });
    }
    expect(tree()).toEqual(before);
  });

  it('adds again what was lost of an addition', async () => {
    const path = join(root, 'services', 'gift-cards', 'src', 'http', 'index.ts');
    const good = readFileSync(path, 'utf8');
    const list = /,?\s*getCouponHandler/;
    writeFileSync(path, good.replace(/import \{ getCouponHandler.*\n/, '').replace(list, ''));
    expect(await newService('gift-cards', '--endpoint', 'GET /v1/coupons/{couponId}')).toMatchObject(succeeded);
    expect(readFileSync(path, 'utf8')).toContain("import { getCouponHandler } from './get-coupon.handler.ts';");
    expect(readFileSync(path, 'utf8')).toMatch(/api\(\{ table \}, \[[^\]]*getCouponHandler/);
  });

  it.each([
    [['vouchers', '--endpoint', 'POST /v1/coupons'], 'There is no services/vouchers. Make the service first'],
    [['catalog', '--endpoint', 'POST /v1/coupons'], 'catalog has no services/catalog/test/service.ts'],
    [['gift-cards', '--endpoint', 'GET /v1/gift-cards/{giftCardId}'], 'GetGiftCard answers GET'],
    [['gift-cards', '--endpoint', 'DELETE /v1/gift-cards/{giftCardId}'], 'gift cards are what gift-cards keeps by its'],
    [['gift-cards', '--endpoint', 'PUT /v1/coupons/{id}'], 'GetCoupon calls the parameter in its place {couponId}'],
    [['gift-cards', '--endpoint', 'GET /v1/shops/{shopId}/coupons'], 'coupons are known by couponId'],
    [['gift-cards', '--event', 'voucher-closed'], 'gift-card-closed, and not "voucher-closed"'],
    [['gift-cards', '--event', 'gift-card-recorded'], 'GiftCardRecorded is an event of gift-cards already'],
    [['gift-cards', '--consumes', 'inventory.ReserveStock'], 'ReserveStock is a command'],
    [['gift-cards', '--consumes', 'orders.OrderLost'], 'orders has no event OrderLost.v1. Its events: Order'],
    [['gift-cards', '--consumes', 'shop.OrderPlaced'], 'There is no service "shop" with contracts'],
    [['gift-cards', '--consumes', 'gift-cards.GiftCardRecorded'], 'gift-cards consumes GiftCardRecorded.v1 already'],
  ])('refuses %j', async (args, sentence) => {
    const before = tree();
    const { code, output } = await newService(...args);
    expect({ code, output }).toEqual({ code: 1, output: expect.stringContaining(sentence) });
    expect(tree()).toEqual(before);
  });

  it('prints what it would add', async () => {
    const before = tree();
    const { output } = await newService('gift-cards', '--event', 'gift-card-lost', '--dry-run');
    expect(output).toMatch(/^Would make:\n {2}packages\/contracts\/src\/contracts\/gift-cards\/gift-card-lost\.ts\n/);
    expect(tree()).toEqual(before);
  });

  it('prints its usage', async () => {
    const help = await run('new-service', '--help');
    expect(help).toMatchObject({ code: 0, output: expect.stringContaining('Usage: npm run new-service NAME') });
    const none = await run('new-service');
    expect(none).toMatchObject({ code: 1, output: expect.stringContaining('Give the service a name') });
  });
});

/** A digest of each file that the command may change, by its path. */
function tree(): Record<string, string> {
  const files = ['services', 'packages/contracts'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true }).map((entry) => [
      join(entry.parentPath, entry.name),
      entry.isFile(),
    ]),
  ) as [string, boolean][];
  for (const name of ['README.md', 'README.ko.md', 'serverless-compose.yml', 'package-lock.json']) {
    files.push([join(root, name), true]);
  }
  return Object.fromEntries(
    files.map(([path, isFile]) => [path, isFile ? hash('sha1', readFileSync(path)) : 'folder']),
  );
}

describe('what it makes', () => {
  // Only what was made is linted and type-checked, with what it imports.
  beforeAll(() => {
    renameSync(join(root, 'tsconfig.json'), join(root, 'tsconfig.whole.json'));
    const include = [...FOLDERS, 'packages/contracts/src/contracts/all-contracts.ts'];
    writeFileSync(join(root, 'tsconfig.json'), JSON.stringify({ extends: './tsconfig.whole.json', include }));
  });

  it('names no file in its guide that is not there', () => {
    const isThere = (path: string) => ['.', 'services/loyalty'].some((base) => existsSync(join(root, base, path)));
    expect(mentioned.length).toBeGreaterThan(20);
    expect(mentioned.filter((path) => !isThere(path))).toEqual([]);
  });

  it('lints and type-checks', async () => {
    const places = [...FOLDERS, 'packages/contracts/src/contracts/all-contracts.ts'];
    const prettier = [binary('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level', 'warn'];
    const results = await Promise.all([
      node(root, join('scripts', 'lib', 'eslint-and-types.mjs'), ...places),
      node(root, ...prettier, ...places, 'serverless-compose.yml'),
    ]);
    expect(results).toEqual([
      { code: 0, output: '' },
      { code: 0, output: '' },
    ]);
  });

  it('passes its tests, as many as the guide says', async () => {
    const results = join(root, 'node_modules', 'results.json');
    const result = await node(
      ...[root, '--experimental-vm-modules', binary('jest', 'bin', 'jest.js'), '--selectProjects=unit'],
      ...['--json', `--outputFile=${results}`, ...SERVICES.map((name) => `services/${name}`)],
      'packages/contracts/test/(contracts|generated)',
    );
    expect(result).toMatchObject(succeeded);
    const { testResults } = JSON.parse(readFileSync(results, 'utf8')) as JestResults;
    const ofLoyalty = testResults.filter(({ name }) => name.includes(join('services', 'loyalty')));
    const passed = ofLoyalty.flatMap(({ assertionResults }) => assertionResults).length;
    expect(blocks.map(({ text }) => text)).toContain(`${passed} passed, 0 failed\n`);
  });

  it('is packaged, with alarms', async () => {
    const serverless = join(root, binary('serverless', 'bin', 'serverless.js'));
    await Promise.all(
      SERVICES.map(async (name) => {
        const folder = join(root, 'services', name);
        expect(await node(folder, serverless, 'package', '--stage', 'dev')).toMatchObject(succeeded);
        const template = join(folder, '.serverless', 'cloudformation-template-update-stack.json');
        const { Resources } = JSON.parse(readFileSync(template, 'utf8')) as Template;
        const alarms = Object.values(Resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');
        const readme = readFileSync(join(folder, 'README.md'), 'utf8');
        expect(alarms).toHaveLength(16);
        for (const { Properties } of alarms) {
          expect(readme).toContain(`\`${String(Properties['AlarmName']).replace(`dure-dev-${name}-`, '')}\``);
        }
      }),
    );
  });

  it('passes the template check', async () => {
    writePlaceholders();
    const check = join('packages', 'template-check', 'src', 'cli.ts');
    const { code, output } = await node(root, check, '--services', SERVICES.join(','), '--stage', 'dev,prod');
    expect(output).toContain('4 templates');
    expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining(' 0 violations') });
  });

  it('runs: answers, publishes, and hears of an order', async () => {
    const { startLocalCloud } = await fromCopy<CloudProcess>('packages/testing/src/local-cloud-process.ts');
    const started = await startLocalCloud();
    try {
      const cloud = connect(started.url);
      await giftCardIsRecorded(started.url);
      for (const { url, init, answer } of exchanges(guide, started.url)) {
        const response = await fetch(url, { ...init, headers: { ...(await cloud.headers()), ...init?.headers } });
        expect(blurred(await response.json(), answer)).toEqual(answer);
      }
      const order = await place(cloud, orderFor([{ sku: (await stockOne(cloud, { onHand: 3 })).sku, quantity: 2 }]));
      const { status, customer } = await ended(cloud, order.orderId);
      expect(status).toBe('completed');
      await eventually(
        'The order reaches the service',
        async () => {
          const balance = await json(`${started.url}/loyalty/local/v1/balances/${customer.id}`, {
            headers: await cloud.headers(),
          });
          expect(balance).toMatchObject({ points: 25 });
          const events = await recorded(cloud, { subject: order.orderId });
          const told = events.map(({ type }) => type).filter((type) => type.startsWith('dure.loyalty.'));
          expect(told).toEqual(['dure.loyalty.EntryRecorded.v1']);
          return true;
        },
        { within: 60_000 },
      );
    } finally {
      await started.stop();
    }
  });
});

it('runs by itself with npx sls offline', async () => {
  const { startOffline } = await fromCopy<Offline>('packages/testing/src/offline-process.ts');
  const offline = await startOffline({ service: 'gift-cards', dataDir: join(root, '.local') });
  try {
    const body = { label: 'Birthday', amount: { amount: 5000, currency: 'EUR' } };
    const headers = { 'content-type': 'application/json', ...(await connect(offline.cloud).headers()) };
    const url = `${offline.url}/v1/gift-cards/B-1`;
    expect(await json(url, { method: 'PUT', headers, body: JSON.stringify(body) })).toMatchObject(body);
    const [event] = await eventually('The journal has the event', async () => {
      const events = await recorded(connect(offline.cloud), { subject: 'B-1' });
      return events.length > 0 ? events : undefined;
    });
    expect(event).toMatchObject({ type: 'dure.gift-cards.GiftCardRecorded.v1' });
  } finally {
    expect(await offline.interrupt()).toBe(0);
  }
});

async function giftCardIsRecorded(origin: string): Promise<void> {
  const cloud = connect(origin);
  const body = { label: 'Birthday', amount: { amount: 5000, currency: 'EUR' } };
  const url = cloud.urlOf('gift-cards', '/v1/gift-cards/B-1');
  const headers = { 'content-type': 'application/json', ...(await cloud.headers()) };
  expect(await json(url, { method: 'PUT', headers, body: JSON.stringify(body) })).toMatchObject(body);
  expect(await json(url, { headers })).toMatchObject(body);
  const [event] = await eventually(
    'The journal has the event',
    async () => {
      const events = await recorded(cloud, { subject: 'B-1' });
      return events.length > 0 ? events : undefined;
    },
    { within: 60_000 },
  );
  expect(event).toMatchObject({ type: 'dure.gift-cards.GiftCardRecorded.v1', sequence: 1, data: body });
  await eventually('Its own event makes the list of changes', async () => {
    const { items } = (await json(`${url}/changes`, { headers })) as { items: unknown[] };
    expect(items).toMatchObject([{ sequence: 1, ...body }]);
    return true;
  });
}

/** Archives with nothing in them, of the services that are not judged and whose templates need any. */
function writePlaceholders(): void {
  for (const name of readdirSync(join(root, 'services')).filter((it) => !SERVICES.includes(it))) {
    const folder = join(root, 'services', name);
    if (!existsSync(join(folder, 'serverless.yml'))) continue;
    const { functions } = parse(readFileSync(join(folder, 'serverless.yml'), 'utf8'), { logLevel: 'error' }) as Yaml;
    mkdirSync(join(folder, '.serverless'), { recursive: true });
    const archives = [...Object.keys(functions), 'authorizer'];
    for (const it of archives) writeFileSync(join(folder, '.serverless', `${it}.zip`), '');
  }
}

type CloudProcess = typeof import('@dure/testing/local-cloud-process');
type Offline = typeof import('@dure/testing/offline-process');

/** A module of the copy, which works on the copy. */
const fromCopy = async <Module>(path: string): Promise<Module> =>
  (await import(pathToFileURL(join(root, ...path.split('/'))).href)) as Module;

interface Yaml {
  readonly functions: Readonly<Record<string, unknown>>;
}

interface JestResults {
  readonly testResults: readonly { readonly name: string; readonly assertionResults: readonly unknown[] }[];
}

interface Template {
  readonly Resources: Record<string, { readonly Type: string; readonly Properties: Record<string, unknown> }>;
}
