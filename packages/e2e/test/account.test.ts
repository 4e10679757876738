import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GetParametersByPathCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AddProduct, GetProduct } from '@dure/contracts/catalog';
import { GetReservation, SetStock } from '@dure/contracts/inventory';
import { GetReplay, ListEvents, StartReplay } from '@dure/contracts/journal';
import { CanDeploy, RecordOverride } from '@dure/contracts/registry';
import { parse } from 'yaml';
import { type AccountProcess, FIRST_COMMIT, ROOT, startAccount } from '@dure/testing/account';
import { type Cloud, connectTo, expectStatus } from '@dure/testing/cloud';
import { eventually } from '@dure/testing/eventually';
import { stageTokens } from '@dure/testing/tokens';
import { ended, orderFor, place, stockOne } from '@dure/testing/shop/shop';

const STAGE = 'dev';
const DEPLOY = 'packages/deploy/src/cli.ts';
const API_KEY = 'packages/deploy/src/api-key.ts';
const OTHER_COMMIT = '1'.repeat(40);
const DEPLOYING_MS = 900_000;
const WITHIN_MS = 180_000;
/** The workflow waits for an answer, retries, and then undoes everything. */
const GIVEN_UP_MS = 300_000;

const COMPOSE = readFileSync(join(ROOT, 'serverless-compose.yml'), 'utf8');
const ALL = Object.keys((parse(COMPOSE) as { services: object }).services).sort();

let account: AccountProcess;
let mockUrl = '';
let ssm: SSMClient;

const secret = `whsec_${randomBytes(32).toString('base64')}`;

/** What no service publishes: the addresses of companies outside, of which sandboxes run beside the account. */
async function publishOutside(): Promise<void> {
  const values = {
    'payments/provider-url': account.sandboxes['payment-provider'],
    'shipping/carrier-url': account.sandboxes['carrier'],
    'shipping/carrier-webhook-secret': secret,
  };
  for (const [name, Value] of Object.entries(values)) {
    await ssm.send(new PutParameterCommand({ Name: `/dure/${STAGE}/${name}`, Type: 'String', Value }));
  }
}

/** Configures the carrier's webhooks. */
async function tellCarrier(): Promise<void> {
  const body = JSON.stringify({ url: `${(await urls())['shipping']}/v1/carrier-events`, secret });
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${account.sandboxes['carrier']}/v1/webhook`, { method: 'PUT', headers, body });
  expect(response.ok).toBe(true);
}

beforeAll(async () => {
  account = await startAccount();
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '', AWS_REGION } = account.environment;
  const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  ssm = new SSMClient({ endpoint: account.url, region: AWS_REGION, credentials });
  await publishOutside();
}, 400_000);

afterAll(async () => {
  ssm.destroy();
  await account.stop();
}, 240_000);

const serverless = (service: string, ...parameters: string[]): Promise<string> =>
  account.serverless(service, [...parameters, '--stage', STAGE]);
const deployChanged = (service: string): Promise<string> =>
  account.serverless(service, ['deploy', '--stage', STAGE], { GIT_COMMIT: OTHER_COMMIT });

/** Base URL by service, as published by its deployment. */
async function urls(): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  let NextToken: string | undefined;
  do {
    const input = { Path: `/dure/${STAGE}/`, Recursive: true, NextToken };
    const page = await ssm.send(new GetParametersByPathCommand(input));
    for (const { Name = '', Value = '' } of page.Parameters ?? []) {
      const service = new RegExp(`^/dure/${STAGE}/([^/]+)/url$`).exec(Name)?.[1];
      if (service !== undefined) found[service] = Value;
    }
    ({ NextToken } = page);
  } while (NextToken !== undefined);
  return found;
}

/** With an API key that is valid for every service deployed now. */
async function connect(): Promise<Cloud> {
  const bases = await urls();
  const said = await account.script(API_KEY, '--client', 'e2e', '--stage', STAGE);
  const apiKey = said.trim().split('\n').at(-1);
  const { identity } = bases;
  // A mock asks for no token, and may be there before the identity service.
  const tokens = identity === undefined ? undefined : () => stageTokens(STAGE, identity, account.environment);
  const serviceUrl = (service: string) => bases[service] ?? '';
  return connectTo({ url: account.url, serviceUrl, apiKey, local: false, ...(tokens && { tokens }) });
}

async function answer(url: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(url, { signal: AbortSignal.timeout(WITHIN_MS) });
  return { status: response.status, body: await response.json() };
}

async function theseAnswer(names: readonly string[]): Promise<void> {
  const bases = await urls();
  expect(Object.keys(bases).sort()).toEqual([...names]);
  for (const [service, base] of Object.entries(bases)) {
    expect(await answer(`${base}/v1/health`)).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await answer(`${base}/v1/version`)).toMatchObject({ status: 200, body: { service, stage: STAGE } });
  }
}

/** Excuses what speaks against removing a service, as its team would who wants it all the same. */
async function excuseRemoval(service: string): Promise<void> {
  const cloud = await connect();
  const asked = await cloud.call(CanDeploy, { body: { stage: STAGE, removals: [service] } });
  const { answer: verdict, blockers } = expectStatus(asked, 200).body;
  expect(verdict).toBe('no');
  const until = new Date(Date.now() + 3_600_000).toISOString();
  for (const contract of new Set(blockers.map((it) => it.contract))) {
    const body = { stage: STAGE, contract, who: 'Team', why: 'It comes back.', until };
    expectStatus(await cloud.call(RecordOverride, { body }), 201);
  }
}

async function anOrderCompletes(cloud: Cloud, sku: string): Promise<void> {
  const { orderId } = await place(cloud, orderFor([{ sku, quantity: 1 }]));
  expect(await ended(cloud, orderId, WITHIN_MS)).toMatchObject({ status: 'completed' });
}

describe('an empty account', () => {
  it(
    'refuses a service whose provider is missing, and says which to deploy first',
    async () => {
      await expect(serverless('orders', 'deploy')).rejects.toThrow(/deploy journal first/);
    },
    DEPLOYING_MS,
  );

  it(
    'gets a mock of a service that is not there yet, behind the same lock',
    async () => {
      await account.script(DEPLOY, 'deploy', '--stage', STAGE, '--mock', 'catalog', '--json');
      ({ catalog: mockUrl = '' } = await urls());
      expect((await answer(`${mockUrl}/v1/version`)).body).toMatchObject({ service: 'catalog', runtime: 'mock' });
      expect((await answer(`${mockUrl}/v1/products`)).status).toBe(403);
      const cloud = await connect();
      const { response } = GetProduct.example;
      const shown = await cloud.call(GetProduct, { params: { sku: 'any' } });
      expect(expectStatus(shown, 200).body).toMatchObject({ title: response.title, price: response.price });
      const body = { sku: 'A' } as never;
      expect(await cloud.call(AddProduct, { body })).toMatchObject({ status: 400 });
    },
    DEPLOYING_MS,
  );

  it(
    'gets every service by the real tools, and an order placed over HTTP completes',
    async () => {
      await account.script(DEPLOY, 'deploy', '--stage', STAGE, '--limit', '2', '--json');
      await theseAnswer(ALL);
      await tellCarrier();
      const cloud = await connect();
      const { sku } = await stockOne(cloud, { onHand: 5 });
      await anOrderCompletes(cloud, sku);
    },
    DEPLOYING_MS,
  );

  it(
    'has the service at the address of its mock, and lets no mock replace or remove it',
    async () => {
      const { catalog } = await urls();
      expect(catalog).toBe(mockUrl);
      const mock = (...command: string[]) => account.script(DEPLOY, ...command, '--stage', STAGE, '--mock', 'catalog');
      await expect(mock('deploy')).rejects.toThrow(/catalog itself is deployed in dev/);
      await expect(mock('remove', '--yes')).rejects.toThrow(/catalog itself is deployed in dev/);
      const version = await answer(`${catalog}/v1/version`);
      expect(version.body).toMatchObject({ service: 'catalog', commit: FIRST_COMMIT });
    },
    DEPLOYING_MS,
  );
});

describe('one service', () => {
  it(
    'is inspected, changed and rolled back by the CLI',
    async () => {
      const { catalog: base = '' } = await urls();
      const commit = async () => ((await answer(`${base}/v1/version`)).body as { commit: string }).commit;
      expect(await serverless('catalog', 'info')).toContain(base);
      // The first one in the list is the mock, which is no release.
      const timestamp = (await serverless('catalog', 'deploy', 'list')).match(/(?<=Timestamp: )\d+/g)?.at(-1) ?? '';
      await deployChanged('catalog');
      expect(await commit()).toBe(OTHER_COMMIT);
      await serverless('catalog', 'rollback', '--timestamp', timestamp);
      expect(await commit()).toBe(FIRST_COMMIT);
    },
    DEPLOYING_MS,
  );

  it(
    'is removed: the others answer and can be deployed, and no message for it is lost',
    async () => {
      const from = new Date().toISOString();
      const { inventory = '' } = await urls();
      await expect(serverless('inventory', 'remove')).rejects.toThrow(/May not be removed from dev/);
      await excuseRemoval('inventory');
      await serverless('inventory', 'remove');
      const others = ALL.filter((name) => name !== 'inventory');
      await theseAnswer(others);
      expect((await answer(`${inventory}/v1/health`)).status).toBe(403);
      await deployChanged('catalog');
      await theseAnswer(others);

      const without = await connect();
      const { sku } = await stockOne(without);
      const { orderId } = await place(without, orderFor([{ sku, quantity: 1 }]));
      const isKept = async () => {
        const { items } = expectStatus(await without.call(ListEvents, { query: { subject: orderId } }), 200).body;
        return items.some(({ type }) => type.endsWith('ReserveStock.v1')) || undefined;
      };
      await eventually('The command to reserve stock is in the journal', isKept, { within: WITHIN_MS });

      await serverless('inventory', 'deploy');
      await theseAnswer(ALL);
      const cloud = await connect();
      expectStatus(await cloud.call(SetStock, { params: { sku }, body: { onHand: 3 } }), 200);
      await replay(cloud, 'inventory/commands', from);
      const reservation = await eventually(
        'What was meant for the inventory reaches it',
        async () => expectStatus(await cloud.call(GetReservation, { params: { orderId } }), 200).body,
        { within: WITHIN_MS },
      );
      expect(reservation.lines).toMatchObject([{ sku, quantity: 1 }]);
      expect(['completed', 'rejected']).toContain((await ended(cloud, orderId, GIVEN_UP_MS)).status);
      await anOrderCompletes(cloud, sku);
    },
    DEPLOYING_MS,
  );
});

async function replay(cloud: Cloud, consumer: string, from: string): Promise<void> {
  const body = { consumer, from, to: new Date().toISOString() };
  const { replayId } = expectStatus(await cloud.call(StartReplay, { body }), 202).body;
  const isDone = async () => {
    const { status } = expectStatus(await cloud.call(GetReplay, { params: { replayId } }), 200).body;
    return status === 'completed' || undefined;
  };
  await eventually('The replay ends', isDone, { within: WITHIN_MS });
}
