import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TooManyRequestsException } from '@dure/lambda-runtime';
import { ConditionalCheckFailedException, DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import {
  ended,
  historyOf,
  outline,
  outputOf,
  pass,
  run,
  runToEnd,
  startHarness,
  until,
  type Harness,
} from './harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(() => harness.close());

const task = (resource: string, parameters: object, fields: object = {}) => ({
  StartAt: 'T',
  States: {
    T: { Type: 'Task', Resource: `arn:aws:states:::${resource}`, Parameters: parameters, End: true, ...fields },
  },
});
const rejection = (error: Error) => () => Promise.reject(error);
const metadata = { $metadata: { httpStatusCode: 400, requestId: 'r-1' }, message: 'no' };

describe('calls by the SDK', () => {
  it('take parameters and answer members as they are, without metadata', async () => {
    harness.callSdk = async () => ({ Item: { id: { S: 'a' }, raw: { B: new Uint8Array([1]) } }, $metadata: {} });
    const key = { id: { S: 'a' }, raw: { B: 'AQ==' } };
    const definition = task('aws-sdk:dynamodb:getItem', { TableName: 't', Key: key });
    expect(await outputOf(harness, definition)).toEqual({ Item: key });
    const bytes = { id: { S: 'a' }, raw: { B: Buffer.from([1]) } };
    expect(harness.calls).toEqual([{ service: 'dynamodb', action: 'getItem', input: { TableName: 't', Key: bytes } }]);
  });

  it('name members of Step Functions with a capital, and write JSON and times as text', async () => {
    harness.callSdk = async () => ({ executionArn: 'e', startDate: new Date(0) });
    const parameters = { StateMachineArn: 'm', Input: { a: [1] } };
    expect(await outputOf(harness, task('aws-sdk:sfn:startExecution', parameters))).toEqual({
      ExecutionArn: 'e',
      StartDate: '1970-01-01T00:00:00.000Z',
    });
    expect(harness.calls[0]?.input).toEqual({ stateMachineArn: 'm', input: '{"a":[1]}' });
  });

  it('write any body as JSON, and text in quotation marks', async () => {
    for (const Body of ['text', { a: [1] }, 0]) {
      await runToEnd(harness, task('aws-sdk:s3:putObject', { Bucket: 'b', Key: 'k', Body }));
    }
    const bodies = harness.calls.map(({ input }) => (input as { Body: string }).Body);
    expect(bodies).toEqual(['"text"', '{"a":[1]}', '0']);
    const typed = { Bucket: 'b', Key: 'k', Body: 1, ContentType: 'application/json' };
    await runToEnd(harness, task('aws-sdk:s3:putObject', typed));
    const types = harness.calls.map(({ input }) => (input as { ContentType: string }).ContentType);
    const plain = 'text/plain; charset=UTF-8';
    expect(types).toEqual([plain, plain, plain, 'application/json']);
  });

  it('leave out a parameter that is null', async () => {
    const parameters = { QueueUrl: 'http://q', 'MessageBody.$': '$.text', DelaySeconds: 1 };
    await runToEnd(harness, task('sqs:sendMessage', parameters), { text: null });
    expect(harness.calls[0]?.input).toEqual({ QueueUrl: 'http://q', DelaySeconds: 1 });
  });

  it('of an optimised integration answer the headers of the service', async () => {
    const headers = async (resource: string, parameters: object) => {
      const output = (await outputOf(harness, task(resource, parameters))) as {
        SdkHttpMetadata: { HttpHeaders: Record<string, string>; AllHttpHeaders: Record<string, string[]> };
      };
      const { HttpHeaders: single, AllHttpHeaders: all } = output.SdkHttpMetadata;
      expect(all).toEqual(Object.fromEntries(Object.entries(single).map(([name, value]) => [name, [value]])));
      expect(Date.parse(single['Date'] ?? '')).not.toBeNaN();
      return single;
    };
    harness.functions['f'] = () => ({ ok: true, payload: 'four' });
    expect(await headers('lambda:invoke', { FunctionName: 'f' })).toMatchObject({
      ...{ 'X-Amz-Executed-Version': '$LATEST', 'x-amzn-Remapped-Content-Length': '0' },
      ...{ 'Content-Length': '6', 'Content-Type': 'application/json' },
    });
    harness.callSdk = async () => ({ $metadata: { requestId: 'r' } });
    const get = { TableName: 't', Key: { id: { S: 'a' } } };
    expect(await headers('dynamodb:getItem', get)).toMatchObject({
      ...{ Server: 'Server', 'x-amz-crc32': '2745614147', 'x-amzn-RequestId': 'r' },
    });
    expect(await headers('sns:publish', { TopicArn: 't', Message: 'm' })).toMatchObject({ 'Content-Type': 'text/xml' });
  });

  it('tell the code on the wire', async () => {
    harness.callSdk = rejection(Object.assign(new Error('no'), { name: 'NotFoundException', Code: 'NotFound' }));
    const failed = await runToEnd(harness, task('sns:publish', { TopicArn: 't', Message: 'm' }));
    expect(failed).toMatchObject({
      error: 'SNS.NotFoundException',
      cause: expect.stringContaining('Error Code: NotFound;'),
    });
  });

  it('read the body of an object as text', async () => {
    harness.callSdk = async () => ({ Body: { transformToString: async () => 'text' }, ContentLength: 4 });
    const definition = task('aws-sdk:s3:getObject', { Bucket: 'b', Key: 'k' });
    expect(await outputOf(harness, definition)).toEqual({ Body: 'text', ContentLength: 4 });
  });

  it.each([
    ['dynamodb:putItem', new ConditionalCheckFailedException(metadata), 'DynamoDB.ConditionalCheckFailedException'],
    [
      'aws-sdk:dynamodb:putItem',
      new ConditionalCheckFailedException(metadata),
      'DynamoDb.ConditionalCheckFailedException',
    ],
    ['dynamodb:putItem', unnamed(), 'DynamoDB.AmazonDynamoDBException'],
    ['aws-sdk:dynamodb:putItem', unnamed(), 'DynamoDb.DynamoDbException'],
  ])('name errors after the service: %s %#', async (resource, thrown, error) => {
    harness.callSdk = rejection(thrown);
    const { error: found, cause } = await runToEnd(harness, task(resource, { TableName: 't', Item: {} }));
    expect(found).toBe(error);
    const details = resource.startsWith('aws-sdk')
      ? 'no (Service: DynamoDb, Status Code: 400, Request ID: r-1) (SDK Attempt Count: 1)'
      : `no (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ${thrown.name}; Request ID: r-1; Proxy: null)`;
    expect(cause).toBe(details);
  });

  it('fail as on AWS for a queue URL that is none', async () => {
    const definition = task('sqs:sendMessage', { QueueUrl: 'orders', MessageBody: 'x' });
    expect(await runToEnd(harness, definition)).toMatchObject({
      error: 'SQS.SdkClientException',
      cause: 'Unable to execute HTTP request: orders: Name or service not known',
    });
  });
});

describe('lambda:invoke', () => {
  it('takes a Payload that is text as JSON', async () => {
    harness.functions['f'] = (payload) => ({ ok: true, payload });
    const invoke = (payload: string) =>
      task('lambda:invoke', { FunctionName: 'f', Payload: payload }, { OutputPath: '$.Payload' });
    expect(await outputOf(harness, invoke('{"a":1}'))).toEqual({ a: 1 });
    expect(await outputOf(harness, invoke('"a"'))).toBe('a');
    expect(await runToEnd(harness, invoke('a'))).toMatchObject({ error: 'Lambda.InvalidRequestContentException' });
  });

  it('by the SDK answers text, also of a function that failed', async () => {
    harness.functions['f'] = () => ({ ok: false, errorType: 'Odd', errorMessage: 'no', stackTrace: [] });
    const definition = task('aws-sdk:lambda:invoke', { FunctionName: 'f' });
    const payload = JSON.stringify({ errorType: 'Odd', errorMessage: 'no', trace: [] });
    expect(await outputOf(harness, definition)).toMatchObject({ FunctionError: 'Unhandled', Payload: payload });
  });

  it('names the version of a function that is not there', async () => {
    harness.functions['gone'] = () => {
      const message = 'Function not found: arn:aws:lambda:us-east-1:000000000000:function:gone';
      throw Object.assign(new Error(message), { name: 'ResourceNotFoundException' });
    };
    const failed = await runToEnd(harness, task('lambda:invoke', { FunctionName: 'gone' }));
    expect(failed.error).toBe('Lambda.ResourceNotFoundException');
    expect(failed.cause).toContain(':function:gone:$LATEST (Service: AWSLambda; Status Code: 404;');
  });

  it('of a function that is throttled fails so', async () => {
    harness.functions['busy'] = () => {
      throw new TooManyRequestsException();
    };
    expect(await runToEnd(harness, task('lambda:invoke', { FunctionName: 'busy' }))).toMatchObject({
      error: 'Lambda.TooManyRequestsException',
      cause: expect.stringContaining('(Service: AWSLambda; Status Code: 429; Error Code: TooManyRequestsException;'),
    });
  });

  it('fails with what the runtime of the function says', async () => {
    const described = { errorMessage: 'no', errorType: 'Odd', requestId: 'r', stackTrace: ['here'] };
    harness.functions['f'] = () => ({ ok: false, errorType: 'Odd', errorMessage: 'no', described });
    const failed = await runToEnd(harness, task('lambda:invoke', { FunctionName: 'f' }));
    expect(failed).toMatchObject({ error: 'Odd', cause: JSON.stringify(described) });
  });
});

describe('startExecution', () => {
  const target = (definition: object) => {
    const { stateMachineArn } = harness.sfn.createStateMachine({ name: 'target', definition });
    harness.callSdk = async (_, __, input) => {
      const started = (await harness.sfn.handle('StartExecution', { ...input })) as { executionArn: string };
      return { executionArn: started.executionArn, startDate: new Date(0), $metadata: {} };
    };
    return { StateMachineArn: stateMachineArn, Name: 'child', Input: { n: 1 } };
  };

  it('answers at once', async () => {
    const output = await outputOf(harness, task('states:startExecution', target(pass({}))));
    expect(output).toMatchObject({ ExecutionArn: expect.stringContaining(':target:child'), StartDate: 0 });
  });

  it.each([
    ['sync', '{"n":1}'],
    ['sync:2', { n: 1 }],
  ])('.%s waits for the end', async (pattern, data) => {
    const executionArn = await run(harness, task(`states:startExecution.${pattern}`, target(pass({}))));
    const { output } = await ended(harness, executionArn);
    expect(JSON.parse(output ?? '')).toMatchObject({
      ...{ Input: data, InputDetails: { Included: true }, Output: data, OutputDetails: { Included: true } },
      ...{ Name: 'child', Status: 'SUCCEEDED', StartDate: expect.any(Number), StopDate: expect.any(Number) },
      ...{ RedriveCount: 0, RedriveStatus: 'NOT_REDRIVABLE' },
      RedriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    });
    expect(outline(await historyOf(harness, executionArn)).slice(2, 6)).toEqual([
      '3<-2 TaskScheduled',
      '4<-3 TaskStarted',
      '5<-4 TaskSubmitted',
      '6<-5 TaskSucceeded',
    ]);
  });

  it('.sync can be answered by the token of the task, and stops the execution then', async () => {
    const waits = { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 600, End: true } } };
    const input = { ...target(waits), Input: { 'token.$': '$$.Task.Token' } };
    const executionArn = await run(harness, task('states:startExecution.sync', input));
    const started = await until(async () => harness.calls[0]?.input as { input: string } | undefined);
    const { token } = JSON.parse(started.input) as { token: string };
    await until(async () =>
      (await historyOf(harness, executionArn)).some(({ type }) => type === 'TaskSubmitted') ? true : undefined,
    );
    await harness.sfn.handle('SendTaskSuccess', { taskToken: token, output: '"early"' });
    expect(await ended(harness, executionArn)).toMatchObject({ output: '"early"' });
    const child = executionArn.replace(/[^:]+:[^:]+$/, 'target:child');
    expect((await ended(harness, child)).status).toBe('ABORTED');
  });

  it('.sync fails with the description of an execution that failed', async () => {
    const fails = { StartAt: 'F', States: { F: { Type: 'Fail', Error: 'Odd', Cause: 'no' } } };
    const { error, cause } = await runToEnd(harness, task('states:startExecution.sync', target(fails)));
    expect(error).toBe('States.TaskFailed');
    expect(JSON.parse(cause ?? '')).toMatchObject({ Error: 'Odd', Cause: 'no', Status: 'FAILED', Name: 'child' });
  });

  it('.sync stops the execution when the task times out', async () => {
    const waits = { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 600, End: true } } };
    const definition = task('states:startExecution.sync', target(waits), { TimeoutSeconds: 1 });
    expect(await runToEnd(harness, definition)).toMatchObject({ error: 'States.Timeout' });
    const statuses = () => harness.announced.map(({ detail }) => (detail as { status: string }).status);
    expect(await until(() => (statuses().includes('ABORTED') ? statuses() : undefined))).toContain('ABORTED');
  });
});

it('announces each execution when it starts and when it ends', async () => {
  const executionArn = await run(harness, pass({ Result: 1 }), { a: 1 });
  await ended(harness, executionArn);
  expect(harness.announced).toEqual(
    [
      { status: 'RUNNING', stopDate: null, output: null, outputDetails: null },
      { status: 'SUCCEEDED', stopDate: expect.any(Number), output: '1', outputDetails: { included: true } },
    ].map((detail) => ({
      source: 'aws.states',
      detailType: 'Step Functions Execution Status Change',
      resources: [executionArn],
      detail: expect.objectContaining({ ...detail, executionArn, input: '{"a":1}', startDate: expect.any(Number) }),
    })),
  );
});

function unnamed(): DynamoDBServiceException {
  return new DynamoDBServiceException({ ...metadata, name: 'ValidationException', $fault: 'client' });
}
