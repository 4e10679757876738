import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CloudWatchLogsClient, DescribeLogStreamsCommand, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  DeleteFunctionConcurrencyCommand,
  GetFunctionCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  type InvokeCommandInput,
  LambdaClient,
  ListAliasesCommand,
  ListEventSourceMappingsCommand,
  ListVersionsByFunctionCommand,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { strToU8, zipSync } from 'fflate';
import {
  lambda,
  openStacks,
  queue,
  type RunningAccount,
  type Stacks,
  startAccountProcess,
  temporaryFolder,
} from './harness.ts';

const folder = temporaryFolder();
let account: RunningAccount;
let stacks: Stacks;
let client: LambdaClient;
let sqs: SQSClient;

beforeAll(async () => {
  account = await startAccountProcess(folder.path);
  stacks = openStacks(account.config);
  client = new LambdaClient({ ...account.config, maxAttempts: 1 });
  sqs = new SQSClient(account.config);
});

afterAll(async () => {
  await account.end('SIGTERM');
  for (const each of [stacks.client, client, sqs]) each.destroy();
  folder.remove();
});

async function invoke(FunctionName: string, payload: unknown = {}, more: Partial<InvokeCommandInput> = {}) {
  const input = { FunctionName, Payload: JSON.stringify(payload), ...more };
  const { Payload, ...rest } = await client.send(new InvokeCommand(input));
  const text = Payload?.transformToString() ?? '';
  return { ...rest, payload: text === '' ? undefined : (JSON.parse(text) as unknown) };
}

async function received(QueueUrl: string): Promise<string> {
  const { Messages: messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 15 }));
  return messages[0]?.Body ?? '';
}

const answering = (text: string): string => `exports.handler = async () => '${text}'`;

describe('a function', () => {
  it('runs from the archive in the bucket, with its environment, memory, time-out and this endpoint', async () => {
    const s3 = new S3Client({ ...account.config, forcePathStyle: true });
    const source = `const { helper } = require('./lib/helper.cjs');
      const { SQSClient } = require('@aws-sdk/client-sqs');
      exports.run = async (event, context) => ({ ...helper(event), sdk: typeof SQSClient,
        endpoint: process.env.AWS_ENDPOINT_URL, own: process.env.OWN, arn: context.invokedFunctionArn,
        memory: context.memoryLimitInMB, left: context.getRemainingTimeInMillis() > 4000 });`;
    const files = { 'src/run.js': source, 'src/lib/helper.cjs': 'exports.helper = (event) => ({ got: event });' };
    const archive = zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));
    await s3.send(new CreateBucketCommand({ Bucket: 'code' }));
    await s3.send(new PutObjectCommand({ Bucket: 'code', Key: 'a/run.zip', Body: archive }));
    s3.destroy();
    const Code = { S3Bucket: 'code', S3Key: 'a/run.zip' };
    const more = { FunctionName: 'from-bucket', Handler: 'src/run.run', Timeout: 5, MemorySize: 200 };
    const Environment = { Variables: { OWN: 'value' } };
    await stacks.create('from-bucket', { Resources: { F: lambda('', { ...more, Code, Environment }) } });
    expect((await invoke('from-bucket', { a: 1 })).payload).toEqual({
      got: { a: 1 },
      sdk: 'function',
      endpoint: account.url,
      own: 'value',
      arn: 'arn:aws:lambda:us-east-1:000000000000:function:from-bucket',
      memory: '200',
      left: true,
    });
    const { Configuration: configuration } = await client.send(new GetFunctionCommand({ FunctionName: 'from-bucket' }));
    expect(configuration).toMatchObject({
      Handler: 'src/run.run',
      Timeout: 5,
      CodeSize: archive.length,
      State: 'Active',
    });
  });

  it('is updated in place, and put back when the update fails', async () => {
    const resources = (text: string): object => ({ F: lambda(answering(text), { FunctionName: 'changing' }) });
    await stacks.create('changing', { Resources: resources('one') });
    expect((await invoke('changing')).payload).toBe('one');
    await stacks.update('changing', { Resources: resources('two') });
    expect((await invoke('changing')).payload).toBe('two');
    const bad = { ...queue({ Wrong: 1 }), DependsOn: 'F' };
    const failed = await stacks.update('changing', { Resources: { ...resources('three'), Bad: bad } });
    expect(failed.StackStatus).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect((await invoke('changing')).payload).toBe('two');
    await stacks.delete('changing');
    await expect(invoke('changing')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('that throws or takes too long answers a function error', async () => {
    const source = `exports.handler = async ({ wait }) => {
      if (wait) await new Promise((resolve) => setTimeout(resolve, 5000));
      throw new RangeError('too far');
    };`;
    await stacks.create('failing', { Resources: { F: lambda(source, { FunctionName: 'failing', Timeout: 1 }) } });
    expect(await invoke('failing')).toMatchObject({
      FunctionError: 'Unhandled',
      payload: { errorType: 'RangeError', errorMessage: 'too far' },
    });
    expect((await invoke('failing', { wait: true })).payload).toMatchObject({ errorType: 'Sandbox.Timedout' });
  });

  it.each([
    ['another runtime', { Runtime: 'ruby3.4' }, /The runtime ruby3.4 is not run here; use one of nodejs16.x/],
    ['an image', { PackageType: 'Image' }, /container images are not run here/],
    ['no archive', { Code: { S3Bucket: 'code', S3Key: 'none.zip' } }, /does not exist/],
    ['a property that is not known', { FileSystemConfigs: [] }, /FileSystemConfigs is not supported here/],
  ])('with %s is refused by name', async (_what, properties, reason) => {
    const { StackId = '' } = await stacks.create('refusing', { Resources: { F: lambda('', properties) } });
    expect((await stacks.events(StackId)).find((event) => event.startsWith('F CREATE_FAILED'))).toMatch(reason);
    await stacks.delete('refusing');
  });
});

describe('the settings of a function', () => {
  const wait = `exports.handler = ({ ms = 0 }) => new Promise((resolve) => setTimeout(resolve, ms, 'waited'));`;

  it('may be layers, whose files and packages are at /opt', async () => {
    const s3 = new S3Client({ ...account.config, forcePathStyle: true });
    const archive = zipSync({
      'nodejs/node_modules/greet/index.js': strToU8("module.exports = 'hello';"),
      'motto.txt': strToU8('be kind'),
    });
    await s3.send(new CreateBucketCommand({ Bucket: 'layers' }));
    await s3.send(new PutObjectCommand({ Bucket: 'layers', Key: 'greet.zip', Body: archive }));
    s3.destroy();
    const source = `exports.handler = async () => [require('greet'), require('fs').readFileSync('/opt/motto.txt', 'utf8')];`;
    const Content = { S3Bucket: 'layers', S3Key: 'greet.zip' };
    const Layer = { Type: 'AWS::Lambda::LayerVersion', Properties: { LayerName: 'greet', Content } };
    const F = lambda(source, { FunctionName: 'layered', Layers: [{ Ref: 'Layer' }] });
    await stacks.create('layered', { Resources: { Layer, F } });
    expect((await invoke('layered')).payload).toEqual(['hello', 'be kind']);
    const arn = 'arn:aws:lambda:us-east-1:000000000000:layer:greet:1';
    const { Layers } = await client.send(new GetFunctionConfigurationCommand({ FunctionName: 'layered' }));
    expect(Layers).toMatchObject([{ Arn: arn, CodeSize: archive.length }]);
    await stacks.create('strange', { Resources: { F: lambda('', { Layers: [`${arn.slice(0, -1)}7`] }) } });
    expect((await stacks.events('strange')).join('\n')).toContain('Layers: there is no layer version');
  });

  it('may be reserved concurrency, by the template and by the API', async () => {
    const FunctionName = 'reserved';
    const F = lambda(wait, { FunctionName, ReservedConcurrentExecutions: 1 });
    await stacks.create('reserved', { Resources: { F } });
    const first = invoke(FunctionName, { ms: 1000 });
    await expect(invoke(FunctionName, { ms: 1000 })).rejects.toMatchObject({
      ...{ name: 'TooManyRequestsException', Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' },
      $metadata: { httpStatusCode: 429 },
    });
    expect((await first).payload).toBe('waited');
    await client.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }));
    await expect(invoke(FunctionName)).rejects.toMatchObject({ name: 'TooManyRequestsException' });
    const { Concurrency } = await client.send(new GetFunctionCommand({ FunctionName }));
    expect(Concurrency).toEqual({ ReservedConcurrentExecutions: 0 });
    await client.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
    const after = await client.send(new GetFunctionConcurrencyCommand({ FunctionName }));
    expect(after.ReservedConcurrentExecutions).toBeUndefined();
    expect((await invoke(FunctionName)).payload).toBe('waited');
    const qualified = { FunctionName: `${FunctionName}:1`, ReservedConcurrentExecutions: 1 };
    await expect(client.send(new PutFunctionConcurrencyCommand(qualified))).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
    });
  });

  it('may be a format of its logs, in a group of its own with a stream for each environment', async () => {
    const logGroupName = '/own/group';
    const LoggingConfig = { LogFormat: 'JSON', LogGroup: logGroupName, ApplicationLogLevel: 'WARN' };
    const source = `exports.handler = async () => { console.log('no'); console.warn({ told: 1 }); };`;
    const F = lambda(source, { FunctionName: 'json-logs', LoggingConfig });
    const Group = { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: logGroupName } };
    await stacks.create('json-logs', { Resources: { Group, F } });
    await invoke('json-logs');
    const logs = new CloudWatchLogsClient(account.config);
    const { logStreams: [stream] = [] } = await logs.send(new DescribeLogStreamsCommand({ logGroupName }));
    const { logStreamName } = stream!;
    expect(logStreamName).toMatch(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/);
    const { events = [] } = await logs.send(new GetLogEventsCommand({ logGroupName, logStreamName }));
    logs.destroy();
    expect(events.map(({ message = '' }) => JSON.parse(message) as unknown)).toMatchObject([
      { type: 'platform.start', record: { version: '$LATEST' } },
      { level: 'WARN', message: { told: 1 }, requestId: expect.any(String) },
      { type: 'platform.report', record: { status: 'success' } },
    ]);
    const wrong = { LogFormat: 'Text', ApplicationLogLevel: 'WARN' };
    await stacks.create('wrong-logs', { Resources: { F: lambda('', { LoggingConfig: wrong }) } });
    expect((await stacks.events('wrong-logs')).join('\n')).toContain('need LogFormat JSON');
  });

  it('is limited to 1 MB where nobody waits for the answer', async () => {
    await stacks.create('small', { Resources: { F: lambda(wait, { FunctionName: 'small' }) } });
    const payload = 'x'.repeat(1024 * 1024);
    await expect(invoke('small', payload, { InvocationType: 'Event' })).rejects.toMatchObject({
      ...{ name: 'RequestTooLargeException', message: expect.stringContaining('limit 1048576 bytes') },
    });
    expect((await invoke('small', payload)).payload).toBe('waited');
  });
});

describe('versions and aliases', () => {
  const resources = (text: string, version: string): object => ({
    F: lambda(answering(text), { FunctionName: 'aliased' }),
    [version]: { Type: 'AWS::Lambda::Version', DeletionPolicy: 'Retain', Properties: { FunctionName: { Ref: 'F' } } },
    Live: {
      Type: 'AWS::Lambda::Alias',
      Properties: { FunctionName: { Ref: 'F' }, Name: 'live', FunctionVersion: { 'Fn::GetAtt': [version, 'Version'] } },
    },
  });

  it('run side by side, and the alias moves with the stack', async () => {
    await stacks.create('aliased', { Resources: resources('one', 'V1') });
    await stacks.update('aliased', { Resources: resources('two', 'V2') });
    const { Versions: versions } = await client.send(new ListVersionsByFunctionCommand({ FunctionName: 'aliased' }));
    expect(versions?.map(({ Version }) => Version)).toEqual(['$LATEST', '1', '2']);
    const { Aliases: aliases } = await client.send(new ListAliasesCommand({ FunctionName: 'aliased' }));
    expect(aliases).toMatchObject([{ Name: 'live', FunctionVersion: '2' }]);
    expect(await invoke('aliased:live')).toMatchObject({ payload: 'two', ExecutedVersion: '2' });
    expect(await invoke('aliased', {}, { Qualifier: '1' })).toMatchObject({ payload: 'one', ExecutedVersion: '1' });
    const byArn = 'arn:aws:lambda:us-east-1:000000000000:function:aliased:live';
    expect((await client.send(new GetFunctionConfigurationCommand({ FunctionName: byArn }))).Version).toBe('2');
    await expect(invoke('aliased:none')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('of code that is not what was uploaded is refused', async () => {
    const Version = { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'F' }, CodeSha256: 'other' } };
    await stacks.create('mismatch', { Resources: { F: lambda(answering('x')), Version } });
    expect((await stacks.events('mismatch')).join('\n')).toMatch(
      /Version CREATE_FAILED CodeSHA256 \(other\) is different/,
    );
  });
});

describe('without an answer', () => {
  it('a function is tried again as configured, and then its event is in the destination', async () => {
    const source = `exports.handler = async () => { throw new Error('never'); }`;
    const { Outputs: outputs } = await stacks.create('async', {
      Resources: {
        F: lambda(source, {
          FunctionName: 'async',
          DeadLetterConfig: { TargetArn: { 'Fn::GetAtt': ['Events', 'Arn'] } },
        }),
        Failed: queue(),
        Events: queue(),
        Config: {
          Type: 'AWS::Lambda::EventInvokeConfig',
          Properties: {
            FunctionName: { Ref: 'F' },
            Qualifier: '$LATEST',
            MaximumRetryAttempts: 1,
            DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['Failed', 'Arn'] } } },
          },
        },
      },
      Outputs: { Failed: { Value: { Ref: 'Failed' } }, Events: { Value: { Ref: 'Events' } } },
    });
    expect((await invoke('async', { order: 1 }, { InvocationType: 'Event' })).StatusCode).toBe(202);
    const urlOf = (key: string): string => outputs?.find(({ OutputKey }) => OutputKey === key)?.OutputValue ?? '';
    expect(await received(urlOf('Events'))).toBe('{"order":1}');
    expect(JSON.parse(await received(urlOf('Failed')))).toMatchObject({
      requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 2 },
      requestPayload: { order: 1 },
      responsePayload: { errorMessage: 'never' },
    });
  });

  it.each([
    ['that is not there', 31, 'arn:aws:sqs:us-east-1:000000000000:nobody', /NonExistentQueue.*does not exist/],
    [
      'whose messages come back while it works on them',
      29,
      { 'Fn::GetAtt': ['In', 'Arn'] },
      /Queue visibility timeout: 29 seconds is less than Function timeout: 30 seconds/,
    ],
  ])('a queue %s does not invoke it', async (_, VisibilityTimeout, source, reason) => {
    const stack = `refused-${VisibilityTimeout}`;
    await stacks.create(stack, {
      Resources: {
        In: queue({ VisibilityTimeout }),
        F: lambda('exports.handler = async () => 1;', { FunctionName: stack, Timeout: 30 }),
        Mapping: {
          Type: 'AWS::Lambda::EventSourceMapping',
          Properties: { EventSourceArn: source, FunctionName: { Ref: 'F' } },
        },
      },
    });
    expect((await stacks.events(stack)).find((event) => event.startsWith('Mapping CREATE_FAILED'))).toMatch(reason);
  });

  it('a queue and a schedule invoke it, through an alias too', async () => {
    const source = `const { SQSClient, SendMessageCommand } = require('@aws-sdk/client-sqs');
      const sqs = new SQSClient({});
      exports.handler = (event) => sqs.send(new SendMessageCommand({
        QueueUrl: process.env.OUT, MessageBody: JSON.stringify(event.Records?.[0].body ?? event) }));`;
    const { Outputs: outputs = [] } = await stacks.create('sources', {
      Resources: {
        In: queue(),
        Out: queue(),
        F: lambda(source, { FunctionName: 'sources', Environment: { Variables: { OUT: { Ref: 'Out' } } } }),
        V: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'F' } } },
        Alias: {
          Type: 'AWS::Lambda::Alias',
          Properties: { FunctionName: { Ref: 'F' }, Name: 'live', FunctionVersion: { 'Fn::GetAtt': ['V', 'Version'] } },
        },
        Mapping: {
          Type: 'AWS::Lambda::EventSourceMapping',
          Properties: { EventSourceArn: { 'Fn::GetAtt': ['In', 'Arn'] }, FunctionName: { Ref: 'Alias' }, BatchSize: 1 },
        },
      },
      Outputs: { In: { Value: { Ref: 'In' } }, Out: { Value: { Ref: 'Out' } } },
    });
    const [In = '', Out = ''] = ['In', 'Out'].map(
      (key) => outputs.find(({ OutputKey }) => OutputKey === key)?.OutputValue,
    );
    await sqs.send(new SendMessageCommand({ QueueUrl: In, MessageBody: 'hello' }));
    expect(await received(Out)).toBe('"hello"');
    const { EventSourceMappings: mappings } = await client.send(new ListEventSourceMappingsCommand({}));
    expect(mappings).toMatchObject([{ State: 'Enabled', BatchSize: 1 }]);
    await stacks.delete('sources');
    expect((await client.send(new ListEventSourceMappingsCommand({}))).EventSourceMappings).toEqual([]);
  });
});
