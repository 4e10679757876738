import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { historyOf, outline, outputOf, pass, run, runToEnd, ended, startHarness, type Harness } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.close());

const input = {
  order: {
    id: 'o-1',
    lines: [
      { sku: 'a', n: 2 },
      { sku: 'b', n: 1 },
    ],
  },
  note: 'say "hi" \\ to \'all\'',
  'a b': 1,
};

describe('paths and templates', () => {
  it('selects, fills, places and selects again', async () => {
    const output = await outputOf(
      harness,
      pass({
        InputPath: '$.order',
        Parameters: {
          'first.$': '$.lines[0].sku',
          'all.$': '$.lines[*].sku',
          'many.$': '$.lines[?(@.n > 1)]',
          kept: [1, { x: null }],
        },
        ResultPath: '$.order.summary',
        OutputPath: '$.order',
      }),
      input,
    );
    expect(output).toEqual({
      ...input.order,
      summary: { first: 'a', all: ['a', 'b'], many: [{ sku: 'a', n: 2 }], kept: [1, { x: null }] },
    });
  });

  it.each([
    ['InputPath null is an empty object', { InputPath: null }, {}],
    ['OutputPath null is an empty object', { OutputPath: null }, {}],
    ['ResultPath null keeps the input', { Result: 1, ResultPath: null }, input],
    ['ResultPath $ replaces the input', { Result: 0, ResultPath: '$' }, 0],
    ['a falsy Result counts', { Result: false }, false],
    ['quoted names', { Parameters: { 'x.$': "$['a b']" } }, { x: 1 }],
  ])('%s', async (_, fields, expected) => {
    expect(await outputOf(harness, pass(fields), input)).toEqual(expected);
  });

  it('keeps the text of an input, with its blanks, as long as nothing changes it', async () => {
    const branch = (name: string, fields: object) => ({
      StartAt: name,
      States: { [name]: { Type: 'Pass', End: true, ...fields } },
    });
    const { stateMachineArn } = harness.sfn.createStateMachine({
      name: 'kept',
      definition: {
        StartAt: 'Both',
        States: {
          Both: { Type: 'Parallel', Branches: [branch('A', {}), branch('B', { OutputPath: '$[1]' })], Next: 'Last' },
          Last: { Type: 'Pass', End: true },
        },
      },
    });
    const { executionArn = '' } = await harness.client.send(
      new StartExecutionCommand({ stateMachineArn, input: '[ 1, {"a":  2} ]' }),
    );
    expect((await ended(harness, executionArn)).output).toBe('[[ 1, {"a":  2} ],{"a":2}]');
    const entered = (await historyOf(harness, executionArn)).find(({ type }) => type === 'ParallelStateEntered');
    expect(entered?.stateEnteredEventDetails?.input).toBe('[ 1, {"a":  2} ]');
  });

  it('does not find what only the prototype has', async () => {
    const { status, error, cause } = await runToEnd(harness, pass({ Parameters: { 'x.$': '$.constructor' } }), {});
    expect([status, error]).toEqual(['FAILED', 'States.Runtime']);
    expect(cause).toBe(
      "An error occurred while executing the state 'Only' (entered at the event id #2). " +
        "The JSONPath '$.constructor' specified for the field 'x.$' could not be found in the input '{}'",
    );
  });

  it('shows the context object', async () => {
    const executionArn = await run(harness, pass({ Parameters: { 'c.$': '$$' } }), { n: 1 });
    const described = await ended(harness, executionArn);
    expect(JSON.parse(described.output ?? '')).toEqual({
      c: {
        Execution: {
          Id: executionArn,
          Input: { n: 1 },
          Name: described.name,
          StartTime: described.startDate?.toISOString(),
          RoleArn: 'arn:aws:iam::000000000000:role/local',
          RedriveCount: 0,
        },
        StateMachine: { Id: described.stateMachineArn, Name: described.stateMachineArn?.split(':').at(-1) },
        State: { Name: 'Only', EnteredTime: expect.stringMatching(/^\d{4}-.*Z$/) },
      },
    });
  });

  it('keeps the execution input in the context of a branch', async () => {
    const output = await outputOf(
      harness,
      {
        StartAt: 'Both',
        States: {
          Both: {
            Type: 'Parallel',
            Parameters: { other: true },
            Branches: [pass({ Parameters: { 'in.$': '$', 'root.$': '$$.Execution.Input.n' } })],
            End: true,
          },
        },
      },
      { n: 7 },
    );
    expect(output).toEqual([{ in: { other: true }, root: 7 }]);
  });

  it('refuses a result beyond 256 KiB', async () => {
    const definition = {
      StartAt: 'Double',
      States: {
        Double: { Type: 'Pass', Parameters: { 'x.$': 'States.Array($.x, $.x)' }, Next: 'Again' },
        Again: { Type: 'Pass', End: true },
      },
    };
    const { error } = await runToEnd(harness, definition, { x: 'a'.repeat(200_000) });
    expect(error).toBe('States.DataLimitExceeded');
  });
});

describe('states', () => {
  it('writes the history of Pass, Choice, Wait and Succeed as AWS does', async () => {
    const executionArn = await run(
      harness,
      {
        StartAt: 'P',
        States: {
          P: { Type: 'Pass', Next: 'C' },
          C: { Type: 'Choice', Choices: [{ Variable: '$.n', NumericGreaterThan: 5, Next: 'F' }], Default: 'W' },
          W: { Type: 'Wait', Seconds: 0, Next: 'S' },
          S: { Type: 'Succeed' },
          F: { Type: 'Fail' },
        },
      },
      { n: 1 },
    );
    await ended(harness, executionArn);
    const events = await historyOf(harness, executionArn);
    expect(outline(events)).toEqual([
      '1<-0 ExecutionStarted',
      '2<-0 PassStateEntered',
      '3<-2 PassStateExited',
      '4<-3 ChoiceStateEntered',
      '5<-4 ChoiceStateExited',
      '6<-5 WaitStateEntered',
      '7<-6 WaitStateExited',
      '8<-7 SucceedStateEntered',
      '9<-8 SucceedStateExited',
      '10<-9 ExecutionSucceeded',
    ]);
    expect(events[0]?.executionStartedEventDetails).toMatchObject({
      input: '{"n":1}',
      inputDetails: { truncated: false },
    });
    expect(events[1]?.stateEnteredEventDetails).toMatchObject({ name: 'P', input: '{"n":1}' });
    expect(events[9]?.executionSucceededEventDetails).toMatchObject({ output: '{"n":1}' });
    expect(events[0]?.timestamp).toBeInstanceOf(Date);
  });

  it('fails with the error and cause that paths lead to', async () => {
    const definition = {
      StartAt: 'F',
      States: { F: { Type: 'Fail', ErrorPath: '$.code', CausePath: "States.Format('for {}', $.id)" } },
    };
    const executionArn = await run(harness, definition, { code: 'OutOfStock', id: 'o-1' });
    expect(await ended(harness, executionArn)).toMatchObject({
      status: 'FAILED',
      error: 'OutOfStock',
      cause: 'for o-1',
    });
    expect((await historyOf(harness, executionArn)).at(-1)).toMatchObject({
      type: 'ExecutionFailed',
      previousEventId: 2,
      executionFailedEventDetails: { error: 'OutOfStock', cause: 'for o-1' },
    });
  });

  it('waits until an instant and for a number of seconds from the input', async () => {
    const startedAt = Date.now();
    const began = performance.now();
    const states = {
      StartAt: 'Until',
      States: {
        Until: { Type: 'Wait', TimestampPath: '$.at', Next: 'For' },
        For: { Type: 'Wait', SecondsPath: '$.seconds', End: true },
      },
    };
    await outputOf(harness, states, { at: new Date(startedAt + 300).toISOString(), seconds: 1 });
    // A clock that is set forward meanwhile ends the first wait early, and one that is set back hides time that passed.
    const waited = Math.max(Date.now() - startedAt, performance.now() - began);
    expect(waited).toBeGreaterThanOrEqual(1290);
  });

  it('fails when no choice matches', async () => {
    const states = {
      C: { Type: 'Choice', Choices: [{ Variable: '$.n', IsNull: true, Next: 'S' }] },
      S: { Type: 'Succeed' },
    };
    expect(await runToEnd(harness, { StartAt: 'C', States: states }, { n: 1 })).toMatchObject({
      error: 'States.NoChoiceMatched',
    });
  });

  it('ends a loop that never stops at 25,000 events', async () => {
    const loop = {
      StartAt: 'A',
      States: {
        A: { Type: 'Pass', Next: 'B' },
        B: { Type: 'Choice', Choices: [{ Variable: '$.stop', BooleanEquals: true, Next: 'C' }], Default: 'A' },
        C: { Type: 'Succeed' },
      },
    };
    const { status, cause } = await runToEnd(harness, loop, { stop: false });
    expect([status, cause]).toEqual(['FAILED', expect.stringContaining('25000')]);
  });
});

describe('intrinsic functions', () => {
  it('builds an envelope with intrinsic functions', async () => {
    const parameters = {
      'detail.$': 'States.JsonToString(States.JsonMerge($.head, States.StringToJson(\'{"v":1}\'), false))',
    };
    const output = await outputOf(harness, pass({ Parameters: parameters }), { head: { q: 'a "quoted" \\ text' } });
    expect(JSON.parse((output as { detail: string }).detail)).toEqual({ q: 'a "quoted" \\ text', v: 1 });
  });

  it('catches an intrinsic failure of a task, and says where it was', async () => {
    const { error, cause } = await runToEnd(harness, pass({ Parameters: { 'x.$': "States.StringToJson('{')" } }));
    expect(error).toBe('States.IntrinsicFailure');
    expect(cause).toMatch(/^An error occurred while executing the state 'Only' \(entered at the event id #2\)\. /);
  });
});
