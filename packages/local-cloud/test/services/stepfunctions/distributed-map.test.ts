import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { ended, historyOf, outline, outputOf, run, runToEnd, startHarness, until, type Harness } from './harness.ts';

let harness: Harness;
let files: Record<string, string>;
beforeEach(async () => {
  harness = await startHarness();
  files = {};
  harness.callSdk = async (_, action, input) => {
    const { Key: key = '', Body: body = '', ContinuationToken: token } = input as Record<string, string>;
    if (action === 'putObject') files[key] = body;
    if (action === 'listObjectsV2') return token === undefined ? FIRST_PAGE : SECOND_PAGE;
    if (action !== 'getObject') return {};
    const file = files[key];
    if (file === undefined) throw Object.assign(new Error('gone'), { name: 'NoSuchKey' });
    return { Body: { transformToString: async () => file } };
  };
});
afterEach(() => harness.close());

const LastModified = new Date(1_700_000_000_000);
const FIRST_PAGE = {
  Contents: [{ Key: 'a', ETag: '"1"', Size: 1, LastModified, StorageClass: 'STANDARD' }],
  IsTruncated: true,
  NextContinuationToken: 'next',
};
const SECOND_PAGE = { Contents: [{ Key: 'b', ETag: '"2"', Size: 2, LastModified }], IsTruncated: false };

const CONFIG = { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' };
const child = (fields: object = { Type: 'Pass', End: true }, more: object = {}) => ({
  ItemProcessor: { ProcessorConfig: CONFIG, StartAt: 'I', States: { I: fields, ...more } },
});
const map = (fields: object, more: object = {}) => ({
  StartAt: 'M',
  States: { M: { Type: 'Map', End: true, ...child(), ...fields }, ...more },
});
const reader = (config: object) => ({
  ItemReader: {
    Resource: 'arn:aws:states:::s3:getObject',
    Parameters: { Bucket: 'b', 'Key.$': '$.key' },
    ReaderConfig: config,
  },
});
/** A child fails for the items that are 0. */
const failing = child(
  { Type: 'Choice', Choices: [{ Variable: '$', NumericEquals: 0, Next: 'F' }], Default: 'P' },
  { F: { Type: 'Fail', Error: 'Odd' }, P: { Type: 'Pass', End: true } },
);

describe('a distributed Map', () => {
  it('runs each item as an execution of its own, in the order of the items', async () => {
    const selector = { 'n.$': '$$.Map.Item.Value', 'i.$': '$$.Map.Item.Index', 'of.$': '$.of' };
    const definition = map({ ItemsPath: '$.list', ItemSelector: selector, Label: 'each', MaxConcurrency: 1 });
    const executionArn = await run(harness, definition, { list: ['a', 'b'], of: 2 });
    expect(JSON.parse((await ended(harness, executionArn)).output ?? '')).toEqual([
      { n: 'a', i: 0, of: 2 },
      { n: 'b', i: 1, of: 2 },
    ]);
    const events = await historyOf(harness, executionArn);
    expect(outline(events).slice(1)).toEqual([
      '2<-0 MapStateEntered',
      '3<-2 MapStateStarted',
      '4<-3 MapRunStarted',
      '5<-4 MapRunSucceeded',
      '6<-5 MapStateSucceeded',
      '7<-4 MapStateExited',
      '8<-7 ExecutionSucceeded',
    ]);
    const { mapRuns = [] } = await harness.client.send(new ListMapRunsCommand({ executionArn }));
    const mapRunArn = mapRuns[0]?.mapRunArn ?? '';
    expect(mapRunArn).toMatch(/:mapRun:machine-\d+\/each:[0-9a-f-]{36}$/);
    expect(events[3]?.mapRunStartedEventDetails).toEqual({ mapRunArn });
    const counts = { total: 2, succeeded: 2, pending: 0, running: 0, failed: 0, aborted: 0, timedOut: 0 };
    expect(await harness.client.send(new DescribeMapRunCommand({ mapRunArn }))).toMatchObject({
      ...{ executionArn, status: 'SUCCEEDED', maxConcurrency: 1, toleratedFailureCount: 0 },
      ...{ itemCounts: counts, executionCounts: { ...counts, resultsWritten: 2 } },
    });
    const { executions = [] } = await harness.client.send(new ListExecutionsCommand({ mapRunArn }));
    expect(executions).toHaveLength(2);
    expect(executions[0]).toMatchObject({ mapRunArn, status: 'SUCCEEDED' });
    const described = await harness.client.send(
      new DescribeExecutionCommand({ executionArn: executions[1]?.executionArn ?? '' }),
    );
    expect(described).toMatchObject({ input: '{"n":"a","i":0,"of":2}', mapRunArn });
    expect(described.stateMachineArn).toMatch(/:stateMachine:machine-\d+\/each$/);
  });

  it('reads a list of objects page by page', async () => {
    const definition = map({
      ItemReader: { Resource: 'arn:aws:states:::s3:listObjectsV2', Parameters: { Bucket: 'b', 'Prefix.$': '$.p' } },
    });
    const second = { Etag: '"2"', Key: 'b', LastModified: 1_700_000_000, Size: 2, StorageClass: 'STANDARD' };
    expect(await outputOf(harness, definition, { p: 'x' })).toEqual([
      { ...second, Etag: '"1"', Key: 'a', Size: 1 },
      second,
    ]);
    expect(harness.calls.map(({ input }) => input)).toEqual([
      { Bucket: 'b', Prefix: 'x' },
      { Bucket: 'b', Prefix: 'x', ContinuationToken: 'next' },
    ]);
  });

  it.each<[string, object, string, unknown[]]>([
    ['JSON', { InputType: 'JSON' }, '[1,{"a":2}]', [1, { a: 2 }]],
    ['JSON up to a limit', { InputType: 'JSON', MaxItems: 1 }, '[1,2]', [1]],
    ['JSON up to a limit at a path', { InputType: 'JSON', MaxItemsPath: '$.most' }, '[1,2,3]', [1, 2]],
    ['JSON lines', { InputType: 'JSONL' }, '{"a":1}\n\n2\n', [{ a: 1 }, 2]],
    [
      'CSV with headers',
      { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' },
      'h,i\n1,2\n3',
      [
        { h: '1', i: '2' },
        { h: '3', i: '' },
      ],
    ],
    [
      'CSV with given headers',
      { InputType: 'CSV', CSVHeaderLocation: 'GIVEN', CSVHeaders: ['h'], CSVDelimiter: 'PIPE' },
      '1|2\n3',
      [{ h: '1' }, { h: '3' }],
    ],
  ])('reads a file: %s', async (_, config, text, items) => {
    files['f'] = text;
    expect(await outputOf(harness, map(reader(config)), { key: 'f', most: 2 })).toEqual(items);
  });

  it.each<[string, object, string, string]>([
    ['a file that is not there', { InputType: 'JSON' }, 'gone', 'gone (Service: S3, Status Code: 400, '],
    ['no list', { InputType: 'JSON' }, 'f', 'Attempting to map over non-iterable node.'],
    [
      'a header twice',
      { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' },
      'twice',
      'CSV headers cannot contain duplicates.',
    ],
    ['a negative limit', { InputType: 'JSON', MaxItemsPath: '$.most' }, 'f', 'field MaxItems must be positive'],
  ])('fails with States.ItemReaderFailed: %s', async (_, config, key, cause) => {
    Object.assign(files, { f: '{}', twice: 'h,h\n1,2' });
    const executionArn = await run(harness, map(reader(config)), { key, most: -1 });
    expect(await ended(harness, executionArn)).toMatchObject({
      error: 'States.ItemReaderFailed',
      cause: expect.stringContaining(cause),
    });
    expect(outline(await historyOf(harness, executionArn)).slice(4)).toEqual([
      '5<-4 MapRunFailed',
      '6<-5 MapStateFailed',
      '7<-6 ExecutionFailed',
    ]);
  });

  it('starts no run where the limit is no whole number', async () => {
    const executionArn = await run(harness, map(reader({ InputType: 'JSON', MaxItemsPath: '$.most' })), { most: 2.5 });
    const { error, cause } = await ended(harness, executionArn);
    expect(error).toBe('States.Runtime');
    expect(cause).toContain('The MaxItemsPath field refers to value "2.5" which is not a valid integer: $.most');
    expect(outline(await historyOf(harness, executionArn)).slice(2)).toEqual([
      '3<-2 MapStateStarted',
      '4<-3 ExecutionFailed',
    ]);
  });

  it('makes batches by number and by size', async () => {
    const batcher = (limits: object) => map({ ItemBatcher: { BatchInput: { 'of.$': '$[0]' }, ...limits } });
    const BatchInput = { of: 'aa' };
    const input = ['aa', 'bb', 'cc'];
    expect(await outputOf(harness, batcher({ MaxItemsPerBatch: 2 }), input)).toEqual([
      { BatchInput, Items: ['aa', 'bb'] },
      { BatchInput, Items: ['cc'] },
    ]);
    const bytes = Buffer.byteLength(JSON.stringify({ BatchInput, Items: ['aa', 'bb'] }));
    expect(await outputOf(harness, batcher({ MaxInputBytesPerBatch: bytes + 1 }), input)).toHaveLength(2);
  });

  it.each<[string, object, number[], boolean]>([
    ['none by default', {}, [0, 1], false],
    ['a number of them', { ToleratedFailureCount: 1 }, [0, 1], true],
    ['not more than that', { ToleratedFailureCount: 1 }, [0, 0, 1], false],
    ['a part of them', { ToleratedFailurePercentage: 50 }, [0, 1], true],
    ['not more than that part', { ToleratedFailurePercentagePath: '$[0]' }, [0, 1], false],
  ])('tolerates failed children: %s', async (_, fields, items, succeeds) => {
    const executionArn = await run(harness, map({ ...failing, ...fields }), items);
    const { status, error, cause, output } = await ended(harness, executionArn);
    if (succeeds) expect([status, output]).toEqual(['SUCCEEDED', '[1]']);
    else {
      expect({ error, cause }).toEqual({
        error: 'States.ExceedToleratedFailureThreshold',
        cause: 'The specified tolerated failure threshold was exceeded',
      });
    }
  });

  it.each([
    ['ToleratedFailureCountPath', -1, 'ToleratedFailureCount cannot be negative.'],
    ['ToleratedFailurePercentagePath', 101, 'ToleratedFailurePercentage must be between 0 and 100.'],
  ])('fails before it starts for a wrong %s', async (field, value, cause) => {
    const executionArn = await run(harness, map({ ItemsPath: '$.items', [field]: '$.n' }), { items: [1], n: value });
    expect(await ended(harness, executionArn)).toMatchObject({
      error: 'States.Runtime',
      cause: expect.stringContaining(cause),
    });
    expect(outline(await historyOf(harness, executionArn)).slice(2)).toEqual([
      '3<-2 MapStateStarted',
      '4<-3 ExecutionFailed',
    ]);
  });

  it('writes results to a bucket', async () => {
    const writer = { Resource: 'arn:aws:states:::s3:putObject', Parameters: { Bucket: 'out', Prefix: 'jobs' } };
    const definition = map({ ...failing, ToleratedFailureCount: 1, ResultWriter: writer });
    const output = (await outputOf(harness, definition, [0, 1])) as { MapRunArn: string; ResultWriterDetails: object };
    const folder = `jobs/${output.MapRunArn.split(':').at(-1)}`;
    expect(output.ResultWriterDetails).toEqual({ Bucket: 'out', Key: `${folder}/manifest.json` });
    expect(JSON.parse(files[`${folder}/manifest.json`] ?? '')).toEqual({
      DestinationBucket: 'out',
      MapRunArn: output.MapRunArn,
      ResultFiles: {
        FAILED: [{ Key: `${folder}/FAILED_0.json`, Size: files[`${folder}/FAILED_0.json`]?.length }],
        PENDING: [],
        SUCCEEDED: [{ Key: `${folder}/SUCCEEDED_0.json`, Size: files[`${folder}/SUCCEEDED_0.json`]?.length }],
      },
    });
    expect(JSON.parse(files[`${folder}/FAILED_0.json`] ?? '')).toMatchObject([
      { Error: 'Odd', Status: 'FAILED', Input: '0' },
    ]);
  });

  it('stops its children when it is stopped', async () => {
    const executionArn = await run(harness, map(child({ Type: 'Wait', Seconds: 600, End: true })), [1, 2]);
    const mapRunArn = await until(async () => {
      const { mapRuns = [] } = await harness.client.send(new ListMapRunsCommand({ executionArn }));
      return mapRuns[0]?.mapRunArn;
    });
    const statuses = async () => {
      const { executions = [] } = await harness.client.send(new ListExecutionsCommand({ mapRunArn }));
      return executions.map(({ status }) => status);
    };
    await until(async () => ((await statuses()).length === 2 ? true : undefined));
    await harness.client.send(new StopExecutionCommand({ executionArn }));
    await until(async () => ((await statuses()).every((status) => status === 'ABORTED') ? true : undefined));
    const described = await harness.client.send(new DescribeMapRunCommand({ mapRunArn }));
    expect(described).toMatchObject({ status: 'ABORTED', executionCounts: { aborted: 2, total: 2 } });
  });

  it('has no variables of the states around', async () => {
    const inside = child(
      { Type: 'Pass', Assign: { x: 2 }, Next: 'J' },
      { J: { Type: 'Pass', InputPath: '$x', End: true } },
    );
    const definition = map({ ...inside, Assign: { x: 1 } });
    expect(await outputOf(harness, definition, [0])).toEqual([2]);
    const around = { A: { Type: 'Pass', Assign: { y: 1 }, Next: 'M' } };
    const outer = { ...map(child({ Type: 'Pass', InputPath: '$y', End: true }), around), StartAt: 'A' };
    expect(await runToEnd(harness, outer, [0])).toMatchObject({ error: 'States.ExceedToleratedFailureThreshold' });
  });
});
