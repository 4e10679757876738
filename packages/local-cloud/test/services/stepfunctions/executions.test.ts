import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  RedriveExecutionCommand,
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
  StopExecutionCommand,
  UpdateStateMachineCommand,
  paginateGetExecutionHistory,
  type HistoryEvent,
} from '@aws-sdk/client-sfn';
import { command, ended, historyOf, pass, run, startHarness, tokenOf, until, type Harness } from './harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(() => harness.close());

const WAITING = { StartAt: 'A', States: { A: command('A.v1', { End: true }) } };
const create = (name: string, definition: object = pass({})) =>
  harness.sfn.createStateMachine({ name, definition }).stateMachineArn;
const start = (stateMachineArn: string, name?: string, input?: string) =>
  harness.client.send(new StartExecutionCommand({ stateMachineArn, name, input }));
const stop = (executionArn: string, reason: { error?: string; cause?: string } = {}) =>
  harness.client.send(new StopExecutionCommand({ executionArn, ...reason }));

describe('StartExecution', () => {
  it('is idempotent by name and input while it runs', async () => {
    const arn = create('checkout', WAITING);
    const first = await start(arn, 'order-1', '{"a":1}');
    const second = await start(arn, 'order-1', '{"a":1}');
    expect(second).toMatchObject({ executionArn: first.executionArn, startDate: first.startDate });
    expect(first.executionArn).toBe('arn:aws:states:us-east-1:000000000000:execution:checkout:order-1');
    await tokenOf(harness, 'A.v1');
    expect(harness.events).toHaveLength(1);
    const alreadyExists = {
      name: 'ExecutionAlreadyExists',
      message: `Execution Already Exists: '${first.executionArn}'`,
    };
    await expect(start(arn, 'order-1', '{"a":2}')).rejects.toMatchObject(alreadyExists);
    await stop(first.executionArn ?? '');
    await expect(start(arn, 'order-1', '{"a":1}')).rejects.toMatchObject(alreadyExists);
  });

  it('starts one execution when many starts come at once', async () => {
    const arn = create('checkout', WAITING);
    const starts = await Promise.all(Array.from({ length: 10 }, () => start(arn, 'same', '{}')));
    expect(new Set(starts.map(({ executionArn }) => executionArn)).size).toBe(1);
    await tokenOf(harness, 'A.v1');
    expect(harness.events).toHaveLength(1);
  });

  it('makes a name when there is none, and takes {} for no input', async () => {
    const { executionArn = '' } = await start(create('m'));
    expect(await ended(harness, executionArn)).toMatchObject({
      input: '{}',
      name: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  it.each([
    [
      'a machine that is not there',
      { stateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:none' },
      'StateMachineDoesNotExist',
    ],
    ['no ARN', { stateMachineArn: 'none' }, 'InvalidArn'],
    [
      'an ARN of something else',
      { stateMachineArn: 'arn:aws:states:us-east-1:000000000000:execution:m:x' },
      'InvalidArn',
    ],
    ['an input that is not JSON', { input: 'not JSON' }, 'InvalidExecutionInput'],
    ['an empty input', { input: '' }, 'InvalidExecutionInput'],
    ['an input too large', { input: JSON.stringify('é'.repeat(131_072)) }, 'InvalidExecutionInput'],
    ['a name with a space', { name: 'a b' }, 'InvalidName'],
    ['a name with a colon', { name: 'a:b' }, 'InvalidName'],
    ['a name too long', { name: 'a'.repeat(81) }, 'ValidationException'],
  ])('refuses %s', async (_, request, name) => {
    const stateMachineArn = create('m');
    await expect(harness.client.send(new StartExecutionCommand({ stateMachineArn, ...request }))).rejects.toMatchObject(
      { name },
    );
  });

  it('takes an input of exactly 262,144 bytes', async () => {
    const { executionArn = '' } = await start(create('m'), 'x', JSON.stringify('a'.repeat(262_142)));
    expect((await ended(harness, executionArn)).status).toBe('SUCCEEDED');
  });
});

describe('StopExecution', () => {
  it('ends it as ABORTED, and nothing runs any more', async () => {
    const retry = [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1, MaxAttempts: 9 }];
    const states = {
      A: command('A.v1', { Retry: retry, Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }], Next: 'B' }),
      B: { Type: 'Pass', End: true },
    };
    const executionArn = await run(harness, { StartAt: 'A', States: states });
    const taskToken = await tokenOf(harness, 'A.v1');
    const { stopDate } = await stop(executionArn, { error: 'Cancelled', cause: 'by the customer' });
    const described = await harness.client.send(new DescribeExecutionCommand({ executionArn }));
    expect(described).toMatchObject({ status: 'ABORTED', stopDate, error: 'Cancelled', cause: 'by the customer' });
    await expect(harness.client.send(new SendTaskSuccessCommand({ taskToken, output: '{}' }))).rejects.toMatchObject({
      name: 'TaskTimedOut',
    });
    const events = await historyOf(harness, executionArn);
    expect(events.at(-1)).toMatchObject({
      type: 'ExecutionAborted',
      executionAbortedEventDetails: { error: 'Cancelled', cause: 'by the customer' },
    });
    expect(harness.events).toHaveLength(1);
    expect(await stop(executionArn)).toMatchObject({ stopDate });
    expect(harness.sfn.idle()).toBe(true);
  });

  it('ignores what a function answers afterwards', async () => {
    let answer = () => {};
    harness.functions['f'] = () => new Promise((resolve) => (answer = () => resolve({ ok: true, payload: 1 })));
    const resource = 'arn:aws:lambda:us-east-1:000000000000:function:f';
    const executionArn = await run(harness, {
      StartAt: 'T',
      States: { T: { Type: 'Task', Resource: resource, End: true } },
    });
    await until(() => harness.invocations[0]);
    await stop(executionArn);
    const before = await historyOf(harness, executionArn);
    answer();
    await new Promise((resolve) => setImmediate(resolve));
    expect(await historyOf(harness, executionArn)).toEqual(before);
  });

  it('ignores an answer that came in the same moment', async () => {
    const executionArn = await run(harness, WAITING);
    const taskToken = await tokenOf(harness, 'A.v1');
    await Promise.all([
      harness.sfn.handle('SendTaskSuccess', { taskToken, output: '1' }),
      harness.sfn.handle('StopExecution', { executionArn }),
    ]);
    expect((await ended(harness, executionArn)).status).toBe('ABORTED');
    expect((await historyOf(harness, executionArn)).at(-1)?.type).toBe('ExecutionAborted');
  });

  it('does not find what never was', async () => {
    const executionArn = 'arn:aws:states:us-east-1:000000000000:execution:m:none';
    await expect(stop(executionArn)).rejects.toMatchObject({
      name: 'ExecutionDoesNotExist',
      message: `Execution Does Not Exist: '${executionArn}'`,
    });
  });
});

describe('DescribeExecution', () => {
  it('says whether AWS would redrive the execution', async () => {
    const described = (executionArn = '') => harness.client.send(new DescribeExecutionCommand({ executionArn }));
    const running = await start(create('w', WAITING));
    expect(await described(running.executionArn)).toMatchObject({
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is RUNNING and cannot be redriven',
    });
    await tokenOf(harness, 'A.v1');
    await stop(running.executionArn ?? '');
    const aborted = await described(running.executionArn);
    expect(aborted.redriveStatus).toBe('REDRIVABLE');
    expect(aborted.redriveStatusReason).toBeUndefined();
    const { executionArn } = await start(create('p'));
    expect(await ended(harness, executionArn ?? '')).toMatchObject({
      redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    });
  });
});

describe('lists and histories', () => {
  it('pages through a history in both directions', async () => {
    const executionArn = await run(harness, pass({}));
    await ended(harness, executionArn);
    const all = async (reverseOrder: boolean) => {
      const events: HistoryEvent[] = [];
      const pages = paginateGetExecutionHistory(
        { client: harness.client, pageSize: 3 },
        { executionArn, reverseOrder },
      );
      for await (const page of pages) events.push(...(page.events ?? []));
      return events.map(({ id }) => id);
    };
    expect(await all(false)).toEqual([1, 2, 3, 4]);
    expect(await all(true)).toEqual([4, 3, 2, 1]);
    await expect(
      harness.client.send(new GetExecutionHistoryCommand({ executionArn, nextToken: 'x' })),
    ).rejects.toMatchObject({ name: 'InvalidToken' });
  });

  it('leaves the data out when asked to', async () => {
    const executionArn = await run(harness, pass({}), { secret: 1 });
    await ended(harness, executionArn);
    const { events } = await harness.client.send(
      new GetExecutionHistoryCommand({ executionArn, includeExecutionData: false }),
    );
    expect(JSON.stringify(events)).not.toContain('secret');
    expect(events?.[1]?.stateEnteredEventDetails).toEqual({ name: 'Only' });
  });

  it('lists executions, newest first, by status and page', async () => {
    const stateMachineArn = create('m');
    for (const name of ['a', 'b', 'c']) await ended(harness, (await start(stateMachineArn, name)).executionArn ?? '');
    const list = (request: object) => harness.client.send(new ListExecutionsCommand({ stateMachineArn, ...request }));
    const first = await list({ maxResults: 2 });
    expect(first.executions?.map(({ name }) => name)).toEqual(['c', 'b']);
    const second = await list({ maxResults: 2, nextToken: first.nextToken });
    expect(second.executions).toMatchObject([{ name: 'a', status: 'SUCCEEDED', stopDate: expect.any(Date) }]);
    expect(second.nextToken).toBeUndefined();
    expect((await list({ statusFilter: 'RUNNING' })).executions).toEqual([]);
    expect((await list({ statusFilter: 'SUCCEEDED' })).executions).toHaveLength(3);
    await expect(list({ statusFilter: 'ended' as 'FAILED' })).rejects.toMatchObject({
      message: expect.stringContaining('[SUCCEEDED, TIMED_OUT, PENDING_REDRIVE, ABORTED, FAILED, RUNNING]'),
    });
    const long = harness.client.send(new ListStateMachinesCommand({ nextToken: 'x'.repeat(1025) }));
    await expect(long).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(
        "at 'nextToken' failed to satisfy constraint: Member must have length less than",
      ),
    });
    await expect(list({ maxResults: 1001 })).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(list({ statusFilter: 'FAILED', nextToken: first.nextToken })).rejects.toMatchObject({
      name: 'InvalidToken',
    });
  });
});

describe('state machines', () => {
  it('are created, updated, listed and deleted', async () => {
    const request = { name: 'made', definition: JSON.stringify(WAITING), roleArn: 'arn:aws:iam::000000000000:role/r' };
    const made = await harness.client.send(new CreateStateMachineCommand(request));
    const again = await harness.client.send(new CreateStateMachineCommand(request));
    expect(again).toMatchObject({ stateMachineArn: made.stateMachineArn, creationDate: made.creationDate });
    const changed = { ...request, definition: JSON.stringify(pass({})) };
    await expect(harness.client.send(new CreateStateMachineCommand(changed))).rejects.toMatchObject({
      name: 'StateMachineAlreadyExists',
    });

    const stateMachineArn = made.stateMachineArn ?? '';
    const { executionArn = '' } = await start(stateMachineArn, 'old');
    await harness.client.send(new UpdateStateMachineCommand({ stateMachineArn, definition: changed.definition }));
    const now = await harness.client.send(new DescribeStateMachineCommand({ stateMachineArn }));
    const then = await harness.client.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
    expect([now.definition, then.definition]).toEqual([changed.definition, request.definition]);
    expect(now).toMatchObject({ name: 'made', status: 'ACTIVE', type: 'STANDARD', roleArn: request.roleArn });

    const { stateMachines } = await harness.client.send(new ListStateMachinesCommand({}));
    expect(stateMachines?.map(({ name }) => name)).toEqual(['made']);
    await harness.client.send(new DeleteStateMachineCommand({ stateMachineArn }));
    await expect(start(stateMachineArn)).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
    await expect(historyOf(harness, executionArn)).rejects.toMatchObject({ name: 'ExecutionDoesNotExist' });
    expect(harness.sfn.idle()).toBe(true);
  });

  it('have a revision from the first update that changes something', async () => {
    const stateMachineArn = create('revised');
    const described = () => harness.client.send(new DescribeStateMachineCommand({ stateMachineArn }));
    const update = (definition: object) =>
      harness.client.send(new UpdateStateMachineCommand({ stateMachineArn, definition: JSON.stringify(definition) }));
    const { executionArn } = await start(stateMachineArn);
    expect((await update(pass({}))).revisionId).toBeUndefined();
    expect((await described()).revisionId).toBeUndefined();

    const { revisionId } = await update(WAITING);
    expect(revisionId).toMatch(/^[0-9a-f]{8}-/);
    expect((await update(WAITING)).revisionId).toBe(revisionId);
    expect((await described()).revisionId).toBe(revisionId);
    expect((await update(pass({}))).revisionId).not.toBe(revisionId);
    const then = await harness.client.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
    expect(then.revisionId).toBeUndefined();
    await expect(harness.client.send(new UpdateStateMachineCommand({ stateMachineArn }))).rejects.toMatchObject({
      name: 'MissingRequiredParameter',
      message:
        'Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified',
    });
  });

  it('are described with the variables of their states and the key of AWS', async () => {
    const States = {
      A: { Type: 'Pass', Assign: { size: 3 }, Next: 'B' },
      B: { Type: 'Wait', SecondsPath: '$size', End: true },
    };
    const stateMachineArn = create('described', { StartAt: 'A', States });
    expect(await harness.client.send(new DescribeStateMachineCommand({ stateMachineArn }))).toMatchObject({
      variableReferences: { B: ['size'] },
      encryptionConfiguration: { type: 'AWS_OWNED_KEY' },
    });
    const without = create('without');
    const plain = await harness.client.send(new DescribeStateMachineCommand({ stateMachineArn: without }));
    expect(plain).not.toHaveProperty('variableReferences');
  });

  it('refuses what it does not do, by name', async () => {
    const definition = JSON.stringify(pass({}));
    const made = (request: object) =>
      harness.client.send(new CreateStateMachineCommand({ name: 'x', definition, roleArn: 'r', ...request }));
    await expect(made({ type: 'FAST' })).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(made({ publish: true })).rejects.toMatchObject({ message: expect.stringContaining("'publish'") });
    await expect(harness.client.send(new RedriveExecutionCommand({ executionArn: 'a' }))).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: expect.stringContaining('RedriveExecution'),
    });
  });

  it('are described for people with their executions by status', async () => {
    const arn = create('m');
    await ended(harness, (await start(arn, 'a')).executionArn ?? '');
    const waiting = await start(create('w', WAITING), 'b');
    await tokenOf(harness, 'A.v1');
    expect(harness.sfn.describe()).toMatchObject({
      stateMachines: [
        { name: 'm', executions: { SUCCEEDED: 1 } },
        { name: 'w', executions: { RUNNING: 1 } },
      ],
      running: [{ executionArn: waiting.executionArn, state: 'A' }],
      waitingForToken: 1,
    });
  });
});

describe('a definition that is refused', () => {
  it('is none of a machine, by the API or from the host', async () => {
    const definition = JSON.stringify({ StartAt: 'A', States: { A: { Type: 'Loop' } } });
    await expect(
      harness.client.send(new CreateStateMachineCommand({ name: 'refused', definition, roleArn: 'r' })),
    ).rejects.toMatchObject({
      name: 'InvalidDefinition',
      message: expect.stringMatching(/^Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: State "A" .*'$/),
    });
    expect(() => create('x', [])).toThrow('Definition must be a valid JSON object');
    expect(() => create('a b')).toThrow('Invalid Name');
    expect(harness.sfn.describe()).toMatchObject({ stateMachines: [] });
  });
});
