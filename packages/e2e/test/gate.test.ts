import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetParametersCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { hashOf } from '@dure/compatibility';
import {
  GetStage,
  ListReleases,
  RecordDeployment,
  RecordOverride,
  RegisterRelease,
  ReleaseRegistered,
} from '@dure/contracts/registry';
import { versionOf } from '@dure/contracts/operations';
import { type AccountProcess, behindOrders, ROOT, startAccount } from '@dure/testing/account';
import { type Cloud, connectTo, expectStatus } from '@dure/testing/cloud';
import { stageTokens } from '@dure/testing/tokens';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openWatchedPage } from '../src/watched-page.ts';

/** The gate on a deployed stage, with the real tools and the real registry. */

const STAGE = 'dev';
const DEPLOY = 'packages/deploy/src/cli.ts';
const MS = 900_000;
const URL_PARAMETER = `/dure/${STAGE}/registry/url`;

let account: AccountProcess;
let ssm: SSMClient;
let cloud: Cloud;
let apiKey: string;

beforeAll(async () => {
  account = await startAccount();
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', AWS_REGION } = account.environment;
  const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  ssm = new SSMClient({ endpoint: account.url, region: AWS_REGION, credentials });
}, MS);

afterAll(async () => {
  ssm.destroy();
  await account.stop();
}, MS);

/** @throws Error with the output unless it exits with `expected` */
async function command(expected: number, ...args: string[]): Promise<string> {
  const child = spawn(process.execPath, [join(ROOT, DEPLOY), ...args, '--stage', STAGE], {
    cwd: account.workspace,
    env: { ...process.env, ...account.environment },
  });
  behindOrders(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
  const [code] = (await once(child, 'close')) as [number];
  if (code === expected) return output;
  throw new Error(`${args.join(' ')} ended with ${code}, not ${expected}:\n${output}`);
}

const slsOf = (service: string, ...args: string[]): Promise<string> =>
  account.serverless(service, [...args, '--stage', STAGE]);
const sls = (...args: string[]): Promise<string> => slsOf('registry', ...args);

const registryUrl = (): Promise<string> => parameter(URL_PARAMETER);

async function parameter(name: string): Promise<string> {
  const { Parameters: [found] = [] } = await ssm.send(new GetParametersCommand({ Names: [name] }));
  return found?.Value ?? '';
}

/** A consumer that nobody here builds: it reads a field that the registry's event does not have. */
async function planted(): Promise<void> {
  const schema = { type: 'object', properties: { colour: { type: 'string' } }, required: ['colour'] };
  const hash = hashOf(schema);
  const body = {
    ...{ service: 'tracker', major: 1, owner: { name: 'Team Tracker' }, commit: 'c0ffee', digest: hashOf('tracker') },
    provides: [],
    requires: [
      {
        ...{ contract: 'registry/ReleaseRegistered', major: ReleaseRegistered.major, kind: 'event' as const },
        ...{ use: 'reads' as const, fields: ['colour'], schema: hash },
      },
    ],
    schemas: { [hash]: schema },
  };
  const { label } = expectStatus(await cloud.call(RegisterRelease, { body }), 201).body;
  const { token } = expectStatus(await cloud.call(GetStage, { params: { stage: STAGE } }), 200).body;
  const params = { stage: STAGE, service: 'tracker', label };
  const recorded = await cloud.call(RecordDeployment, { params, body: { state: 'live' }, ifMatch: String(token) });
  expectStatus(recorded, 200);
}

it(
  'an empty stage gets its registry first, and then everything is asked for',
  async () => {
    expect(await command(2, 'can-deploy', 'alerts')).toContain(`There is no registry in ${STAGE}.`);

    const output = await command(0, 'deploy', '--services', 'alerts,journal,identity,registry');
    expect(output).toContain('This is its bootstrap, which nobody judges: alerts, journal, identity, registry');
    const said = await account.script('packages/deploy/src/api-key.ts', '--client', 'e2e', '--stage', STAGE);
    apiKey = said.trim().split('\n').at(-1)!;
    const url = await registryUrl();
    const issuer = await parameter(`/dure/${STAGE}/identity/issuer`);
    const tokens = stageTokens(STAGE, issuer, account.environment);
    cloud = connectTo({
      url: account.url,
      serviceUrl: () => url,
      apiKey,
      tokens: () => tokens,
      local: false,
    });
    const { items } = expectStatus(await cloud.call(GetStage, { params: { stage: STAGE } }), 200).body;
    expect(items.map(({ service, state }) => `${service} ${state}`).sort()).toEqual([
      'alerts live',
      'identity live',
      'journal live',
      'registry live',
    ]);
  },
  MS,
);

it(
  'a release shows its label, and keeps it',
  async () => {
    const output = await command(0, 'deploy', '--services', 'registry');
    const releases = expectStatus(await cloud.call(ListReleases, { params: { service: 'registry' } }), 200).body.items;
    expect(releases).toHaveLength(1);
    expect(output).toContain(`✓ May be deployed to ${STAGE} (registry ${releases[0]!.label})`);
    const version = expectStatus(await cloud.call(versionOf('registry'), {}), 200).body;
    expect(version.label).toBe(releases[0]!.label);
  },
  MS,
);

it(
  'a break is refused by can-deploy, deploy and serverless deploy in the same words, until an override lets it pass',
  async () => {
    await planted();
    const can = await command(1, 'can-deploy', 'registry');
    const deploy = await command(1, 'deploy', '--services', 'registry');
    const refused: unknown = await sls('deploy').catch((error: unknown) => error);
    const words = /✗ May not be deployed to dev[^]*?→ Keep colour as it was[^\n]*/;
    const said = [can, deploy, String(refused)].map((output) => words.exec(output)?.[0].replace(/^ +/gm, ''));
    expect(said[0]).toMatch(/tracker v1_\S+ +Team Tracker +registry\/ReleaseRegistered@1 +colour/);
    expect(new Set(said).size).toBe(1);

    const body = { stage: STAGE, contract: 'registry/ReleaseRegistered@1', who: 'Team Registry', why: 'It is agreed.' };
    const until = new Date(Date.now() + 3_600_000).toISOString();
    expectStatus(await cloud.call(RecordOverride, { body: { ...body, until } }), 201);
    const passed = await sls('deploy');
    expect(passed).toContain(`overridden by Team Registry until ${until} (It is agreed.)`);
  },
  MS,
);

it(
  'two that deploy at once both pass, each judged beside the other, and leave nothing announced',
  async () => {
    const before = expectStatus(await cloud.call(GetStage, { params: { stage: STAGE } }), 200).body;
    const outputs = await Promise.all(
      ['alerts', 'journal'].map(async (service) => {
        const entry = join(account.workspace, 'services', service, 'src', 'http', 'index.ts');
        await appendFile(entry, 'export const another = 1;\n');
        return slsOf(service, 'deploy');
      }),
    );
    const { token, items } = expectStatus(await cloud.call(GetStage, { params: { stage: STAGE } }), 200).body;
    // Each was announced and then recorded as live.
    expect(token - before.token).toBeGreaterThanOrEqual(2);
    // What they replaced drains: messages that it sent may still be under way.
    expect(items.filter(({ state }) => state === 'candidate')).toEqual([]);
    for (const [index, name] of ['alerts', 'journal'].entries()) {
      const label = items.find(({ service, state }) => service === name && state === 'live')?.label;
      expect(outputs[index]).toContain(`✓ May be deployed to ${STAGE} (${name} ${label})`);
    }
  },
  MS,
);

it(
  'one function alone is refused, and stays what it is',
  async () => {
    const before = expectStatus(await cloud.call(versionOf('registry'), {}), 200).body;
    const words = /A function that is deployed alone is no release of registry: nobody could say whom it breaks/;
    await expect(sls('deploy', 'function', '--function', 'api')).rejects.toThrow(words);
    expect(expectStatus(await cloud.call(versionOf('registry'), {}), 200).body).toEqual(before);
  },
  MS,
);

it(
  'a page asks for an API key where the stage wants one, keeps it in its tab, and asks no other host',
  async () => {
    const url = await registryUrl();
    const { page, complaints, close } = await openWatchedPage(new URL(url).origin);
    try {
      await page.goto(`${url}/docs/changes`);
      const live = page.locator('[data-live]').last();
      const use = async (key: string) => {
        await live.getByLabel('API key').fill(key);
        await live.getByRole('button').click();
      };
      await live.getByText('The registry wants an API key').waitFor();
      await use('wrong');
      await live.getByText('The registry wants an API key').waitFor();
      expect(await page.locator('form').count()).toBeGreaterThan(0);
      await use(apiKey);
      await live
        .getByText(/is live in dev|was deployed|registered/)
        .first()
        .waitFor();
      expect(await page.locator('form').count()).toBe(0);
      expect(complaints.filter((it) => it.startsWith('request to'))).toEqual([]);
    } finally {
      await close();
    }
  },
  MS,
);

it(
  'what is not known is refused: a registry that answers rubbish',
  async () => {
    const url = await registryUrl();
    const put = (Value: string) =>
      ssm.send(new PutParameterCommand({ Name: URL_PARAMETER, Type: 'String', Value, Overwrite: true }));
    await put(`${account.url}/nowhere`);
    try {
      await command(2, 'can-deploy', 'registry');
      // As can-deploy does, though the framework itself ends with 1 for every error.
      const words = /ended with 2:[^]*Unknown whether it may be deployed to dev, so nothing is/;
      await expect(sls('deploy')).rejects.toThrow(words);
    } finally {
      await put(url);
    }
  },
  MS,
);
