import type { Server } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createAwsJsonServer } from '@dure/aws-protocols/aws-json';
import { createSsm } from '@dure/local-cloud/services/ssm/index';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { missingSecrets, ownerOf, parametersOf, refusals, secretsOf } from '../src/facts.ts';
import { root, runServerless, writeService } from './packaged-service.ts';

const TIMEOUT_MS = 400_000;
const database = new DatabaseSync(':memory:');
const ssm = createSsm({ database, accountId: '000000000000', region: 'us-east-1' });
let server: Server;
let folder: string;

beforeAll(async () => {
  server = createAwsJsonServer({ AmazonSSM: ssm.handle }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  folder = await mkdtemp(join(root, 'node_modules', '.packaged-service-'));
  await writeService(
    folder,
    '  api: { handler: src/api.handler, endpoints: [GetStock] }\n  relay: { handler: src/relay.handler, relay: true }\n',
  );
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  database.close();
  await rm(folder, { recursive: true, force: true });
});

/** Deploys with a Parameter Store, and nothing else of AWS. */
function deploy() {
  const { port } = server.address() as AddressInfo;
  return runServerless(folder, ['deploy', '--stage', 'dev'], {
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
    AWS_ENDPOINT_URL_SSM: `http://127.0.0.1:${port}`,
    SLS_AWS_REQUEST_MAX_RETRIES: '0',
  });
}

describe('serverless deploy', () => {
  it(
    'stops if parameters of others are missing, and names their publishers',
    async () => {
      const { code, output } = await deploy();
      expect(code).toBe(1);
      expect(output).toContain('deploy journal first: cd services/journal && npx serverless deploy --stage dev');
      expect(output).toMatch(/^inventory needs .*\/dure\/dev\/bus\/arn/m);
      expect(output).not.toContain('ECONNREFUSED');
    },
    TIMEOUT_MS,
  );

  it(
    'goes on to the gate once they exist',
    async () => {
      for (const name of ['bus/name', 'bus/arn', 'calls/arn', 'alerts/topic-arn'])
        ssm.put(`/dure/dev/${name}`, 'there');
      const { code, output } = await deploy();
      // Without a registry the verdict is unknown.
      expect({ code, output }).toMatchObject({ code: 2 });
      expect(output).not.toContain('needs /dure');
      expect(output).toContain('There is no registry in dev. It comes first');
    },
    TIMEOUT_MS,
  );
});

describe('the facts of a template', () => {
  it('are found anywhere, each once', () => {
    const value = (text: string) => ({ Type: 'Any', Properties: { deep: [{ 'Fn::Sub': text }] } });
    expect(
      parametersOf({
        Resources: {
          one: value('arn:{{resolve:ssm:/dure/dev/bus/arn}}/{{resolve:ssm:/dure/dev/payments/provider-url:3}}'),
          two: value('{{resolve:ssm:/dure/dev/bus/arn}}'),
          three: value('{{resolve:secretsmanager:other}}'),
        },
      }),
    ).toEqual(['/dure/dev/bus/arn', '/dure/dev/payments/provider-url']);
  });

  it('are also secrets that another service makes, not its own ones', async () => {
    const value = (text: string) => ({ Type: 'Any', Properties: { text } });
    const names = secretsOf({
      Resources: {
        one: value('{{resolve:secretsmanager:dure/dev/cursors:SecretString}}'),
        own: value('{{resolve:secretsmanager:${Keys}:SecretString}}'),
      },
    });
    expect(names).toEqual(['dure/dev/cursors']);
    const client = (answer: () => Promise<unknown>) => ({ send: answer }) as unknown as SecretsManagerClient;
    const none = Object.assign(new Error('none'), { name: 'ResourceNotFoundException' });
    expect(
      await missingSecrets(
        client(() => Promise.reject(none)),
        names,
      ),
    ).toEqual(names);
    expect(
      await missingSecrets(
        client(() => Promise.resolve({})),
        names,
      ),
    ).toEqual([]);
    await expect(
      missingSecrets(
        client(() => Promise.reject(new Error('away'))),
        names,
      ),
    ).rejects.toThrow('away');
    expect(refusals('orders', 'dev', names)).toEqual([
      'orders needs dure/dev/cursors: deploy alerts first: cd services/alerts && npx serverless deploy --stage dev',
    ]);
  });

  it('belong to the service that their path names, and the bus to the journal', () => {
    expect(ownerOf('/dure/dev/bus/name', 'dev')).toBe('journal');
    expect(ownerOf('/dure/dev/calls/arn', 'dev')).toBe('journal');
    expect(ownerOf('/dure/dev/alerts/topic-arn', 'dev')).toBe('alerts');
    expect(ownerOf('/dure/prod/alerts/topic-arn', 'dev')).toBeUndefined();
    expect(ownerOf('/company/vpc', 'dev')).toBeUndefined();
  });

  it('are reported in one sentence per owner, or for a person if no service publishes them', () => {
    expect(
      refusals('payments', 'dev', [
        '/company/vpc',
        '/dure/dev/bus/arn',
        '/dure/dev/bus/name',
        '/dure/dev/payments/provider-url',
      ]),
    ).toEqual([
      'payments needs /company/vpc, which no service publishes: put it yourself: ' +
        'aws ssm put-parameter --type String --name /company/vpc --value …',
      'payments needs /dure/dev/bus/arn and /dure/dev/bus/name: ' +
        'deploy journal first: cd services/journal && npx serverless deploy --stage dev',
      'payments needs /dure/dev/payments/provider-url, which no service publishes: put it yourself: ' +
        'aws ssm put-parameter --type String --name /dure/dev/payments/provider-url --value …',
    ]);
  });
});
