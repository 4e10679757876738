import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { json } from '@dure/testing/cloud';
import { eventually } from '@dure/testing/eventually';
import { followGuide, readGuide } from '@dure/testing/guide';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { node, type Ran } from '../../create-service/test/run.ts';
import { copyWorkspace, markInstalled } from '../../create-service/test/workspace-copy.ts';

/*
 * A copy of the repository: the shop goes out, the service `invoices` comes in, and docs/your-own.md changes it. The
 * rest must work as before.
 */
const { root, remove } = copyWorkspace();
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const binary = (...path: string[]): string => join('node_modules', ...path);
const git = (...args: string[]): string => execFileSync('git', args, { cwd: root, encoding: 'utf8' });
const commit = (): void =>
  void git('-c', 'user.name=test', '-c', 'user.email=test@localhost', 'commit', '--quiet', '--message', 'Start');
const run = (command: string, ...args: string[]): Promise<Ran> => {
  markInstalled(root);
  return node(root, join('scripts', 'run.mjs'), command, ...args);
};
const succeeded = { code: 0 };
const { services, paths } = JSON.parse(read('packages/eject/shop.json')) as { services: string[]; paths: string[] };
let untouched: Ran;
let dirty: Ran;
let ejected: Ran;

afterAll(remove);

beforeAll(async () => {
  untouched = await run('eject');
  git('init', '--quiet');
  writeFileSync(join(root, '.git', 'info', 'exclude'), 'node_modules\n');
  git('add', '--all');
  commit();
  writeFileSync(join(root, 'README.md'), `${read('README.md')}\nMine.\n`);
  dirty = await run('eject');
  git('checkout', '--quiet', 'README.md');
  ejected = await run('eject');
  expect(ejected).toMatchObject(succeeded);
  expect(await run('new-service', 'invoices')).toMatchObject(succeeded);
  followGuide(root, readGuide(root, 'docs/your-own.md'));
  // The shop's contracts are gone, which the last commit still has.
  expect(await run('contracts', '--no-diff')).toMatchObject(succeeded);
}, 600_000);

describe('npm run eject', () => {
  it('refuses what git could not restore', () => {
    expect(untouched).toEqual({ code: 1, output: expect.stringContaining('This is not a git repository.') });
    expect(dirty).toEqual({ code: 1, output: expect.stringContaining('1 files are changed and not committed.') });
    expect(dirty.output).toContain('npm run eject -- --yes');
  });

  it('prints what it does, and ends with the next commands', () => {
    for (const path of paths) expect(ejected.output).toContain(`  ${path}\n`);
    expect(ejected.output).toMatch(/Next:\n {2}npm test\n {2}npm start\n {2}npm run new-service NAME\n/);
  });

  it('leaves the platform and one service', () => {
    expect(readdirSync(join(root, 'services')).sort()).toEqual([
      'README.md',
      'alerts',
      'control-plane',
      'example',
      'gateway',
      'identity',
      'invoices',
      'journal',
      'registry',
    ]);
    expect(paths.filter((path) => existsSync(join(root, path)))).toEqual([]);
  });

  it('leaves no import, no dependency and no registration of the shop', () => {
    const gone = services.map((name) => `@dure/(contracts/)?${name}\\b`).join('|');
    const found = git('ls-files', '--cached', '--others', '--exclude-standard', '*.ts', '*.mjs', '*.json', '*.yml')
      .split('\n')
      .filter((path) => path !== '' && existsSync(join(root, path)) && !isPlanted(path))
      .filter((path) => new RegExp(gone).test(read(path)));
    expect(found).toEqual([]);
    for (const name of services) expect(read('serverless-compose.yml')).not.toContain(`services/${name}\n`);
  });

  it('leaves only existing commands in its documents', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const documents = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)];
    const named = documents
      .filter((path) => path.endsWith('.md'))
      .flatMap((path) =>
        [...read(path).matchAll(/npm run (?:--silent )?([a-z][\w-]*(?::[\w-]+)?)/g)].map(([, name = '']) => name),
      );
    expect(named.length).toBeGreaterThan(10);
    expect([...new Set(named)].filter((name) => scripts[name] === undefined)).toEqual([]);
  });
});

type CloudProcess = typeof import('@dure/testing/local-cloud-process');
type TokensModule = typeof import('@dure/testing/tokens');

/** A module of the copy that works on the copy. */
const copied = (path: string): string => pathToFileURL(join(root, ...path.split('/'))).href;

/** Files that are new or not as in the repository. */
const changed = (): string[] =>
  [git('diff', '--name-only', '--diff-filter=d', 'HEAD'), git('ls-files', '--others', '--exclude-standard')]
    .flatMap((said) => said.split('\n'))
    .filter((path) => path !== '');

const ACCESS = 'packages/contracts/src/contracts/access.ts';
const scopesIn = (text: string): string[] => [...text.matchAll(/'[a-z]+:[a-z:]+'/g)].map(([scope]) => scope);

/**
 * The tests of services that eject may have broken: those of services that are new or lost a source, those that were
 * changed, and those that name a scope that is gone. The others and all they test are as they were, and their results
 * are those of the repository.
 */
function testsOfServices(): string[] {
  const touched = changed();
  const left = new Set(scopesIn(read(ACCESS)));
  const gone = scopesIn(git('show', `HEAD:${ACCESS}`)).filter((scope) => !left.has(scope));
  expect(gone).toContain("'orders:place'");
  const isNewOrCut = (path: string): boolean => {
    const [, service = ''] = path.split('/');
    return touched.some((it) => it.startsWith(`services/${service}/src/`));
  };
  return git('ls-files', '--cached', '--others', '--exclude-standard', 'services/*/test/*.test.ts')
    .split('\n')
    .filter((path) => path !== '' && existsSync(join(root, path)))
    .filter((path) => isNewOrCut(path) || touched.includes(path) || gone.some((scope) => read(path).includes(scope)));
}

/** Sources of tests that plant imports of services, which need not be there. */
const isPlanted = (path: string): boolean => path === 'packages/serverless-plugin/test/lint-boundaries.test.ts';

const UNTYPED = join('node_modules', 'eslint.untyped.mjs');
const UNTYPED_RULES = `import tseslint from 'typescript-eslint';
import rules from '../eslint.config.mjs';
export default [...rules, { ...tseslint.configs.disableTypeChecked, files: ['**/*.ts'] }];
`;

describe('what is left', () => {
  it('lints', async () => {
    // What is as it was is linted in the repository itself. Without the rules that read types, which take a minute: the
    // templates of services keep to them by create-service's tests, and what lost lines did before.
    writeFileSync(join(root, UNTYPED), UNTYPED_RULES);
    const ofLanguage = changed().filter((path) => /\.(ts|mjs)$/.test(path));
    const results = await Promise.all([
      node(
        root,
        binary('eslint', 'bin', 'eslint.js'),
        ...['--config', UNTYPED, '--max-warnings', '0', '--no-warn-ignored'],
        ...ofLanguage,
      ),
      node(
        root,
        ...[binary('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level', 'warn', '--ignore-unknown'],
        ...changed(),
      ),
      node(
        root,
        join('packages', 'conventions', 'src', 'cli.mjs'),
        'imports',
        'unused',
        'handlers',
        'links',
        'decisions',
      ),
    ]);
    expect(ofLanguage.length).toBeGreaterThan(20);
    expect(results).toEqual([
      { code: 0, output: '' },
      { code: 0, output: '' },
      { code: 0, output: expect.stringContaining('0 dead.') },
    ]);
  }, 600_000);

  it('type-checks', async () => {
    const result = await node(root, binary('typescript', 'bin', 'tsc'), '--noEmit', '-p', '.');
    expect(result).toEqual({ code: 0, output: '' });
  }, 600_000);

  it('passes its tests', async () => {
    const jest = ['--experimental-vm-modules', binary('jest', 'bin', 'jest.js')];
    const ofServices = testsOfServices();
    for (const service of ['example', 'gateway', 'invoices', 'journal']) {
      expect(ofServices).toContainEqual(expect.stringMatching(`^services/${service}/test/`));
    }
    const tests = [
      ...ofServices,
      'packages/contracts/test/(contracts|generated|mask|diff|readme)',
      'packages/conventions/test/(documents|translation)',
      'runbooks.test',
    ];
    const { code, output } = await node(root, ...jest, ...tests, '--selectProjects=unit');
    const failures = output.split('\n').filter((line) => /^(FAIL|\s+●)/.test(line));
    expect({ code, failures }).toEqual({ code: 0, failures: [] });
  }, 600_000);

  it('is packaged', async () => {
    const serverless = join(root, binary('serverless', 'bin', 'serverless.js'));
    const folder = join(root, 'services', 'example');
    expect(await node(folder, serverless, 'package', '--stage', 'dev')).toMatchObject(succeeded);
  }, 600_000);

  it('starts, and a new service consumes events of the example', async () => {
    const { startLocalCloud } = (await import(copied('packages/testing/src/local-cloud-process.ts'))) as CloudProcess;
    const { url, stop } = await startLocalCloud();
    try {
      const body = { label: 'Spring campaign', amount: { amount: 2580, currency: 'EUR' } };
      const tokens = (await import(copied('packages/testing/src/tokens.ts'))) as TokensModule;
      const token = await tokens.localTokens(url).get('operator');
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
      const entry = `${url}/example/local/v1/entries/A-1001`;
      expect(await json(entry, { method: 'PUT', headers, body: JSON.stringify(body) })).toMatchObject(body);
      await eventually(
        'The entry makes an invoice, and the journal has both events',
        async () => {
          expect(await json(`${url}/invoices/local/v1/invoices/A-1001`, { headers })).toMatchObject(body);
          const { items } = (await json(`${url}/journal/local/v1/events?subject=A-1001`, { headers })) as {
            items: { type: string }[];
          };
          expect(items.map(({ type }) => type).sort()).toEqual([
            'dure.example.EntryRecorded.v1',
            'dure.invoices.InvoiceRecorded.v1',
          ]);
          return true;
        },
        { within: 60_000 },
      );
    } finally {
      await stop();
    }
  }, 600_000);
});
