import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ended, historyOf, outline, outputOf, run, runToEnd, startHarness, type Harness } from './harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(() => harness.close());

const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:f';
const jsonata = (states: object) => ({ QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states });
const machine = (states: object) => ({ StartAt: Object.keys(states)[0], States: states });
const only = (fields: object) => jsonata({ Only: { Type: 'Pass', End: true, ...fields } });
const input = { list: [1, 2, 3], name: 'f', seconds: 0 };

describe('JSONata', () => {
  it('passes arguments, and makes the output of the result', async () => {
    harness.functions['f'] = (payload) => ({ ok: true, payload: { got: payload } });
    const task = {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Arguments: { FunctionName: '{% $states.input.name %}', Payload: { n: '{% $sum($states.input.list) %}', l: 'x' } },
      Assign: { before: '{% $states.result.StatusCode %}' },
      Output: ['{% $states.result.Payload.got %}', '{% $states.context.State.Name %}', '{% $exists($before) %}'],
    };
    const definition = jsonata({
      T: { ...task, Next: 'P' },
      P: { Type: 'Pass', Output: '{% [$states.input, $before] %}', End: true },
    });
    expect(await outputOf(harness, definition, input)).toEqual([{ n: 6, l: 'x' }, 'T', false, 200]);
  });

  it('hands on the result, or the input, when there is no Output', async () => {
    harness.functions['f'] = (payload) => ({ ok: true, payload: [payload] });
    const definition = jsonata({ T: { Type: 'Task', Resource: FUNCTION, Next: 'P' }, P: { Type: 'Pass', End: true } });
    expect(await outputOf(harness, definition, { a: 1 })).toEqual([{ a: 1 }]);
  });

  it('chooses by conditions, each with an output of its own', async () => {
    const choice = {
      Type: 'Choice',
      Choices: [
        { Condition: '{% $count($states.input.list) > 5 %}', Next: 'End' },
        { Condition: '{% $states.input.name = "f" %}', Output: { is: 'f' }, Assign: { by: 'rule' }, Next: 'End' },
      ],
      Default: 'End',
      Output: { is: 'other' },
      Assign: { by: 'default' },
    };
    const definition = jsonata({
      C: choice,
      End: { Type: 'Succeed', Output: { by: '{% $by %}', input: '{% $states.input %}' } },
    });
    expect(await outputOf(harness, definition, input)).toEqual({ by: 'rule', input: { is: 'f' } });
    expect(await outputOf(harness, definition, { list: [] })).toEqual({ by: 'default', input: { is: 'other' } });
  });

  it('maps the items of an expression, each with what its selector says', async () => {
    const definition = jsonata({
      M: {
        Type: 'Map',
        Items: '{% $states.input.list[$ > 1] %}',
        MaxConcurrency: '{% 1 + 1 %}',
        ItemSelector: { item: '{% $states.context.Map.Item.Value %}', of: '{% $count($states.input.list) %}' },
        ItemProcessor: machine({
          I: { Type: 'Pass', Output: '{% $states.input.item * $states.input.of %}', End: true },
        }),
        Output: { doubled: '{% $states.result %}' },
        End: true,
      },
    });
    expect(await outputOf(harness, definition, input)).toEqual({ doubled: [6, 9] });
  });

  it('waits, and fails, as expressions say', async () => {
    const definition = jsonata({
      W: { Type: 'Wait', Seconds: '{% $states.input.seconds %}', Next: 'U' },
      U: { Type: 'Wait', Timestamp: '{% "2020-01-01T00:00:00Z" %}', Next: 'F' },
      F: { Type: 'Fail', Error: '{% $states.input.name %}', Cause: '{% "because " & $states.input.name %}' },
    });
    expect(await runToEnd(harness, definition, input)).toMatchObject({ error: 'f', cause: 'because f' });
  });

  it('catches with the error in the output and in variables', async () => {
    harness.functions['f'] = () => ({ ok: false, errorType: 'Odd', errorMessage: 'no', stackTrace: [] });
    const task = {
      Type: 'Task',
      Resource: FUNCTION,
      End: true,
      Catch: [
        {
          ErrorEquals: ['States.ALL'],
          Output: { error: '{% $states.errorOutput.Error %}', input: '{% $states.input.name %}' },
          Assign: { cause: '{% $parse($states.errorOutput.Cause).errorMessage %}' },
          Next: 'C',
        },
      ],
    };
    const definition = jsonata({ T: task, C: { Type: 'Pass', Output: '{% [$states.input, $cause] %}', End: true } });
    expect(await outputOf(harness, definition, input)).toEqual([{ error: 'Odd', input: 'f' }, 'no']);
  });

  it('fails with States.QueryEvaluationError, which can be caught', async () => {
    const executionArn = await run(harness, only({ Output: { x: '{% $gone %}' } }));
    const cause =
      "An error occurred while executing the state 'Only' (entered at the event id #2). The JSONata expression '$gone' specified for the field 'Output/x' returned nothing (undefined).";
    expect(await ended(harness, executionArn)).toMatchObject({ error: 'States.QueryEvaluationError', cause });
    const events = await historyOf(harness, executionArn);
    expect(outline(events).slice(1)).toEqual([
      '2<-0 PassStateEntered',
      '3<-0 EvaluationFailed',
      '4<-3 ExecutionFailed',
    ]);
    expect(events[2]?.evaluationFailedEventDetails).toMatchObject({ location: 'Output/x', state: 'Only' });
    const caught = jsonata({
      T: {
        Type: 'Task',
        Resource: FUNCTION,
        Arguments: '{% $gone %}',
        Catch: [{ ErrorEquals: ['States.QueryEvaluationError'], Next: 'C' }],
        End: true,
      },
      C: { Type: 'Pass', Output: '{% $states.input.Error %}', End: true },
    });
    expect(await outputOf(harness, caught)).toBe('States.QueryEvaluationError');
  });

  it('lets the failure of a Wait state follow its entry', async () => {
    const definition = jsonata({ W: { Type: 'Wait', Timestamp: '{% "2020" %}', End: true } });
    const executionArn = await run(harness, definition);
    await ended(harness, executionArn);
    expect(outline(await historyOf(harness, executionArn))[2]).toBe('3<-2 EvaluationFailed');
  });

  it.each([
    [
      'a list that is none',
      jsonata({ M: map({ Items: '{% 1 %}' }) }),
      "Expected 'array', but was 'number' for value: 1",
    ],
    ['an input that is no list', jsonata({ M: map({}) }), 'Map state input must be an array but was: {}'],
    ['seconds that are none', jsonata({ W: { Type: 'Wait', Seconds: '{% "1" %}', End: true } }), "Expected 'number'"],
    ['half a second', jsonata({ W: { Type: 'Wait', Seconds: '{% 0.5 %}', End: true } }), "Expected 'integer'"],
    ['no instant', jsonata({ W: { Type: 'Wait', Timestamp: '{% "2020-01-01" %}', End: true } }), 'ISO-8601'],
  ])('fails with %s', async (_, definition, reason) => {
    expect(await runToEnd(harness, definition)).toMatchObject({
      error: 'States.QueryEvaluationError',
      cause: expect.stringContaining(reason),
    });
  });
});

describe('variables', () => {
  it('are read by paths, functions and rules, and assigned after the state', async () => {
    const definition = machine({
      A: { Type: 'Pass', Result: { n: 1 }, Assign: { 'n.$': '$.n', fixed: ['$.n'], limit: 0 }, Next: 'B' },
      B: { Type: 'Wait', SecondsPath: '$limit', Assign: { 'n.$': 'States.MathAdd($n, 1)', 'old.$': '$n' }, Next: 'C' },
      C: { Type: 'Choice', Choices: [{ Variable: '$n', NumericEquals: 2, Next: 'D' }] },
      D: { Type: 'Pass', Parameters: { 'all.$': 'States.Array($n, $old, $fixed[0])' }, End: true },
    });
    const executionArn = await run(harness, definition);
    expect(JSON.parse((await ended(harness, executionArn)).output ?? '')).toEqual({ all: [2, 1, '$.n'] });
    const exited = (await historyOf(harness, executionArn))[2]?.stateExitedEventDetails;
    expect(exited).toMatchObject({
      assignedVariables: { fixed: '["$.n"]', limit: '0', n: '1' },
      assignedVariablesDetails: { truncated: false },
    });
  });

  it('of an outer scope are seen inside, and those inside are not seen outside', async () => {
    const definition = machine({
      A: { Type: 'Pass', Assign: { list: [1, 2], outer: 'o' }, Next: 'M' },
      M: {
        Type: 'Map',
        ItemsPath: '$list',
        ItemProcessor: machine({
          I: { Type: 'Pass', Assign: { 'inner.$': "States.Format('{}{}', $outer, $)" }, Next: 'J' },
          J: { Type: 'Pass', InputPath: '$inner', End: true },
        }),
        Next: 'Z',
      },
      Z: { Type: 'Pass', Parameters: { 'list.$': '$', 'inner.$': '$inner' }, End: true },
    });
    const { error, cause } = await runToEnd(harness, definition);
    expect(error).toBe('States.Runtime');
    expect(cause).toContain(
      `The JSONPath '$inner' specified for the field 'inner.$' could not be found in the input '["o1","o2"]'`,
    );
  });

  it('pass between the two languages, and are limited', async () => {
    const both = machine({
      A: { Type: 'Pass', Assign: { n: 42 }, Next: 'B' },
      B: { Type: 'Pass', QueryLanguage: 'JSONata', Assign: { n: 18, old: '{% $n %}' }, Next: 'C' },
      C: { Type: 'Pass', Parameters: { 'n.$': '$n', 'old.$': '$old' }, End: true },
    });
    expect(await outputOf(harness, both)).toEqual({ n: 18, old: 42 });
    const large = only({ Assign: { s: '{% $pad("", 300000, "x") %}' }, Output: 1 });
    expect(await runToEnd(harness, large)).toMatchObject({ error: 'States.DataLimitExceeded' });
  });
});

function map(fields: object): object {
  return { Type: 'Map', ItemProcessor: machine({ I: { Type: 'Pass', End: true } }), End: true, ...fields };
}
