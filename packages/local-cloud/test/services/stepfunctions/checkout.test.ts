import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SendTaskFailureCommand, SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { command, ended, historyOf, outline, run, startHarness, tokenOf, type Harness } from './harness.ts';

const onAnyError = (next: string) => [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: next }];

/** @param paymentSeconds how long the payment may take */
const checkout = (paymentSeconds = 30) => ({
  StartAt: 'ReserveStock',
  States: {
    ReserveStock: command('ReserveStock.v1', {
      TimeoutSeconds: 30,
      ResultPath: '$.reservation',
      Next: 'AuthorisePayment',
      Catch: [{ ErrorEquals: ['OutOfStock'], ResultPath: '$.failure', Next: 'Reject' }],
    }),
    AuthorisePayment: command('AuthorisePayment.v1', {
      TimeoutSeconds: paymentSeconds,
      ResultPath: '$.payment',
      Next: 'Confirm',
      Catch: onAnyError('ReleaseStock'),
    }),
    ReleaseStock: command('ReleaseStock.v1', { TimeoutSeconds: 30, ResultPath: null, Next: 'Reject' }),
    Confirm: {
      Type: 'Task',
      Resource: 'arn:aws:lambda:us-east-1:000000000000:function:orders-local-confirm',
      Parameters: { 'orderId.$': '$$.Execution.Name' },
      ResultPath: '$.confirmed',
      Next: 'Settle',
    },
    Settle: {
      Type: 'Parallel',
      ResultPath: '$.settled',
      Next: 'Completed',
      Branches: [
        { StartAt: 'Capture', States: { Capture: command('CapturePayment.v1', { TimeoutSeconds: 30, End: true }) } },
        { StartAt: 'Commit', States: { Commit: command('CommitStock.v1', { TimeoutSeconds: 30, End: true }) } },
      ],
    },
    Completed: { Type: 'Succeed' },
    Reject: { Type: 'Fail', ErrorPath: '$.failure.Error', CausePath: '$.failure.Cause' },
  },
});

describe('a checkout answered over the bus', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await startHarness();
    harness.functions['orders-local-confirm'] = () => ({ ok: true, payload: { at: 'now' } });
  });
  afterEach(() => harness.close());

  const succeed = async (type: string, output: unknown) =>
    harness.client.send(
      new SendTaskSuccessCommand({ taskToken: await tokenOf(harness, type), output: JSON.stringify(output) }),
    );

  it('completes step by step', async () => {
    const executionArn = await run(harness, checkout(), { lines: ['a'] });
    await succeed('ReserveStock.v1', { reserved: true });
    await succeed('AuthorisePayment.v1', { authorisation: 'x' });
    await succeed('CommitStock.v1', 'committed');
    await succeed('CapturePayment.v1', 'captured');

    const described = await ended(harness, executionArn);
    expect(JSON.parse(described.output ?? '')).toEqual({
      lines: ['a'],
      reservation: { reserved: true },
      payment: { authorisation: 'x' },
      confirmed: { at: 'now' },
      settled: ['captured', 'committed'],
    });
    expect(harness.invocations).toEqual([
      { functionName: expect.stringContaining('orders-local-confirm'), payload: { orderId: described.name } },
    ]);
    expect(harness.events[0]?.Resources).toEqual([described.stateMachineArn, executionArn]);
    expect(harness.sfn.idle()).toBe(true);

    const events = await historyOf(harness, executionArn);
    expect(outline(events).slice(0, 13)).toEqual([
      '1<-0 ExecutionStarted',
      '2<-0 TaskStateEntered',
      '3<-2 TaskScheduled',
      '4<-3 TaskStarted',
      '5<-4 TaskSubmitted',
      '6<-5 TaskSucceeded',
      '7<-6 TaskStateExited',
      '8<-7 TaskStateEntered',
      '9<-8 TaskScheduled',
      '10<-9 TaskStarted',
      '11<-10 TaskSubmitted',
      '12<-11 TaskSucceeded',
      '13<-12 TaskStateExited',
    ]);
    expect(outline(events).slice(13, 18)).toEqual([
      '14<-13 TaskStateEntered',
      '15<-14 LambdaFunctionScheduled',
      '16<-15 LambdaFunctionStarted',
      '17<-16 LambdaFunctionSucceeded',
      '18<-17 TaskStateExited',
    ]);
    expect(events.at(-1)).toMatchObject({ type: 'ExecutionSucceeded' });
    expect(events[2]?.taskScheduledEventDetails).toMatchObject({
      resourceType: 'events',
      resource: 'putEvents.waitForTaskToken',
      region: 'us-east-1',
      timeoutInSeconds: 30,
    });
    const [first] = (JSON.parse(events[2]?.taskScheduledEventDetails?.parameters ?? '') as { Entries: object[] })
      .Entries;
    expect(first).toMatchObject({ Detail: { subject: described.name, data: { lines: ['a'] } } });
  });

  it('rejects when the answer is a failure that Catch names', async () => {
    const executionArn = await run(harness, checkout());
    const taskToken = await tokenOf(harness, 'ReserveStock.v1');
    await harness.client.send(new SendTaskFailureCommand({ taskToken, error: 'OutOfStock', cause: 'none of a' }));
    expect(await ended(harness, executionArn)).toMatchObject({
      status: 'FAILED',
      error: 'OutOfStock',
      cause: 'none of a',
    });
    expect(harness.events.map(({ DetailType }) => DetailType)).toEqual(['ReserveStock.v1']);
  });

  it('compensates when a step times out, and a late answer has no effect', async () => {
    const executionArn = await run(harness, checkout(1));
    await succeed('ReserveStock.v1', {});
    const late = await tokenOf(harness, 'AuthorisePayment.v1');
    await succeed('ReleaseStock.v1', {});
    expect(await ended(harness, executionArn)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    await expect(
      harness.client.send(new SendTaskSuccessCommand({ taskToken: late, output: '{}' })),
    ).rejects.toMatchObject({
      name: 'TaskTimedOut',
      message: "Task Timed Out: 'Provided task does not exist anymore'",
    });
    const types = (await historyOf(harness, executionArn)).map(({ type }) => type);
    expect(types).toContain('TaskTimedOut');
    expect(types.filter((type) => type === 'TaskSucceeded')).toHaveLength(2);
  });

  it('fails an answer the bus did not take, entry by entry', async () => {
    harness.putEvents = async () => ({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure' }] });
    const executionArn = await run(harness, checkout());
    const { error, cause } = await ended(harness, executionArn);
    expect(error).toBe('EventBridge.FailedEntry');
    expect(JSON.parse(cause ?? '')).toEqual({ Entries: [{ ErrorCode: 'InternalFailure' }], FailedEntryCount: 1 });
  });

  it('accepts an answer that comes before the bus has answered', async () => {
    let release = () => {};
    const accepted = new Promise<void>((resolve) => (release = resolve));
    const accept = harness.putEvents;
    harness.putEvents = async (entries, roleArn) => {
      const answer = await accept(entries, roleArn);
      await accepted;
      return answer;
    };
    const executionArn = await run(harness, { StartAt: 'A', States: { A: command('A.v1', { End: true }) } });
    await succeed('A.v1', { early: true });
    release();
    expect(await ended(harness, executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '{"early":true}' });
    expect(outline(await historyOf(harness, executionArn)).slice(4, 6)).toEqual([
      '5<-4 TaskSubmitted',
      '6<-5 TaskSucceeded',
    ]);
  });

  it('never logs a token', async () => {
    const executionArn = await run(harness, checkout());
    const token = await tokenOf(harness, 'ReserveStock.v1');
    await harness.client.send(new SendTaskFailureCommand({ taskToken: token, error: 'X' }));
    await ended(harness, executionArn);
    expect(harness.logs.join()).not.toContain(token);
  });
});
