import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SendTaskFailureCommand, SendTaskHeartbeatCommand, SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { command, ended, historyOf, outline, outputOf, run, runToEnd, startHarness, tokenOf } from './harness.ts';
import { until, type Harness } from './harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(() => harness.close());

const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:f';
const one = (fields: object) => ({
  StartAt: 'T',
  States: { T: { Type: 'Task', Resource: FUNCTION, End: true, ...fields } },
});
const invoke = (fields: object = {}) =>
  one({ Resource: 'arn:aws:states:::lambda:invoke', Parameters: { FunctionName: 'f', 'Payload.$': '$' }, ...fields });
const fails = (errorType: string) => ({ ok: false as const, errorType, errorMessage: 'no', stackTrace: ['at x'] });
const answer = (taskToken: string, output: unknown = {}) =>
  harness.client.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) }));
const caught = { Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'C' }] };
const catching = (task: object) => ({ StartAt: 'T', States: { T: task, C: { Type: 'Pass', End: true } } });

describe('integrations', () => {
  it('hands a function its input and takes its payload as the result', async () => {
    harness.functions['f'] = (payload) => ({ ok: true, payload: { got: payload } });
    expect(await outputOf(harness, one({}), { n: 1 })).toEqual({ got: { n: 1 } });
  });

  it('wraps the payload of lambda:invoke', async () => {
    harness.functions['f'] = () => ({ ok: true, payload: [1] });
    const output = await outputOf(harness, invoke({ ResultSelector: { 'p.$': '$.Payload', 's.$': '$.StatusCode' } }));
    expect(output).toEqual({ p: [1], s: 200 });
  });

  it('invokes a function and waits for the token it was given', async () => {
    const tokens: string[] = [];
    harness.functions['f'] = (payload) => {
      tokens.push((payload as { token: string }).token);
      return { ok: true, payload: null };
    };
    const definition = one({
      Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      Parameters: { FunctionName: FUNCTION, Payload: { 'token.$': '$$.Task.Token' } },
    });
    const executionArn = await run(harness, definition);
    await answer(await until(() => tokens[0]), 'done');
    expect((await ended(harness, executionArn)).output).toBe('"done"');
  });

  it('sends messages, with and without a token', async () => {
    const send = (resource: string, body: unknown, fields: object) => ({
      Type: 'Task',
      Resource: resource,
      Parameters: { QueueUrl: 'http://queue', MessageBody: body },
      ...fields,
    });
    const executionArn = await run(harness, {
      StartAt: 'A',
      States: {
        A: send('arn:aws:states:::sqs:sendMessage', 'text', { ResultPath: '$.sent', Next: 'B' }),
        B: send(
          'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
          { 't.$': '$$.Task.Token' },
          { ResultPath: '$.b', End: true },
        ),
      },
    });
    const body = await until(() => (harness.calls[1]?.input as { MessageBody?: string } | undefined)?.MessageBody);
    await answer((JSON.parse(body) as { t: string }).t, 2);
    expect(JSON.parse((await ended(harness, executionArn)).output ?? '')).toEqual({
      sent: {
        MessageId: 'message-1',
        SdkHttpMetadata: expect.objectContaining({ HttpStatusCode: 200 }),
        SdkResponseMetadata: { RequestId: 'request-1' },
      },
      b: 2,
    });
    expect(harness.calls[0]).toEqual({
      service: 'sqs',
      action: 'sendMessage',
      input: { QueueUrl: 'http://queue', MessageBody: 'text' },
    });
  });

  it.each([
    ['a function ARN', one({})],
    ['lambda:invoke', invoke()],
  ])('names the error of a function after its type: %s', async (_, definition) => {
    harness.functions['f'] = () => fails('OutOfStock');
    const { error, cause } = await runToEnd(harness, definition);
    expect(error).toBe('OutOfStock');
    expect(JSON.parse(cause ?? '')).toEqual({ errorMessage: 'no', errorType: 'OutOfStock', trace: ['at x'] });
  });

  it('names the error of a call that failed after the service', async () => {
    expect(await runToEnd(harness, invoke())).toMatchObject({
      error: 'Lambda.ResourceNotFoundException',
      cause: expect.stringMatching(
        /^no function f \(Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; /,
      ),
    });
    harness.functions['f'] = () => Promise.reject(new Error('shutting down'));
    expect(await runToEnd(harness, invoke())).toMatchObject({
      error: 'Lambda.ServiceException',
      cause: expect.stringMatching(/^shutting down \(Service: AWSLambda; Status Code: 500; /),
    });
    harness.putEvents = () => Promise.reject(Object.assign(new Error('gone'), { name: 'ResourceNotFoundException' }));
    const definition = { StartAt: 'A', States: { A: command('A.v1', { End: true }) } };
    expect(await runToEnd(harness, definition)).toMatchObject({ error: 'EventBridge.ResourceNotFoundException' });
  });
});

describe('Retry', () => {
  it('tries again as often as the first retrier that fits allows, and counts', async () => {
    const counts: unknown[] = [];
    harness.functions['f'] = (payload) => {
      counts.push(payload);
      return counts.length < 3 ? fails('Flaky') : { ok: true, payload: 'ok' };
    };
    const definition = one({
      Parameters: { 'retry.$': '$$.State.RetryCount' },
      Retry: [
        { ErrorEquals: ['Other'], MaxAttempts: 9 },
        { ErrorEquals: ['Flaky'], IntervalSeconds: 1, MaxDelaySeconds: 1, JitterStrategy: 'FULL', MaxAttempts: 2 },
      ],
    });
    const executionArn = await run(harness, definition);
    expect((await ended(harness, executionArn)).output).toBe('"ok"');
    expect(counts).toEqual([{ retry: 0 }, { retry: 1 }, { retry: 2 }]);
    expect(outline(await historyOf(harness, executionArn)).slice(2, 9)).toEqual([
      '3<-2 LambdaFunctionScheduled',
      '4<-3 LambdaFunctionStarted',
      '5<-4 LambdaFunctionFailed',
      '6<-5 LambdaFunctionScheduled',
      '7<-6 LambdaFunctionStarted',
      '8<-7 LambdaFunctionFailed',
      '9<-8 LambdaFunctionScheduled',
    ]);
  });

  it('gives each attempt a token of its own, and the one before is dead', async () => {
    const retry = [{ ErrorEquals: ['States.Timeout'], IntervalSeconds: 1, MaxAttempts: 1 }];
    const executionArn = await run(harness, {
      StartAt: 'A',
      States: { A: command('A.v1', { TimeoutSeconds: 3, Retry: retry, End: true }) },
    });
    const [first, second] = [await tokenOf(harness, 'A.v1'), await tokenOf(harness, 'A.v1', 1)];
    expect(first).not.toBe(second);
    await expect(answer(first)).rejects.toMatchObject({ name: 'TaskTimedOut' });
    await answer(second, 2);
    expect((await ended(harness, executionArn)).output).toBe('2');
  });

  it('does not retry with MaxAttempts 0, nor States.Runtime', async () => {
    harness.functions['f'] = () => fails('X');
    await runToEnd(harness, one({ Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 0 }] }));
    const wrong = one({ Parameters: { 'a.$': '$.none' }, Retry: [{ ErrorEquals: ['States.ALL'] }] });
    expect(await runToEnd(harness, wrong)).toMatchObject({ error: 'States.Runtime' });
    expect(harness.invocations).toHaveLength(1);
  });
});

describe('Catch', () => {
  it('of no wildcard covers what breaks the limit of the data', async () => {
    harness.functions['f'] = () => ({ ok: true, payload: 'a'.repeat(300_000) });
    const caught = (...ErrorEquals: string[]) => ({
      StartAt: 'T',
      States: {
        ...one({ Catch: [{ ErrorEquals, Next: 'Caught' }] }).States,
        Caught: { Type: 'Pass', Result: 'caught', End: true },
      },
    });
    for (const wildcard of ['States.ALL', 'States.TaskFailed']) {
      expect(await runToEnd(harness, caught(wildcard))).toMatchObject({ error: 'States.DataLimitExceeded' });
    }
    expect(await runToEnd(harness, caught('States.DataLimitExceeded'))).toMatchObject({
      output: JSON.stringify('caught'),
    });
  });

  it.each([
    ['States.TaskFailed', 'OutOfStock', true],
    ['OutOfStock', 'OutOfStock', true],
    ['Other', 'OutOfStock', false],
  ])('%s catches %s: %s', async (name, error, isCaught) => {
    harness.functions['f'] = () => fails(error);
    const task = { Type: 'Task', Resource: FUNCTION, End: true, Catch: [{ ErrorEquals: [name], Next: 'C' }] };
    const { status, output } = await runToEnd(harness, catching(task));
    expect(status).toBe(isCaught ? 'SUCCEEDED' : 'FAILED');
    if (isCaught) expect(JSON.parse(output ?? '')).toMatchObject({ Error: error, Cause: expect.any(String) });
  });

  it('takes a failure without error and cause', async () => {
    const executionArn = await run(harness, catching(command('A.v1', { End: true, ...caught })), { kept: 1 });
    await harness.client.send(new SendTaskFailureCommand({ taskToken: await tokenOf(harness, 'A.v1') }));
    expect(JSON.parse((await ended(harness, executionArn)).output ?? '')).toEqual({
      kept: 1,
      error: { Error: null, Cause: null },
    });
  });
});

describe('time-outs', () => {
  it.each([['States.Timeout'], ['States.ALL']])('%s catches a function that takes too long', async (name) => {
    harness.functions['f'] = () => new Promise(() => {});
    const task = {
      Type: 'Task',
      Resource: FUNCTION,
      TimeoutSeconds: 1,
      End: true,
      Catch: [{ ErrorEquals: [name], Next: 'C' }],
    };
    const executionArn = await run(harness, catching(task));
    expect((await ended(harness, executionArn)).output).toBe('{"Error":"States.Timeout","Cause":""}');
    expect((await historyOf(harness, executionArn))[4]).toMatchObject({
      type: 'LambdaFunctionTimedOut',
      lambdaFunctionTimedOutEventDetails: { error: 'States.Timeout' },
    });
  });

  it('States.TaskFailed does not catch a time-out', async () => {
    const task = command('A.v1', {
      TimeoutSecondsPath: '$.t',
      End: true,
      Catch: [{ ErrorEquals: ['States.TaskFailed'], Next: 'C' }],
    });
    expect(await runToEnd(harness, catching(task), { t: 1 })).toMatchObject({
      status: 'FAILED',
      error: 'States.Timeout',
    });
  });

  it('waits as long as heartbeats come, and not longer', async () => {
    const task = command('A.v1', {
      HeartbeatSeconds: 3,
      End: true,
      Catch: [{ ErrorEquals: ['States.HeartbeatTimeout'], Next: 'C' }],
    });
    const startedAt = performance.now();
    const executionArn = await run(harness, catching(task));
    const taskToken = await tokenOf(harness, 'A.v1');
    // Many, so that no stall of the machine up to three seconds is taken for silence.
    await until(async () => {
      await harness.client.send(new SendTaskHeartbeatCommand({ taskToken }));
      return performance.now() - startedAt > 3_500 ? true : undefined;
    });
    expect((await ended(harness, executionArn)).status).toBe('SUCCEEDED');
    expect(performance.now() - startedAt).toBeGreaterThan(6_490);
    await expect(harness.client.send(new SendTaskHeartbeatCommand({ taskToken }))).rejects.toMatchObject({
      name: 'TaskTimedOut',
    });
  });

  it('ends the whole machine as TIMED_OUT', async () => {
    const executionArn = await run(harness, {
      ...catching(command('A.v1', { End: true, ...caught })),
      TimeoutSeconds: 1,
    });
    const taskToken = await tokenOf(harness, 'A.v1');
    const described = await ended(harness, executionArn);
    expect(described).toMatchObject({ status: 'TIMED_OUT' });
    expect(described.error).toBeUndefined();
    const events = await historyOf(harness, executionArn);
    expect(events.at(-1)).toMatchObject({
      type: 'ExecutionTimedOut',
      executionTimedOutEventDetails: { error: 'States.Timeout' },
    });
    await expect(answer(taskToken)).rejects.toMatchObject({ name: 'TaskTimedOut' });
    expect(await historyOf(harness, executionArn)).toHaveLength(events.length);
  });
});

describe('task tokens', () => {
  it('are good for one answer', async () => {
    const executionArn = await run(harness, { StartAt: 'A', States: { A: command('A.v1', { End: true }) } });
    const token = await tokenOf(harness, 'A.v1');
    expect(token.length).toBeLessThan(1024);
    const answers = await Promise.allSettled([answer(token, 1), answer(token, 2), answer(token, 3)]);
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await ended(harness, executionArn);
    await expect(answer(token)).rejects.toMatchObject({ name: 'TaskTimedOut' });
  });

  it('are refused when they are none', async () => {
    await expect(answer('nonsense')).rejects.toMatchObject({
      name: 'InvalidToken',
      message: "Invalid Token: 'Invalid token'",
    });
    await expect(answer(`AQC${'a'.repeat(192)}`)).rejects.toMatchObject({ name: 'TaskDoesNotExist' });
  });

  it('wait on after an output that is not JSON', async () => {
    const executionArn = await run(harness, { StartAt: 'A', States: { A: command('A.v1', { End: true }) } });
    const taskToken = await tokenOf(harness, 'A.v1');
    for (const output of ['{', `"${'a'.repeat(262_143)}"`]) {
      await expect(harness.client.send(new SendTaskSuccessCommand({ taskToken, output }))).rejects.toMatchObject({
        name: 'InvalidOutput',
      });
    }
    await answer(taskToken, null);
    expect((await ended(harness, executionArn)).output).toBe('null');
  });
});
