import type { Server } from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import {
  DeleteParameterCommand,
  DeleteParametersCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  ParameterAlreadyExists,
  ParameterNotFound,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createAwsJsonServer } from '@dure/aws-protocols/aws-json';
import { createSecretsManager } from '@dure/secrets-manager';
import { createSsm, ssmReferences } from '../../../src/services/ssm/index.ts';

const database = new DatabaseSync(':memory:');
const ssm = createSsm({ database, accountId: '000000000000', region: 'us-east-1' });
let server: Server;
let client: SSMClient;

beforeAll(async () => {
  server = createAwsJsonServer({ AmazonSSM: ssm.handle }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  client = new SSMClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
});

afterAll(() => {
  client.destroy();
  server.close();
  database.close();
});

const put = (Name: string, Value: string, more = {}): Promise<{ Version?: number }> =>
  client.send(new PutParameterCommand({ Name, Value, Type: 'String', ...more }));

describe('a parameter', () => {
  it('is put and got', async () => {
    expect(await put('/a/one', 'first')).toMatchObject({ Version: 1 });
    const { Parameter: parameter } = await client.send(new GetParameterCommand({ Name: '/a/one' }));
    expect(parameter).toMatchObject({
      Name: '/a/one',
      Type: 'String',
      Value: 'first',
      Version: 1,
      ARN: 'arn:aws:ssm:us-east-1:000000000000:parameter/a/one',
      LastModifiedDate: expect.any(Date),
    });
    expect(ssm.get('/a/one')).toBe('first');
  });

  it('is not overwritten unless that is said, and then has a new version', async () => {
    await put('/b/one', 'first');
    await expect(put('/b/one', 'second')).rejects.toThrow(ParameterAlreadyExists);
    expect(await put('/b/one', 'second', { Overwrite: true })).toMatchObject({ Version: 2 });
  });

  it('keeps its type where an overwrite gives none', async () => {
    await put('/c/list', 'a,b', { Type: 'StringList' });
    await put('/c/list', 'c', { Overwrite: true, Type: undefined });
    const { Parameter: parameter } = await client.send(new GetParameterCommand({ Name: '/c/list' }));
    expect(parameter).toMatchObject({ Type: 'StringList', Value: 'c' });
  });

  it('is deleted once', async () => {
    await put('/d/one', 'x');
    await client.send(new DeleteParameterCommand({ Name: '/d/one' }));
    await expect(client.send(new DeleteParameterCommand({ Name: '/d/one' }))).rejects.toThrow(ParameterNotFound);
    await expect(client.send(new GetParameterCommand({ Name: '/d/one' }))).rejects.toThrow(ParameterNotFound);
  });
});

describe('a version of a parameter', () => {
  const get = async (Name: string) => (await client.send(new GetParameterCommand({ Name }))).Parameter;

  it('is got by its number, also when the value stayed the same', async () => {
    await put('/v/one', 'first');
    expect(await put('/v/one', 'second', { Overwrite: true })).toMatchObject({ Version: 2 });
    expect(await put('/v/one', 'second', { Overwrite: true })).toMatchObject({ Version: 3 });
    expect(await get('/v/one:1')).toMatchObject({ Name: '/v/one', Value: 'first', Version: 1, Selector: ':1' });
    expect(await get('/v/one')).toMatchObject({ Value: 'second', Version: 3 });
    expect(await get('arn:aws:ssm:us-east-1:000000000000:parameter/v/one')).toMatchObject({ Name: '/v/one' });
    await expect(get('/v/one:9')).rejects.toMatchObject({ name: 'ParameterVersionNotFound' });
    expect(ssmReferences(ssm)['ssm']?.('/v/one:1')).toBe('first');
  });
});

describe('a secure parameter', () => {
  it('is shown to whoever asks for its decryption only, and to no template', async () => {
    await put('/s/one', 'hidden', { Type: 'SecureString' });
    const get = async (WithDecryption?: boolean) =>
      (await client.send(new GetParameterCommand({ Name: '/s/one', WithDecryption }))).Parameter?.Value;
    expect(await get(true)).toBe('hidden');
    expect(await get()).not.toContain('hidden');
    expect(await get(false)).toBe(await get());
    expect(() => ssmReferences(ssm)['ssm']?.('/s/one')).toThrow(
      'Non-secure ssm prefix was used for secure parameter: /s/one',
    );
  });
});

describe('several parameters', () => {
  it('are got by name, with those that there are not', async () => {
    await put('/e/one', '1');
    const { Parameters: found, InvalidParameters: invalid } = await client.send(
      new GetParametersCommand({ Names: ['/e/one', '/e/none'] }),
    );
    expect(found).toMatchObject([{ Name: '/e/one', Value: '1' }]);
    expect(invalid).toEqual(['/e/none']);
  });

  it('are deleted by name', async () => {
    await put('/f/one', '1');
    const { DeletedParameters: deleted, InvalidParameters: invalid } = await client.send(
      new DeleteParametersCommand({ Names: ['/f/one', '/f/none'] }),
    );
    expect([deleted, invalid]).toEqual([['/f/one'], ['/f/none']]);
  });

  it('are got by path, one level or all, in pages', async () => {
    for (const name of ['/g/a', '/g/b', '/g/c', '/g/deep/a', '/gg/a']) await put(name, name);
    const names = async (input: object): Promise<{ names: (string | undefined)[]; next?: string }> => {
      const { Parameters: found = [], NextToken: next } = await client.send(
        new GetParametersByPathCommand({ Path: '/g', ...input }),
      );
      return { names: found.map(({ Name }) => Name), ...(next !== undefined && { next }) };
    };
    expect(await names({})).toEqual({ names: ['/g/a', '/g/b', '/g/c'] });
    expect(await names({ Recursive: true })).toEqual({ names: ['/g/a', '/g/b', '/g/c', '/g/deep/a'] });
    const first = await names({ MaxResults: 2 });
    expect(first).toEqual({ names: ['/g/a', '/g/b'], next: expect.any(String) });
    expect(await names({ MaxResults: 2, NextToken: first.next })).toEqual({ names: ['/g/c'] });
  });
});

describe('refuses', () => {
  it.each([
    ['an empty value', { Name: '/x', Value: '', Type: 'String' }],
    ['a value over 4 kB', { Name: '/x', Value: 'x'.repeat(4097), Type: 'String' }],
    ['an unknown type', { Name: '/x', Value: 'x', Type: 'Number' }],
    ['a strange name', { Name: '/x y', Value: 'x', Type: 'String' }],
    ['what it does not carry out', { Name: '/x', Value: 'x', Type: 'String', AllowedPattern: 'a' }],
  ])('%s', async (_what, input) => {
    const failure = client.send(new PutParameterCommand(input as { Name: string; Value: string; Type: 'String' }));
    await expect(failure).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('an action that there is not', async () => {
    await expect(client.send(new DescribeParametersCommand({}))).rejects.toThrow('DescribeParameters');
  });
});

it('has the secrets of Secrets Manager below /aws/reference/secretsmanager', async () => {
  const account = { database: new DatabaseSync(':memory:'), accountId: '000000000000', region: 'us-east-1' };
  const secretsManager = createSecretsManager(account);
  await secretsManager.handle('CreateSecret', { Name: 'team/key', SecretString: 'one' });
  const withSecrets = createSsm({ ...account, secret: secretsManager.text });
  const input = { Name: '/aws/reference/secretsmanager/team/key', WithDecryption: true };
  const { Parameter } = (await withSecrets.handle('GetParameter', input)) as { Parameter: object };
  expect(Parameter).toMatchObject({ Type: 'SecureString', Value: 'one' });
  account.database.close();
});
