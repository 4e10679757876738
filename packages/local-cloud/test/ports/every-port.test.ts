import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningAccount, startAccountProcess, temporaryFolder } from '../account/harness.ts';
import { copyWorkspace, getJson, type RunningCloud, startCloud } from '../workspace/harness.ts';
import { listeningPorts } from './listening.ts';

const workspace = copyWorkspace();
const folder = temporaryFolder();
let cloud: RunningCloud;
let account: RunningAccount;

beforeAll(async () => {
  [cloud, account] = await Promise.all([
    startCloud(workspace.root, '--services', 'alpha'),
    startAccountProcess(folder.path),
  ]);
});

afterAll(async () => {
  await Promise.all([cloud?.end('SIGTERM'), account?.end('SIGTERM')]);
  workspace.remove();
  folder.remove();
});

function send(port: number, headers: Record<string, string>, method = 'GET'): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path: '/', headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    sent.on('error', reject).end();
  });
}

const SIGNED = { authorization: 'AWS4-HMAC-SHA256 Credential=a/20200101/us-east-1/sqs/aws4_request' };
const FOREIGN: [string, Record<string, string>, string][] = [
  ['a foreign host', { ...SIGNED, host: 'evil.example' }, 'GET'],
  ['a foreign host that posts', { ...SIGNED, host: 'evil.example', 'content-type': 'application/json' }, 'POST'],
  ['a handshake under a foreign host', { host: 'evil.example', connection: 'upgrade', upgrade: 'websocket' }, 'GET'],
];
const PAGES: [string, Record<string, string>, string][] = [
  ['a foreign page', { ...SIGNED, origin: 'https://evil.example', 'content-type': 'application/json' }, 'POST'],
  ['a foreign page that asks leave', { origin: 'null', 'access-control-request-method': 'POST' }, 'OPTIONS'],
  ['a page of another site', { ...SIGNED, 'sec-fetch-site': 'cross-site' }, 'GET'],
];

describe.each([
  ['npm start', () => cloud.pid, 8],
  ['npm run account', () => account.pid, 5],
])('every port on which %s listens', (_command, pid, least) => {
  it.each(FOREIGN)('refuses %s', async (_what, headers, method) => {
    const ports = listeningPorts(pid());
    expect(ports.length).toBeGreaterThanOrEqual(least);
    const answers = await Promise.all(ports.map(async (port) => [port, await send(port, headers, method)]));
    expect(answers).toEqual(ports.map((port) => [port, 403]));
  });

  it.each(PAGES)('refuses %s, except at an API', async (_what, headers, method) => {
    const ports = listeningPorts(pid());
    const answers = await Promise.all(ports.map(async (port) => [port, await send(port, headers, method)]));
    expect(answers).toEqual(ports.map((port) => [port, 403]));
  });
});

it('answers a program all the same', async () => {
  expect(await getJson(`${cloud.url}/_cloud`)).toMatchObject({ ready: true });
  expect(await getJson(account.url)).toMatchObject({ endpoint: account.url });
});
