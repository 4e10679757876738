import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '@dure/release-gate/manifest';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { CACHES } from '../../../scripts/lib/local-cloud-node.mjs';
import { type FakeRegistry, startRegistry, type Trouble } from '../../release-gate/test/fake-registry.ts';
import { beds, seeds } from '../../release-gate/test/seeds.ts';
import { startAws } from './aws.ts';
import { UNVALIDATED, workspace } from './workspace.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const CLI = join(ROOT, 'packages', 'deploy', 'src', 'cli.ts');
const TEST_MS = 300_000;
const schemas = await workspace({});

/** Packages the manifest beside it; deploys nothing, or fails. */
const PLUGIN = `
const { appendFileSync, copyFileSync, mkdirSync, writeFileSync } = require('node:fs');
module.exports = class {
  constructor(serverless) {
    const { service, custom } = serverless.service;
    const [command] = serverless.processedInput.commands;
    ${UNVALIDATED}
    this.hooks = {
      initialize: () => {
        mkdirSync('.serverless', { recursive: true });
        if (command === 'package') {
          copyFileSync('manifest.json', '.serverless/manifest.json');
          const Resources = { ArtefactsParameter: { Properties: { Value: service } } };
          writeFileSync('.serverless/cloudformation-template-update-stack.json', JSON.stringify({ Resources }));
        }
        else appendFileSync('../../log', [command, service, process.env.DURE_LABEL ?? 'none'].join(' ') + '\\n');
        if (command === 'deploy' && custom.fails) throw new serverless.classes.Error('No room', 'TEST');
        process.exit(0);
      },
    };
  }
};
`;

let registry: FakeRegistry;
beforeEach(async () => {
  registry = await startRegistry();
});
afterEach(() => registry.stop());

/** Services in one folder each, with the manifest that packaging makes. */
function shop(manifests: readonly Manifest[], fails: readonly string[] = []): Promise<string> {
  const names = manifests.map(({ service }) => service);
  const files = manifests.flatMap((manifest) => {
    const folder = `services/${manifest.service}`;
    const custom = `custom: { fails: ${fails.includes(manifest.service)} }`;
    return [
      [
        `${folder}/serverless.yml`,
        `service: ${manifest.service}\nprovider: { name: aws }\nplugins: ['./plugin.cjs']\n${custom}\n`,
      ],
      [`${folder}/plugin.cjs`, PLUGIN],
      [`${folder}/manifest.json`, JSON.stringify(manifest)],
    ];
  });
  const compose = names.map((name) => `  ${name}:\n    path: services/${name}\n`).join('');
  return workspace({ 'serverless-compose.yml': `services:\n${compose}`, ...Object.fromEntries(files) });
}

async function run(root: string, ...args: string[]) {
  const { ssm, env } = await startAws();
  ssm.put('/dure/dev/registry/url', registry.url);
  ssm.put('/dure/dev/seeds/url', 'https://seeds.example.com/dev');
  const clean = { PATH: process.env['PATH'] ?? '', HOME: root, USERPROFILE: root, AWS_EC2_METADATA_DISABLED: 'true' };
  const caches = { ...CACHES, SLS_SCHEMA_CACHE_BASE_DIR: schemas };
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: root,
    env: { ...clean, ...caches, ...env, DURE_API_KEY: 'key' },
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (text: Buffer) => (output.stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => (output.stderr += text.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, ...output };
}

const logOf = (root: string) =>
  existsSync(join(root, 'log')) ? readFileSync(join(root, 'log'), 'utf8').trim().split('\n') : [];

/** Where a person and a pipeline ask. */
const [can, deploy] = [
  ['can-deploy', '--deadline', '20'],
  ['deploy', '--deadline', '20'],
];
const workflow = parse(readFileSync(join(ROOT, '.github', 'workflows', 'deploy-stage.yml'), 'utf8')) as {
  jobs: { deploy: { steps: { run?: string }[] } };
};
/** The deploying line of the workflow that brings each stage up to date: staging and production. */
const pipeline = workflow.jobs.deploy.steps
  .flatMap(({ run: line }) => /^npm run deploy -- (.*)$/.exec(line ?? '')?.[1] ?? [])
  .map((line) => ['deploy', ...line.replace('"$STAGE"', 'dev').split(' ')]);

describe('a break', () => {
  beforeEach(() => {
    registry.runs(seeds('sort', 'depth'));
    registry.runs(beds('depth'));
  });

  it(
    'is refused by can-deploy, deploy and the pipelines in the same words, and nothing is changed',
    async () => {
      expect(pipeline).toHaveLength(1);
      const root = await shop([seeds('sort')]);
      const said: string[] = [];
      for (const args of [can, deploy, pipeline[0]!]) {
        const { code, stdout } = await run(root, ...args);
        expect({ args, code, stdout }).toMatchObject({ code: 1 });
        said.push(stdout.slice(stdout.indexOf('✗ May not')).trim());
      }
      expect(new Set(said).size).toBe(1);
      expect(said[0]).toMatch(/beds v1_20260101-1 +Team Beds +seeds\/SeedSown@1 +depth\n {4}depth is gone/);
      expect(logOf(root)).toEqual([]);
      expect(registry.recorded).toEqual([]);
    },
    TEST_MS,
  );

  it(
    'is JSON for a program',
    async () => {
      const { code, stdout } = await run(await shop([seeds('sort')]), ...can, '--json', 'seeds');
      expect(code).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject({
        ...{ answer: 'no', stage: 'dev', releases: [{ service: 'seeds', label: 'v1_20260101-2' }] },
        blockers: [{ contract: 'seeds/SeedSown@1', at: 'depth', consumer: { service: 'beds', owner: 'Team Beds' } }],
      });
    },
    TEST_MS,
  );

  it(
    'passes by an override, which is printed',
    async () => {
      registry.override = true;
      const root = await shop([seeds('sort')]);
      const { code, stdout } = await run(root, ...deploy);
      expect({ code, stdout }).toMatchObject({ code: 0 });
      expect(stdout).toContain('overridden by Team Seeds until 2026-01-05T09:30:00.000Z (It is agreed.)');
      expect(logOf(root)).toEqual(['deploy seeds v1_20260101-2']);
    },
    TEST_MS,
  );
});

it(
  'what breaks nobody is deployed with its label, and recorded',
  async () => {
    registry.runs(seeds('depth'));
    const root = await shop([seeds('sort', 'depth'), beds('depth')], ['beds']);
    const { code, stdout } = await run(root, ...deploy);
    expect({ code, stdout }).toMatchObject({ code: 1 });
    expect(stdout).toContain('✓ May be deployed to dev (seeds v1_20260101-2, beds v1_20260101-1)');
    expect(logOf(root)).toEqual(['deploy seeds v1_20260101-2', 'deploy beds v1_20260101-1']);
    expect(registry.recorded).toEqual([
      'candidate seeds v1_20260101-2',
      'candidate beds v1_20260101-1',
      'live seeds v1_20260101-2',
      'removed beds v1_20260101-1',
    ]);
  },
  TEST_MS,
);

// What the gate says to each trouble, release-gate's own tests show; here is what the two commands make of it.
it.each<[Trouble | 'down', readonly string[]]>([
  ['slow', ['can-deploy', '--deadline', '0.5']],
  ['slow', ['deploy', '--deadline', '0.5']],
  ['rubbish', can],
  ['empty', deploy],
  ['failing', can],
  ['down', deploy],
])(
  'a registry that is %s makes it unknown: %j exits with 2 and changes nothing',
  async (trouble, args) => {
    if (trouble === 'down') await registry.stop();
    else registry.trouble = trouble;
    const root = await shop([seeds('sort')]);
    const { code, stdout } = await run(root, ...args);
    expect({ code, stdout }).toMatchObject({ code: 2 });
    expect(stdout).toContain('? Unknown whether it may be deployed to dev, so nothing is');
    expect(logOf(root)).toEqual([]);
  },
  TEST_MS,
);

it(
  'a removal is recorded',
  async () => {
    registry.runs(seeds('sort'));
    const { code } = await remove();
    expect(code).toBe(0);
    expect(registry.recorded).toEqual(['removed seeds v1_20260101-1']);
  },
  TEST_MS,
);

it(
  'a removal is refused while somebody who stays requires the service, and when nothing is known',
  async () => {
    registry.runs(seeds('sort'));
    registry.runs(beds('sort'));
    const refused = await remove();
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stdout).toContain('✗ May not be removed from dev (seeds)');
    expect(refused.stdout).toMatch(/beds v1_20260101-1 +Team Beds +seeds\/SeedSown@1/);
    registry.trouble = 'failing';
    expect(await remove()).toMatchObject({ code: 2 });
    registry.trouble = undefined;
    registry.override = true;
    expect(await remove()).toMatchObject({ code: 0 });
    expect(registry.recorded).toEqual(['removed seeds v1_20260101-1']);
  },
  TEST_MS,
);

async function remove() {
  const root = await shop([seeds('sort')]);
  const { ssm, env } = await startAws({ 'seeds-dev': 'CREATE_COMPLETE' });
  ssm.put('/dure/dev/registry/url', registry.url);
  const child = spawn(process.execPath, [CLI, 'remove', '--yes'], {
    cwd: root,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: root,
      ...CACHES,
      ...env,
      DURE_API_KEY: 'key',
      SLS_SCHEMA_CACHE_BASE_DIR: schemas,
    },
  });
  let stdout = '';
  child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, stdout };
}
