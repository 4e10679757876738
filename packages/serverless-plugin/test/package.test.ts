import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest } from '@dure/release-gate/manifest';
import { packageService, root, writeService } from './packaged-service.ts';

interface Template {
  readonly Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
}

/** The functions of the README's example, so this tests the example. */
async function readmeFunctions(): Promise<string> {
  const readme = await readFile(join(import.meta.dirname, '..', 'README.md'), 'utf8');
  const [, functions = ''] = /```yaml\n[^`]*^functions:\n([^`]*)```/m.exec(readme) ?? [];
  return functions;
}

const TIMEOUT_MS = 400_000;
const folders: string[] = [];

async function newService(functions: string): Promise<string> {
  const folder = await mkdtemp(join(root, 'node_modules', '.packaged-service-'));
  folders.push(folder);
  await writeService(folder, functions);
  return folder;
}

afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

describe('serverless package', () => {
  let folder: string;
  let template: Template;

  beforeAll(async () => {
    folder = await newService(await readmeFunctions());
    const { code, output } = await packageService(folder, join(folder, 'one'));
    expect({ code, output }).toMatchObject({ code: 0 });
    const text = await readFile(join(folder, 'one', 'cloudformation-template-update-stack.json'), 'utf8');
    template = JSON.parse(text) as Template;
  }, TIMEOUT_MS);

  const ofType = (type: string) => Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);

  it('gives every function its own role and creates no shared one', () => {
    const roles = ofType('AWS::Lambda::Function').map(([, it]) => it.Properties['Role']);
    expect(roles).toEqual(
      ['ApiRole', 'CommandsRole', 'RelayRole', 'SweepRole'].map((role) => ({ 'Fn::GetAtt': [role, 'Arn'] })),
    );
    expect(ofType('AWS::IAM::Role')).toHaveLength(4);
  });

  it('feeds the consumer from its queue and the relay from the stream', () => {
    const mappings = ofType('AWS::Lambda::EventSourceMapping').map(([, it]) => it.Properties);
    expect(mappings).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          EventSourceArn: { 'Fn::GetAtt': ['CommandsQueue', 'Arn'] },
          FunctionResponseTypes: ['ReportBatchItemFailures'],
          ScalingConfig: { MaximumConcurrency: 5 },
        }),
        expect.objectContaining({
          EventSourceArn: { 'Fn::GetAtt': ['Table', 'StreamArn'] },
          BisectBatchOnFunctionError: true,
          DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['RelayGivenUpBucket', 'Arn'] } } },
        }),
        expect.objectContaining({ EventSourceArn: { 'Fn::GetAtt': ['RelayQueue', 'Arn'] }, BatchSize: 1 }),
      ]),
    );
    expect(mappings).toHaveLength(3);
  });

  it('routes the contracts’ messages and paths', () => {
    expect(template.Resources['CommandsOrderPlacedV1Rule']?.Properties['EventPattern']).toEqual({
      source: ['dure.orders'],
      'detail-type': ['OrderPlaced.v1'],
      detail: { replyto: [{ exists: true }] },
    });
    const methods = ofType('AWS::ApiGateway::Method').map(([id]) => id);
    expect(methods).toEqual(
      expect.arrayContaining([
        'ApiGatewayMethodV1StockSkuVarGet',
        'ApiGatewayMethodV1HealthGet',
        'ApiGatewayMethodV1VersionGet',
      ]),
    );
  });

  it('gives a failed scheduled run somewhere to go', () => {
    const [[, config] = []] = ofType('AWS::Lambda::EventInvokeConfig');
    expect(config?.Properties['DestinationConfig']).toEqual({
      OnFailure: { Destination: { 'Fn::GetAtt': ['SweepDeadLetterQueue', 'Arn'] } },
    });
  });

  it("sets the release in the functions' environment", () => {
    const lambda = template.Resources['ApiLambdaFunction']?.Properties;
    expect(lambda?.['Environment']).toMatchObject({
      Variables: { SERVICE_NAME: 'inventory', SERVICE_VERSION: '4.5.6', STAGE: 'dev', COMMIT: 'c0ffee' },
    });
    expect(lambda).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], Timeout: 10 });
  });

  it('allows no resource by wildcard but X-Ray’s', () => {
    const statements = ofType('AWS::IAM::Role').flatMap(([, role]) => {
      const [policy] = role.Properties['Policies'] as { PolicyDocument: { Statement: Record<string, unknown>[] } }[];
      return policy?.PolicyDocument.Statement ?? [];
    });
    const wild = statements.filter((statement) => statement['Resource'] === '*');
    expect(statements.length).toBeGreaterThan(wild.length);
    expect(wild.map((statement) => statement['Action'])).toEqual(
      Array(4).fill(['xray:PutTraceSegments', 'xray:PutTelemetryRecords']),
    );
  });

  it(
    'makes the same archives again, wherever and whenever',
    async () => {
      const { code, output } = await packageService(folder, join(folder, 'two'), { TZ: 'Asia/Seoul' });
      expect({ code, output }).toMatchObject({ code: 0 });
      const [one, two] = await Promise.all([hashes(join(folder, 'one')), hashes(join(folder, 'two'))]);
      expect(Object.keys(one).sort()).toEqual(['api.zip', 'commands.zip', 'relay.zip', 'sweep.zip']);
      expect(two).toEqual(one);
      const manifests = ['one', 'two'].map((out) => readFile(join(folder, out, 'manifest.json'), 'utf8'));
      const [first, second] = await Promise.all(manifests);
      expect(second).toBe(first);
    },
    TIMEOUT_MS,
  );

  it('writes the manifest of the release beside the template, with the digest that the template publishes', async () => {
    const manifest = JSON.parse(await readFile(join(folder, 'one', 'manifest.json'), 'utf8')) as Manifest;
    const digest = template.Resources['ArtefactsParameter']?.Properties['Value'];
    expect(manifest).toMatchObject({
      service: 'inventory',
      major: 4,
      owner: { name: 'Stock' },
      commit: 'c0ffee',
      digest,
    });
    expect(manifest.requires).toMatchObject([
      { contract: 'orders/OrderPlaced', major: 1, use: 'reads', fields: ['*'] },
    ]);
    expect(manifest.provides.map(({ contract }) => contract)).toEqual(
      expect.arrayContaining(['inventory/ReserveStock', 'inventory/StockReserved', 'inventory/GetStock']),
    );
  });
});

describe('serverless package refuses', () => {
  it.each([
    [
      'a message that is in no contract',
      'it: { handler: src/handler.handler, consumes: [orders/OrderPlaecd.v1] }',
      'there is no message "orders/OrderPlaecd.v1" in the contracts; the nearest are "orders/OrderPlaced.v1"',
    ],
    [
      'a property that does not exist',
      'it: { handler: src/handler.handler, consume: [ReserveStock.v1] }',
      "unrecognized property 'consume'",
    ],
    [
      'a contract that is not named where it is used',
      'it: { handler: src/detour.handler }',
      'src/detour.ts: consumes(it, …) has to name a contract that the file imports from its owner',
    ],
    ['a wrong value', 'it: { handler: src/handler.handler, table: write }', "at 'functions.it.table'"],
  ])(
    '%s',
    async (_, yaml, sentence) => {
      const folder = await newService(`  ${yaml}\n`);
      const { code, output } = await packageService(folder, join(folder, 'out'));
      expect(code).toBe(1);
      expect(output).toContain(sentence);
    },
    TIMEOUT_MS,
  );
});

async function hashes(folder: string): Promise<Record<string, string>> {
  const archives = (await readdir(folder)).filter((file) => file.endsWith('.zip'));
  const entries = archives.map(async (file): Promise<[string, string]> => {
    const content = await readFile(join(folder, file));
    return [file, createHash('sha256').update(content).digest('hex')];
  });
  return Object.fromEntries(await Promise.all(entries));
}
