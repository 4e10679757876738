import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { CACHES } from '../../../scripts/lib/local-cloud-node.mjs';
import { startAws } from './aws.ts';
import { UNVALIDATED, workspace } from './workspace.ts';

const CLI = join(import.meta.dirname, '..', 'src', 'cli.ts');
const TURN = pathToFileURL(createRequire(import.meta.url).resolve('@dure/serverless-plugin/turn')).href;
const TEST_MS = 300_000;
/** Each test has its own home directory, with the same compiled schema of the Serverless CLI. */
const schemas = await workspace({});

/** A stand-in for AWS in a service's deployment. The CLI, its output and its exit code are real. */
const BEHAVIOUR = `
const { appendFileSync, writeFileSync } = require('node:fs');
module.exports = class {
  constructor(serverless) {
    const { service, custom } = serverless.service;
    ${UNVALIDATED}
    const note = (what) => appendFileSync('../../log', what + service + '\\n');
    this.hooks = {
      initialize: () => {
        if (serverless.processedInput.commands[0] === 'package') process.exit(0);
        note(serverless.processedInput.commands[0] + ' ');
        writeFileSync('asks', process.env.SLS_AWS_MONITORING_FREQUENCY);
        if (custom.does === 'fail') throw new serverless.classes.Error('No room for ' + service, 'TEST');
        if (custom.does === 'miss')
          throw new serverless.classes.Error('Resource ApiGatewayRestApi does not exist for stack ' + service, 'TEST');
        if (custom.does === 'hang') return new Promise(() => {
          writeFileSync('../../pid', String(process.pid));
          setInterval(() => {}, 1000);
        });
        note('through ');
        process.exit(0);
      },
    };
  }
};
`;

/** Packages at once and deploys in its turn, by the plugin's own protocol. */
const TAKING_TURNS = `
const { appendFileSync } = require('node:fs');
module.exports = class {
  constructor(serverless) {
    const { service, custom } = serverless.service;
    ${UNVALIDATED}
    const note = (what) => appendFileSync('../../log', what + service + '\\n');
    this.hooks = {
      initialize: async () => {
        if (serverless.processedInput.commands[0] === 'package') process.exit(0);
        const { waitForTurn } = await import(${JSON.stringify(TURN)});
        note('package ');
        await waitForTurn();
        note('deploy ');
        if (custom.does === 'fail') throw new serverless.classes.Error('No room for ' + service, 'TEST');
        note('through ');
        process.exit(0);
      },
    };
  }
};
`;

type Does = 'pass' | 'fail' | 'hang' | 'miss';

/** journal, then orders and catalog, and one without dependencies. */
function shop(
  does: Partial<Record<'journal' | 'orders' | 'catalog' | 'apart', Does>> = {},
  plugin = './behaviour.cjs',
): Promise<string> {
  const after = { orders: 'journal', catalog: 'journal' };
  const names = ['orders', 'catalog', 'journal', 'apart'] as const;
  const compose = names.map(
    (name) => `  ${name}:\n    path: services/${name}\n${name in after ? '    dependsOn: journal\n' : ''}`,
  );
  const files = names.flatMap((name) => [
    [
      `services/${name}/serverless.yml`,
      `service: ${name}\nprovider: { name: aws }\nplugins: ['${plugin}']\ncustom: { does: ${does[name] ?? 'pass'} }\n`,
    ],
    [`services/${name}/behaviour.cjs`, BEHAVIOUR],
  ]);
  return workspace({
    'serverless-compose.yml': `services:\n${compose.join('')}`,
    'node_modules/@dure/serverless-plugin/index.js': TAKING_TURNS,
    ...Object.fromEntries(files),
  });
}

function start(root: string, args: readonly string[], env: Readonly<Record<string, string>>) {
  const clean = { PATH: process.env['PATH'] ?? '', HOME: root, USERPROFILE: root, AWS_EC2_METADATA_DISABLED: 'true' };
  const caches = { ...CACHES, SLS_SCHEMA_CACHE_BASE_DIR: schemas };
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: root,
    env: { ...clean, ...caches, ...env },
    stdio: 'pipe',
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (text: Buffer) => (output.stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => (output.stderr += text.toString()));
  return { child, ended: once(child, 'close').then(([code]) => ({ code: Number(code), ...output })) };
}

const run = (root: string, args: readonly string[], env: Readonly<Record<string, string>>) =>
  start(root, args, env).ended;

const logOf = (root: string) => readFileSync(join(root, 'log'), 'utf8').trim().split('\n');

describe('npm run deploy', () => {
  it(
    'deploys in order and ends with the URLs and the next commands',
    async () => {
      const [root, { ssm, env }] = await Promise.all([shop(), startAws()]);
      ssm.put('/dure/dev/orders/url', 'https://abc.execute-api.eu-west-1.amazonaws.com/dev');
      const { code, stdout } = await run(root, ['deploy', '--region', 'eu-west-1'], env);
      expect({ code, stdout }).toMatchObject({ code: 0 });
      const log = logOf(root);
      expect(log).toHaveLength(8);
      for (const name of ['orders', 'catalog']) {
        expect(log.indexOf(`deploy ${name}`)).toBeGreaterThan(log.indexOf('through journal'));
      }
      expect(stdout).toContain('Deploying 4 services to the stage dev in eu-west-1\n');
      expect(stdout).toMatch(
        /^ {2}orders +done after [\d.]+ s {2,}https:\/\/abc\.execute-api\.eu-west-1\.amazonaws\.com\/dev$/m,
      );
      expect(stdout).toContain('curl https://abc.execute-api.eu-west-1.amazonaws.com/dev/v1/health');
      expect(stdout).not.toContain('\u001b');
    },
    TEST_MS,
  );

  it(
    'packages ahead, and deploys only what has its dependencies',
    async () => {
      const [root, { env }] = await Promise.all([shop({}, '@dure/serverless-plugin'), startAws()]);
      const { code, stdout } = await run(root, ['deploy', '--limit', '2'], env);
      expect({ code, stdout }).toMatchObject({ code: 0 });
      const log = logOf(root);
      expect(log).toHaveLength(12);
      for (const name of ['orders', 'catalog']) {
        expect(log.indexOf(`deploy ${name}`)).toBeGreaterThan(log.indexOf('through journal'));
      }
    },
    TEST_MS,
  );

  it(
    'ends what was packaged ahead of a failure, and leaves no process',
    async () => {
      const [root, { env }] = await Promise.all([shop({ journal: 'fail' }, '@dure/serverless-plugin'), startAws()]);
      const { code, stdout } = await run(root, ['deploy'], env);
      expect(code).toBe(1);
      const log = logOf(root);
      expect(log.filter((line) => /^(deploy|through)/.test(line)).sort()).toEqual([
        'deploy apart',
        'deploy journal',
        'through apart',
      ]);
      expect(stdout).toContain('- orders   skipped: journal did not succeed');
      expect(stdout).toContain('- catalog  skipped: journal did not succeed');
      expect(stdout).not.toContain('orders failed');
    },
    TEST_MS,
  );

  it(
    'skips dependants of a failure, lets the others finish, and says what to do',
    async () => {
      const [root, { env }] = await Promise.all([shop({ journal: 'fail' }), startAws()]);
      const { code, stdout } = await run(root, ['deploy', '--stage', 'staging'], env);
      expect(code).toBe(1);
      expect(logOf(root).sort()).toEqual(['deploy apart', 'deploy journal', 'through apart']);
      expect(stdout).toContain('- orders   skipped: journal did not succeed');
      expect(stdout).toMatch(
        /journal failed:\n {2}Error:\n {2}No room for journal\n {2}→ Try it alone: cd services\/journal && npx serverless deploy --stage staging --verbose/,
      );
      expect(readFileSync(join(root, '.local', 'deploy', 'deploy-staging-journal.log'), 'utf8')).toContain(
        'No room for',
      );
    },
    TEST_MS,
  );

  it(
    'deploys only named services, with JSON output too',
    async () => {
      const httpApiUrl = 'https://http.example';
      const [root, { ssm, env }] = await Promise.all([
        shop(),
        startAws({ 'orders-dev': { status: 'CREATE_COMPLETE', httpApiUrl } }),
      ]);
      ssm.put('/dure/dev/orders/url', 'https://abc/dev');
      const { code, stdout } = await run(root, ['deploy', '--services', 'orders', '--json'], env);
      expect(code).toBe(0);
      expect(logOf(root)).toEqual(['deploy orders', 'through orders']);
      const { services } = JSON.parse(stdout) as { services: unknown };
      expect(services).toEqual([
        { service: 'orders', state: { is: 'done', seconds: expect.any(Number) }, url: 'https://abc/dev', httpApiUrl },
      ]);
      const shown = await run(root, ['deploy', '--services', 'orders'], env);
      expect(shown.stdout).toContain('Deploying 1 service to the stage dev in us-east-1\n');
      expect(shown.stdout).toMatch(
        /^ {2}orders +done after [\d.]+ s +https:\/\/abc\/dev\n +https:\/\/http\.example {2}\(HTTP API\)$/m,
      );
    },
    TEST_MS,
  );

  it.each<[string, string, Readonly<Record<string, string>>]>([
    ['2000', 'on AWS', {}],
    ['100', 'elsewhere', { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' }],
    ['750', 'where the caller says so', { SLS_AWS_MONITORING_FREQUENCY: '750' }],
  ])(
    'asks for the state of a stack every %s ms %s',
    async (milliseconds, _, more) => {
      const [root, { env }] = await Promise.all([shop(), startAws()]);
      const { code } = await run(root, ['deploy', '--services', 'apart'], { ...env, ...more });
      expect(code).toBe(0);
      expect(readFileSync(join(root, 'services', 'apart', 'asks'), 'utf8')).toBe(milliseconds);
    },
    TEST_MS,
  );

  it(
    'stops in order, and prints the state of each service',
    async () => {
      const [root, { env }] = await Promise.all([
        shop({ journal: 'hang' }),
        startAws({ 'journal-dev': 'UPDATE_IN_PROGRESS' }),
      ]);
      const { child, ended } = start(root, ['deploy'], env);
      await until(() => existsSync(join(root, 'pid')) && logOf(root).includes('through apart'), child);
      child.kill('SIGINT');
      child.kill('SIGINT');
      const { code, stdout } = await ended;
      expect(code).toBe(130);
      expect(stdout).toContain(
        '  journal: stopped while its stack is UPDATE_IN_PROGRESS, which goes on: aws cloudformation',
      );
      expect(stdout).toContain('  orders: not begun\n');
      expect(stdout).toContain('  apart: through\n');
      const pid = Number(readFileSync(join(root, 'pid'), 'utf8'));
      expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    },
    TEST_MS,
  );

  it(
    'reports missing credentials in one sentence before it begins',
    async () => {
      const root = await shop();
      const { code, stderr, stdout } = await run(root, ['deploy'], {});
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(
        /^There are no AWS credentials: sign in \(aws sso login, then AWS_PROFILE=…\), or set AWS_ACCESS_KEY_ID/,
      );
      expect(existsSync(join(root, 'log'))).toBe(false);
    },
    TEST_MS,
  );
});

describe('npm run remove', () => {
  it(
    'does nothing without --yes, and then removes dependants first',
    async () => {
      const [root, { env }] = await Promise.all([shop(), startAws(stacksOf('prod'))]);
      const asked = await run(root, ['remove', '--stage', 'prod'], env);
      expect(asked.code).toBe(1);
      expect(asked.stdout).toContain('This removes orders, catalog, journal, apart from the stage prod in us-east-1.');
      expect(asked.stdout).toContain('Their tables, archives and keys stay');
      expect(existsSync(join(root, 'log'))).toBe(false);

      const { code } = await run(root, ['remove', '--stage', 'prod', '--yes'], env);
      expect(code).toBe(0);
      const log = logOf(root);
      expect(log.indexOf('remove journal')).toBeGreaterThan(
        Math.max(...['orders', 'catalog'].map((name) => log.indexOf(`through ${name}`))),
      );
    },
    TEST_MS,
  );

  it(
    'keeps a service while deployed services depend on it',
    async () => {
      const [root, { ssm, env }] = await Promise.all([shop(), startAws(stacksOf('dev'))]);
      ssm.put('/dure/dev/catalog/url', 'https://abc/dev');
      const { code, stderr } = await run(root, ['remove', '--services', 'journal', '--yes'], env);
      expect(code).toBe(1);
      expect(stderr).toContain('journal cannot be removed while catalog is deployed in dev, which depends on it');
      const other = await run(root, ['remove', '--services', 'catalog', '--yes'], env);
      expect(other.code).toBe(0);
      expect(logOf(root)).toEqual(['remove catalog', 'through catalog']);
    },
    TEST_MS,
  );

  it(
    'says which services have no stack, and removes the others',
    async () => {
      const [root, { env }] = await Promise.all([shop(), startAws({ 'journal-dev': 'CREATE_COMPLETE' })]);
      const { code, stdout } = await run(root, ['remove', '--yes'], env);
      expect({ code, stdout }).toMatchObject({ code: 0 });
      expect(stdout).toContain('No stack on the stage dev, so nothing to remove: orders, catalog, apart\n');
      expect(logOf(root)).toEqual(['remove journal', 'through journal']);
      const nothing = await run(root, ['remove', '--services', 'apart', '--json'], env);
      expect({ ...nothing, stdout: JSON.parse(nothing.stdout) as unknown }).toMatchObject({
        code: 0,
        stdout: { services: { apart: { is: 'skipped', because: 'it has no stack on this stage' } } },
      });
    },
    TEST_MS,
  );

  it(
    'names buckets that are not empty before it removes anything',
    async () => {
      const buckets = {
        ServerlessDeploymentBucket: 'archives',
        Files: 'files',
        Old: 'old',
        Kept: 'kept',
        Gone: 'gone',
      };
      const template = { Resources: { Kept: { DeletionPolicy: 'Retain' } } };
      const [root, { env }] = await Promise.all([
        shop(),
        startAws(
          { 'journal-dev': 'CREATE_COMPLETE', 'apart-dev': { status: 'DELETE_FAILED', buckets, template } },
          { archives: ['a.zip'], files: ['claims/1.csv'], old: ['report@1', 'report@2'], kept: ['x'] },
        ),
      ]);
      for (const yes of [[], ['--yes']]) {
        const { code, stderr } = await run(root, ['remove', ...yes], env);
        expect(code).toBe(1);
        expect(stderr.split('\n').slice(1)).toEqual([
          '  apart: aws s3 rm s3://files --recursive',
          expect.stringMatching(/^ {2}apart: aws s3api delete-objects --bucket old /),
          '',
        ]);
      }
      expect(existsSync(join(root, 'log'))).toBe(false);
    },
    TEST_MS,
  );

  it(
    'completes a removal that failed, without the REST API',
    async () => {
      const objects = { archives: ['a.zip'] };
      const buckets = { ServerlessDeploymentBucket: 'archives' };
      const [root, { env, stacks }] = await Promise.all([
        shop({ apart: 'miss', journal: 'miss' }),
        startAws(
          {
            'apart-dev': { status: 'DELETE_FAILED', buckets },
            'journal-dev': { status: 'DELETE_FAILED', stays: 'The bucket you tried to delete is not empty' },
          },
          objects,
        ),
      ]);
      const { code, stdout } = await run(root, ['remove', '--yes'], env);
      expect(code).toBe(1);
      expect(stdout).toMatch(/^✓ apart +done/m);
      expect(stdout).toContain('DELETE_FAILED: Files (AWS::S3::Bucket)\n  The bucket you tried to delete');
      expect(stdout).toContain('→ Run the same command again: it names the bucket');
      expect(objects).toEqual({ archives: [] });
      expect([...stacks.keys()]).toEqual(['journal-dev']);
    },
    TEST_MS,
  );
});

const stacksOf = (stage: string) =>
  Object.fromEntries(['orders', 'catalog', 'journal', 'apart'].map((name) => [`${name}-${stage}`, 'CREATE_COMPLETE']));

async function until(condition: () => boolean, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + TEST_MS / 2;
  while (!condition()) {
    if (Date.now() > deadline || child.exitCode !== null) throw new Error('It did not get there.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
