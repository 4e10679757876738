import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutParameterCommand, GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { SQSClient, SendMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, describe, expect, it } from '@jest/globals';
import { copyWorkspace, eventually, getJson, startCloud } from './harness.ts';

const workspace = copyWorkspace();
const RESET = join(import.meta.dirname, '..', '..', '..', '..', 'scripts', 'reset.mjs');
const client = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };

const folders: string[] = [];

afterAll(() => {
  workspace.remove();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dure-data-'));
  folders.push(folder);
  return folder;
}

describe('after it was killed', () => {
  it('leaves no child, and goes on with the same data and the messages that were being handled', async () => {
    const data = dataFolder();
    const first = await startCloud(workspace.root, '--services', 'alpha,beta', '--data', data);
    const ssm = new SSMClient({ ...client, endpoint: first.endpoints['SSM']! });
    await ssm.send(new PutParameterCommand({ Name: '/kept', Value: 'yes', Type: 'String' }));
    const told = await fetch(`${first.url}/alpha/local/v1/events`, { method: 'POST', body: '{"kept":true}' });
    expect(told.status).toBe(200);
    const queue = new SQSClient({ ...client, endpoint: first.endpoints['SQS']! });
    const address = (url: string): string => `${url}/000000000000/alpha-inbox`;
    const QueueUrl = address(first.endpoints['SQS']!);
    await queue.send(new SendMessageCommand({ QueueUrl, MessageBody: 'in flight' }));
    const { Messages: taken } = await queue.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 600 }));
    expect(taken).toHaveLength(1);
    const children = childrenOf(first.pid);
    expect(children.length).toBeGreaterThan(0);
    await first.end('SIGKILL');
    await eventually(
      async () => children.filter(isAlive),
      (alive) => alive.length === 0,
    );
    queue.destroy();
    ssm.destroy();

    const second = await startCloud(workspace.root, '--services', 'alpha,beta', '--data', data);
    expect(second.services.map(({ state }) => state)).toEqual(['running', 'running']);
    const ssmAgain = new SSMClient({ ...client, endpoint: second.endpoints['SSM']! });
    const { Parameter: parameter } = await ssmAgain.send(new GetParameterCommand({ Name: '/kept' }));
    expect(parameter).toMatchObject({ Value: 'yes', Version: 1 });
    const queueAgain = new SQSClient({ ...client, endpoint: second.endpoints['SQS']! });
    const { Messages: messages } = await queueAgain.send(
      new ReceiveMessageCommand({
        QueueUrl: address(second.endpoints['SQS']!),
        MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      }),
    );
    expect(messages).toMatchObject([{ Body: 'in flight', Attributes: { ApproximateReceiveCount: '2' } }]);
    queueAgain.destroy();
    ssmAgain.destroy();
    expect(await second.end('SIGTERM')).toBe(0);
  });
});

describe('one data folder', () => {
  it('is for one instance, is not reset under it, and is empty after a reset', async () => {
    const data = dataFolder();
    const cloud = await startCloud(workspace.root, '--services', 'beta,alpha', '--data', data);
    await expect(startCloud(workspace.root, '--data', data)).rejects.toThrow(
      `process ${cloud.pid} and answers at ${cloud.url}. It runs the services that were there when it started.`,
    );
    const reset = (): ReturnType<typeof spawnSync> =>
      spawnSync(process.execPath, [RESET, '--data', data], { encoding: 'utf8' });
    const refused = reset();
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain(`process ${cloud.pid}`);
    expect(existsSync(join(data, 'cloud.sqlite'))).toBe(true);
    expect(await cloud.end('SIGINT')).toBe(0);
    expect(existsSync(join(data, 'instance.json'))).toBe(false);
    expect(reset().status).toBe(0);
    expect(existsSync(join(data, 'cloud.sqlite'))).toBe(false);
  });

  it.each(['', '{"pid":', 'null'])('is reset also when %j is all that says who has it', (content) => {
    const data = dataFolder();
    writeFileSync(join(data, 'instance.json'), content);
    const { status, stderr } = spawnSync(process.execPath, [RESET, '--data', data], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(existsSync(join(data, 'instance.json'))).toBe(false);
  });
});

describe('a port', () => {
  it('that is taken is named with its owner and the remedy', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    const failure = startCloud(workspace.root, '--port', String(port), '--data', dataFolder());
    await expect(failure).rejects.toThrow(new RegExp(`Port ${port} is taken by process ${process.pid} \\(.*jest`));
    await expect(failure).rejects.toThrow(`--port ${port + 1}`);
    server.close();
  });
});

describe('options', () => {
  it.each([
    [['--bogus'], '--bogus'],
    [['--port', '99999'], '99999'],
    [['--services', 'nobody'], 'There are alpha, beta, broken.'],
  ])('%j are refused with what is wrong', async (options, said) => {
    await expect(startCloud(workspace.root, '--data', dataFolder(), ...options)).rejects.toThrow(said);
  });
});

describe('saving a source', () => {
  it('reloads the functions made of it and leaves the others', async () => {
    const source = join(workspace.root, 'services', 'alpha', 'src', 'version.ts');
    const before = readFileSync(source, 'utf8');
    const cloud = await startCloud(workspace.root, '--services', 'alpha,beta', '--data', dataFolder());
    const api = `${cloud.url}/alpha/local/v1`;
    const version = async (): Promise<string> => (await getJson<{ version: string }>(`${api}/environment`)).version;
    expect(await version()).toBe('first');

    writeFileSync(source, "export const version = 'second';");
    await eventually(version, (found) => found === 'second');

    writeFileSync(source, 'export const version = ;');
    await eventually(
      async () => cloud.errors(),
      (said) => said.includes('does not compile'),
    );
    expect(cloud.errors()).toContain('version.ts:1');
    expect(await version()).toBe('second');

    writeFileSync(source, before);
    await eventually(version, (found) => found === 'first');
    expect(await cloud.end('SIGTERM')).toBe(0);
  });
});

function childrenOf(pid: number): number[] {
  if (process.platform === 'win32') return [];
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  return lines
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([own, parent]) => (parent === pid ? [own!] : []));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
