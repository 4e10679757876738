import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { type ProvidedCloud, provideCloud } from '../../../src/workspace/offline/provide-cloud.ts';
import { type RunningCloud, copyWorkspace, startCloud } from '../harness.ts';

const { root, remove } = copyWorkspace();
let running: RunningCloud | undefined;
let provided: ProvidedCloud | undefined;

/** A service that needs no other. */
function addService(name: string): void {
  const folder = join(root, 'services', name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'index.cjs'), 'exports.handler = async () => ({});');
  writeFileSync(
    join(folder, 'serverless.yml'),
    `service: ${name}
provider: { name: aws, runtime: nodejs24.x, region: us-east-1 }
functions: { job: { handler: index.handler, environment: { QUEUE_URL: !Ref Queue } } }
resources: { Resources: { Queue: { Type: AWS::SQS::Queue } } }
`,
  );
}

afterAll(async () => {
  await provided?.stop();
  await running?.end('SIGTERM');
  remove();
});

it('joins the local cloud that runs the service, and has its environment from there', async () => {
  running = await startCloud(root, '--services', 'alpha');
  const joined = await provideCloud({ root, service: 'alpha', dataDir: '.local' });
  expect(joined).toMatchObject({ kind: 'joined', url: running.url });
  expect(joined.environments['api']).toMatchObject({
    AWS_ENDPOINT_URL_DYNAMODB: running.endpoints['DynamoDB'],
    AWS_LAMBDA_FUNCTION_NAME: 'alpha-local-api',
  });
  await joined.stop();
  expect((await fetch(running.url)).status).toBe(200);
});

it('starts one of its own where the one that runs does not run the service, says why, and ends it', async () => {
  addService('gamma');
  provided = await provideCloud({ root, service: 'gamma', dataDir: '.local' });
  expect(provided).toMatchObject({
    kind: 'own',
    dataDir: join(root, '.local', 'offline', 'gamma'),
    notJoined: `The local cloud at ${running?.url} does not run gamma`,
  });
  expect(provided.environments['job']?.['QUEUE_URL']).toMatch(/^http:.*\/gamma-local-Queue$/);
  const { url } = provided;
  await provided.stop();
  await provided.ended;
  await expect(fetch(url)).rejects.toThrow();
});

it('says why a service does not start, and leaves nothing running', async () => {
  appendFileSync(join(root, 'services', 'gamma', 'serverless.yml'), '\nplanted: true\n');
  const failing = () => provideCloud({ root, service: 'gamma', dataDir: '.local' });
  const reason = /^gamma did not start at http:[^]*unrecognized property 'planted'/;
  await expect(failing()).rejects.toThrow(reason);
  // The lock is free again.
  await expect(failing()).rejects.toThrow(reason);
});
