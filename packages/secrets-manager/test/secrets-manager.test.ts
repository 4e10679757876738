import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetRandomPasswordCommand,
  type GetRandomPasswordCommandInput,
  GetSecretValueCommand,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  RotateSecretCommand,
  SecretsManagerClient,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UnresolvedReference } from '@dure/cloudformation';
import {
  createSecretsManager,
  secretReferences,
  type SecretsManager,
  secretsManagerResourceTypes,
} from '../src/index.ts';
import { createAwsJsonServer } from '@dure/aws-protocols/aws-json';

const account = { database: new DatabaseSync(':memory:'), accountId: '000000000000', region: 'us-east-1' };
const name = (): string => `team/secret-${randomUUID()}`;
let secretsManager: SecretsManager;
let server: Server;
let client: SecretsManagerClient;

beforeAll(async () => {
  secretsManager = createSecretsManager(account);
  server = createAwsJsonServer({ secretsmanager: secretsManager.handle }).listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new SecretsManagerClient({ endpoint, region: 'us-east-1', credentials });
});

afterAll(() => {
  client.destroy();
  server.close();
  account.database.close();
});

const get = (SecretId: string, more: { VersionStage?: string; VersionId?: string } = {}) =>
  client.send(new GetSecretValueCommand({ SecretId, ...more }));

describe('a secret', () => {
  it('is read by its name, its ARN, and its ARN without the characters at its end', async () => {
    const Name = name();
    const { ARN = '', VersionId } = await client.send(new CreateSecretCommand({ Name, SecretString: 'one' }));
    expect(ARN).toMatch(new RegExp(`^arn:aws:secretsmanager:us-east-1:000000000000:secret:${Name}-[A-Za-z0-9]{6}$`));
    for (const id of [Name, ARN, ARN.slice(0, -7)]) {
      expect(await get(id)).toMatchObject({
        ...{ ARN, Name, VersionId, SecretString: 'one', VersionStages: ['AWSCURRENT'] },
        CreatedDate: expect.any(Date),
      });
    }
  });

  it('may be bytes', async () => {
    const Name = name();
    const SecretBinary = new Uint8Array([0, 1, 255]);
    await client.send(new CreateSecretCommand({ Name, SecretBinary }));
    const { SecretBinary: read, SecretString: text } = await get(Name);
    expect([[...(read ?? [])], text]).toEqual([[0, 1, 255], undefined]);
  });

  it('keeps its former version as the previous one, and loses the one before', async () => {
    const Name = name();
    await client.send(new CreateSecretCommand({ Name, SecretString: 'one' }));
    await client.send(new PutSecretValueCommand({ SecretId: Name, SecretString: 'two' }));
    await client.send(new UpdateSecretCommand({ SecretId: Name, SecretString: 'three', Description: 'said' }));
    expect((await get(Name)).SecretString).toBe('three');
    expect((await get(Name, { VersionStage: 'AWSPREVIOUS' })).SecretString).toBe('two');
    const described = await client.send(new DescribeSecretCommand({ SecretId: Name }));
    expect(described.Description).toBe('said');
    expect(
      Object.values(described.VersionIdsToStages ?? {})
        .flat()
        .sort(),
    ).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
    const input = { SecretId: Name, IncludeDeprecated: true };
    expect((await client.send(new ListSecretVersionIdsCommand(input))).Versions).toHaveLength(3);
  });

  it('moves a label of its own from version to version, and makes one current by hand', async () => {
    const Name = name();
    const { VersionId: first } = await client.send(new CreateSecretCommand({ Name, SecretString: 'one' }));
    const pending = { SecretId: Name, SecretString: 'two', VersionStages: ['AWSPENDING'] };
    const { VersionId: second } = await client.send(new PutSecretValueCommand(pending));
    expect((await get(Name)).SecretString).toBe('one');
    expect((await get(Name, { VersionStage: 'AWSPENDING' })).SecretString).toBe('two');
    const move = { SecretId: Name, VersionStage: 'AWSCURRENT', MoveToVersionId: second };
    await expect(client.send(new UpdateSecretVersionStageCommand(move))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    await client.send(new UpdateSecretVersionStageCommand({ ...move, RemoveFromVersionId: first }));
    expect((await get(Name)).SecretString).toBe('two');
    expect((await get(Name, { VersionId: first })).VersionStages).toEqual(['AWSPREVIOUS']);
  });

  it('is made once by requests with the same token, and not with another value', async () => {
    const input = { Name: name(), SecretString: 'one', ClientRequestToken: randomUUID() };
    const first = await client.send(new CreateSecretCommand(input));
    expect(await client.send(new CreateSecretCommand(input))).toMatchObject({ VersionId: first.VersionId });
    const other = client.send(new CreateSecretCommand({ ...input, SecretString: 'two' }));
    await expect(other).rejects.toMatchObject({ name: 'ResourceExistsException' });
    const put = new PutSecretValueCommand({ ...input, SecretId: input.Name, SecretString: 'two' });
    await expect(client.send(put)).rejects.toMatchObject({ name: expect.stringMatching(/Exception$/) });
  });

  it('that is deleted can be restored, and is gone when it was deleted by force', async () => {
    const Name = name();
    await client.send(new CreateSecretCommand({ Name, SecretString: 'one' }));
    await client.send(new DeleteSecretCommand({ SecretId: Name, RecoveryWindowInDays: 7 }));
    await expect(get(Name)).rejects.toMatchObject({ name: 'InvalidRequestException' });
    const again = client.send(new CreateSecretCommand({ Name, SecretString: 'two' }));
    await expect(again).rejects.toMatchObject({ name: 'InvalidRequestException' });
    await client.send(new RestoreSecretCommand({ SecretId: Name }));
    expect((await get(Name)).SecretString).toBe('one');
    await client.send(new DeleteSecretCommand({ SecretId: Name, ForceDeleteWithoutRecovery: true }));
    await expect(get(Name)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret.",
    });
  });

  it('has tags, by which it is listed, page by page', async () => {
    const [one, two] = [name(), name()].sort() as [string, string];
    for (const Name of [one, two]) {
      await client.send(new CreateSecretCommand({ Name, SecretString: 'x', Tags: [{ Key: 'listed', Value: 'yes' }] }));
    }
    const Filters = [{ Key: 'tag-key' as const, Values: ['listed'] }];
    const page = await client.send(new ListSecretsCommand({ Filters, MaxResults: 1 }));
    expect(page.SecretList?.map((secret) => secret.Name)).toEqual([one]);
    const next = await client.send(new ListSecretsCommand({ Filters, MaxResults: 1, NextToken: page.NextToken }));
    expect([next.SecretList?.map((secret) => secret.Name), next.NextToken]).toEqual([[two], undefined]);
    await client.send(new UntagResourceCommand({ SecretId: one, TagKeys: ['listed'] }));
    await client.send(new TagResourceCommand({ SecretId: one, Tags: [{ Key: 'other', Value: '1' }] }));
    expect(await client.send(new DescribeSecretCommand({ SecretId: one }))).toMatchObject({
      Tags: [{ Key: 'other', Value: '1' }],
    });
  });

  it.each([
    ['a name with a space', { Name: 'a b', SecretString: 'x' }, 'ValidationException'],
    ['more than 64 KiB', { Name: name(), SecretString: 'x'.repeat(65_537) }, 'ValidationException'],
    ['a short token', { Name: name(), SecretString: 'x', ClientRequestToken: 'short' }, 'InvalidParameterException'],
    [
      'replicas',
      { Name: name(), SecretString: 'x', AddReplicaRegions: [{ Region: 'eu-west-1' }] },
      'InvalidParameterException',
    ],
  ])('is refused with %s', async (_what, input, error) => {
    await expect(client.send(new CreateSecretCommand(input))).rejects.toMatchObject({ name: error });
  });

  it('is not rotated, which is said by name', async () => {
    const sent = client.send(new RotateSecretCommand({ SecretId: 'any' }));
    await expect(sent).rejects.toMatchObject({ message: "Secrets Manager's RotateSecret is not supported here." });
  });
});

describe('a random password', () => {
  const password = async (rules: GetRandomPasswordCommandInput): Promise<string> =>
    (await client.send(new GetRandomPasswordCommand(rules))).RandomPassword ?? '';

  it('has each kind of character, unless that is excluded', async () => {
    for (const pattern of [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z\d\s]/, /^\S{32}$/]) {
      expect(await password({})).toMatch(pattern);
    }
    const rules = { PasswordLength: 20, ExcludePunctuation: true, ExcludeUppercase: true, ExcludeCharacters: 'abc0' };
    expect(await password(rules)).toMatch(/^[d-z1-9]{20}$/);
    expect(await password({ PasswordLength: 5, IncludeSpace: true })).toContain(' ');
  });

  it('is refused where nothing is left of it', async () => {
    await expect(password({ PasswordLength: 3 })).rejects.toMatchObject({ name: 'InvalidParameterException' });
    const none = { ExcludeLowercase: true, ExcludeUppercase: true, ExcludeNumbers: true, ExcludePunctuation: true };
    await expect(password(none)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});

describe('in a template', () => {
  const type = () => secretsManagerResourceTypes(secretsManager)['AWS::SecretsManager::Secret']!;
  const GenerateSecretString = { SecretStringTemplate: '{"user":"admin"}', GenerateStringKey: 'password' };

  it('a secret is generated once, and again when its rules change', async () => {
    const Name = name();
    const request = { stackName: 's', logicalId: 'L', name: Name, properties: { Name, GenerateSecretString } };
    const { ref, attributes } = await type().create(request);
    expect(attributes['Id']).toBe(ref);
    const text = secretsManager.text(ref) ?? '';
    expect(JSON.parse(text)).toEqual({ user: 'admin', password: expect.stringMatching(/^\S{32}$/) });
    await type().create(request);
    await type().update?.(ref, { ...request.properties, Description: 'd' }, request.properties);
    expect(secretsManager.text(ref)).toBe(text);
    const rules = { ...request.properties, GenerateSecretString: { ...GenerateSecretString, PasswordLength: 10 } };
    expect((await type().update?.(ref, rules, request.properties))?.ref).toBe(ref);
    expect(JSON.parse(secretsManager.text(ref) ?? '')).toMatchObject({ password: expect.stringMatching(/^\S{10}$/) });
    await type().remove({ logicalId: 'L', name: Name, physicalId: ref, properties: {} });
    expect(secretsManager.text(Name)).toBeUndefined();
  });

  it('a property that is not carried out is refused by name', () => {
    expect(() => type().check({ ReplicaRegions: [] })).toThrow('the property ReplicaRegions is not supported here');
  });

  it('a reference is to the whole text, one of its keys, a label or a version', async () => {
    const read = secretReferences(secretsManager)['secretsmanager']!;
    const Name = name();
    const one = JSON.stringify({ user: 'a', port: 5432 });
    const { ARN, VersionId } = await client.send(new CreateSecretCommand({ Name, SecretString: one }));
    await client.send(new PutSecretValueCommand({ SecretId: Name, SecretString: '{"user":"b"}' }));
    expect(read(Name)).toBe('{"user":"b"}');
    expect(read(`${Name}:SecretString`)).toBe('{"user":"b"}');
    expect(read(`${ARN}:SecretString:user`)).toBe('b');
    expect(read(`${Name}:SecretString:user:AWSPREVIOUS`)).toBe('a');
    expect(read(`${Name}:SecretString:port::${VersionId}`)).toBe('5432');
    expect(() => read(`${Name}:SecretString:none`)).toThrow(/Could not find a value .* none$/);
    expect(() => read(`${Name}:SecretBinary`)).toThrow('there is only SecretString');
    expect(() => read('none')).toThrow(UnresolvedReference);
  });
});
