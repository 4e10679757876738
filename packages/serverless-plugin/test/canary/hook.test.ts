import { createRequire } from 'node:module';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { api } from '@dure/contracts/binding/api';
import { consumer } from '@dure/contracts/binding/consumer';
import { lambdaContext } from '@dure/testing/lambda-events';
import { afterAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { hookCode } from '../../src/canary/hook-code.ts';

type Handler = (event: never, context: typeof lambdaContext) => unknown;

/** The functions as CodeDeploy's deployment finds them: by name and version. */
const functions = new Map<string, Handler>();
let targets: object[] = [];
let told: { status?: string; lifecycleEventHookExecutionId?: string }[] = [];

/** The parts of CodeDeploy and Lambda that the hook calls, over HTTP. */
async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const input = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>;
  const action = String(request.headers['x-amz-target']).split('.').at(-1);
  const answer = (body: unknown, headers = {}) => response.writeHead(200, headers).end(JSON.stringify(body));
  if (action === 'ListDeploymentTargets') return void answer({ targetIds: targets.map((_, index) => `t${index}`) });
  if (action === 'BatchGetDeploymentTargets') return void answer({ deploymentTargets: targets });
  if (action === 'PutLifecycleEventHookExecutionStatus') {
    told.push(input);
    return void answer({});
  }
  const [, name = '', version = ''] = /functions\/([^/]+)\/invocations\?Qualifier=(\w+)/.exec(request.url ?? '') ?? [];
  const handler = functions.get(`${name}:${version}`);
  if (handler === undefined)
    return void response.writeHead(404, { 'x-amzn-errortype': 'ResourceNotFoundException' }).end('{}');
  try {
    answer(await handler(input as never, lambdaContext));
  } catch (error) {
    answer({ errorMessage: String(error) }, { 'x-amz-function-error': 'Unhandled' });
  }
}

const server = createServer((request, response) => void serve(request, response));
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const environment = {
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  HTTP_FUNCTIONS: 'orders-prod-api,orders-prod-otherApi',
};

/** The code that is deployed, as Lambda would load it. */
function loadHook(): (event: object) => Promise<void> {
  Object.assign(process.env, environment);
  const module = { exports: {} as { handler: (event: object) => Promise<void> } };
  new Function('module', 'exports', 'require', hookCode())(module, module.exports, createRequire(import.meta.url));
  return module.exports.handler;
}

const handler = loadHook();
const run = () => handler({ DeploymentId: 'd-1', LifecycleEventHookExecutionId: 'hook-1' });
const target = (functionName: string, targetVersion: string) => ({
  deploymentTargetType: 'LambdaTarget',
  lambdaTarget: { lambdaFunctionInfo: { functionName, functionAlias: 'live', currentVersion: '6', targetVersion } },
});

const healthy = api({ checks: { table: () => Promise.resolve() } }, []);
const unwell = api({ checks: { table: () => Promise.reject(new Error('No table.')) } }, []);
const queue = { url: 'http://localhost/queue', deadLetterUrl: 'http://localhost/dlq', maxReceives: 5 };

beforeEach(() => {
  functions.clear();
  told = [];
  jest.spyOn(console, 'error').mockImplementation(() => undefined);
});

describe('the hook before a shift of traffic', () => {
  it.each<[string, string, Handler]>([
    ['an API whose health check passes', 'orders-prod-api', healthy as Handler],
    ['a consumer that can be loaded', 'orders-prod-views', consumer('views', [], queue) as Handler],
  ])('lets it go over to %s', async (_, name, version) => {
    functions.set(`${name}:7`, version);
    targets = [target(name, '7')];
    await run();
    expect(told).toEqual([{ deploymentId: 'd-1', lifecycleEventHookExecutionId: 'hook-1', status: 'Succeeded' }]);
  });

  it.each<[string, string, Handler | undefined, string]>([
    ['an API whose health check fails', 'orders-prod-api', unwell as Handler, 'is not well'],
    [
      'a function that throws',
      'orders-prod-views',
      () => Promise.reject(new Error('No TABLE_NAME.')),
      'No TABLE_NAME.',
    ],
    ['a version that is not there', 'orders-prod-views', undefined, 'ResourceNotFoundException'],
  ])('stops it at %s, and says why', async (_, name, version, reason) => {
    if (version !== undefined) functions.set(`${name}:7`, version);
    functions.set(`${name}:6`, () => ({ statusCode: 200 }));
    targets = [target(name, '7')];
    await run();
    expect(told).toMatchObject([{ status: 'Failed' }]);
    expect(jest.mocked(console.error).mock.calls.flat().join()).toContain(reason);
  });

  it('stops a deployment if it cannot find out what is deployed', async () => {
    for (const unknown of [[], [{ deploymentTargetType: 'LambdaTarget' }]]) {
      targets = unknown;
      await run();
    }
    expect(told).toMatchObject([{ status: 'Failed' }, { status: 'Failed' }]);
  });
});
