import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SendTaskFailureCommand, SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { command, ended, historyOf, outline, outputOf, pass, run, runToEnd, startHarness, tokenOf } from './harness.ts';
import { type Harness } from './harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await startHarness();
});
afterEach(() => harness.close());

const branch = (name: string) => ({ StartAt: name, States: { [name]: command(`${name}.v1`, { End: true }) } });
const parallel = (fields: object, ...branches: object[]) => ({
  StartAt: 'Both',
  States: { Both: { Type: 'Parallel', Branches: branches, End: true, ...fields }, After: { Type: 'Pass', End: true } },
});
const toAfter = { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'After' }] };
const succeed = (taskToken: string, output: unknown) =>
  harness.client.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify(output) }));

describe('Parallel', () => {
  it('ends the other branches when one fails, and their tokens die', async () => {
    const executionArn = await run(harness, parallel(toAfter, branch('A'), branch('B')));
    const [a, b] = [await tokenOf(harness, 'A.v1'), await tokenOf(harness, 'B.v1')];
    await harness.client.send(new SendTaskFailureCommand({ taskToken: b, error: 'Broken' }));
    expect(JSON.parse((await ended(harness, executionArn)).output ?? '')).toEqual({ Error: 'Broken', Cause: null });
    await expect(succeed(a, 1)).rejects.toMatchObject({ name: 'TaskTimedOut' });

    const events = await historyOf(harness, executionArn);
    const failed = events.find(({ type }) => type === 'TaskFailed');
    const tail = outline(events.slice(events.findIndex(({ type }) => type === 'TaskFailed') + 1));
    const id = failed?.id ?? 0;
    expect(tail).toEqual([
      `${id + 1}<-${id} TaskStateAborted`,
      `${id + 2}<-${id} TaskStateAborted`,
      `${id + 3}<-${id} ParallelStateFailed`,
      `${id + 4}<-${id + 3} ParallelStateExited`,
      `${id + 5}<-${id + 4} PassStateEntered`,
      `${id + 6}<-${id + 5} PassStateExited`,
      `${id + 7}<-${id + 6} ExecutionSucceeded`,
    ]);
  });

  it('keeps the events of each branch apart', async () => {
    const executionArn = await run(harness, parallel(toAfter, branch('A'), pass({ Result: 'b' })));
    await succeed(await tokenOf(harness, 'A.v1'), 'a');
    expect((await ended(harness, executionArn)).output).toBe('["a","b"]');
    const events = await historyOf(harness, executionArn);
    const started = events.find(({ type }) => type === 'ParallelStateStarted')?.id;
    const first = events.filter(({ previousEventId }) => previousEventId === started);
    expect(first.map(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name).sort()).toEqual(['A', 'Only']);
    const [succeeded, exited] = events.slice(-3);
    expect([succeeded?.type, exited?.type]).toEqual(['ParallelStateSucceeded', 'ParallelStateExited']);
    expect(exited?.previousEventId).toBe(succeeded?.previousEventId);
  });

  it('is retried whole, without telling of a failure in between', async () => {
    const failing = { StartAt: 'F', States: { F: { Type: 'Fail', Error: 'E' } } };
    const retry = [{ ErrorEquals: ['E'], IntervalSeconds: 1, MaxAttempts: 1 }];
    const executionArn = await run(harness, parallel({ Retry: retry, ...toAfter }, failing));
    await ended(harness, executionArn);
    expect(outline(await historyOf(harness, executionArn)).slice(2, 8)).toEqual([
      '3<-2 ParallelStateStarted',
      '4<-3 FailStateEntered',
      '5<-4 ParallelStateStarted',
      '6<-5 FailStateEntered',
      '7<-6 ParallelStateFailed',
      '8<-7 ParallelStateExited',
    ]);
  });

  it('ends branches within branches', async () => {
    const inner = { StartAt: 'In', States: { In: { Type: 'Parallel', Branches: [branch('C')], End: true } } };
    const waiting = { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 600, End: true } } };
    const executionArn = await run(harness, parallel(toAfter, branch('A'), inner, waiting));
    const [a, c] = [await tokenOf(harness, 'A.v1'), await tokenOf(harness, 'C.v1')];
    await harness.client.send(new SendTaskFailureCommand({ taskToken: a, error: 'E' }));
    await ended(harness, executionArn);
    await expect(succeed(c, 1)).rejects.toMatchObject({ name: 'TaskTimedOut' });
    const aborted = (await historyOf(harness, executionArn))
      .map(({ type }) => type)
      .filter((type) => type?.endsWith('Aborted'));
    expect(aborted).toEqual(['TaskStateAborted', 'TaskStateAborted', 'ParallelStateAborted', 'WaitStateAborted']);
  });

  it('takes one failure when two come at once', async () => {
    const executionArn = await run(harness, parallel(toAfter, branch('A'), branch('B')));
    const tokens = [await tokenOf(harness, 'A.v1'), await tokenOf(harness, 'B.v1')];
    await Promise.all(tokens.map((taskToken) => harness.sfn.handle('SendTaskFailure', { taskToken, error: 'E' })));
    expect(await ended(harness, executionArn)).toMatchObject({ status: 'SUCCEEDED' });
    const types = (await historyOf(harness, executionArn)).map(({ type }) => type);
    expect(types.filter((type) => type === 'ParallelStateFailed')).toHaveLength(1);
    expect(types.slice(types.indexOf('ParallelStateFailed') + 1)).toEqual([
      ...['ParallelStateExited', 'PassStateEntered', 'PassStateExited', 'ExecutionSucceeded'],
    ]);
  });
});

describe('inline Map', () => {
  const map = (fields: object, processor: object) => ({
    StartAt: 'Each',
    States: { Each: { Type: 'Map', ItemsPath: '$.items', ItemProcessor: processor, End: true, ...fields } },
  });

  it('maps the items in their order, with the item in the context', async () => {
    const selector = { 'item.$': '$$.Map.Item.Value', 'index.$': '$$.Map.Item.Index', 'all.$': '$.factor' };
    const definition = map({ ItemSelector: selector, MaxConcurrency: 1, ResultPath: '$.out' }, pass({}));
    const output = await outputOf(harness, definition, { items: ['a', 'b'], factor: 3 });
    expect(output).toMatchObject({
      out: [
        { item: 'a', index: 0, all: 3 },
        { item: 'b', index: 1, all: 3 },
      ],
    });
  });

  it('answers an empty list for an empty list, and refuses what is none', async () => {
    expect(await outputOf(harness, map({}, pass({})), { items: [] })).toEqual([]);
    expect(await runToEnd(harness, map({}, pass({})), { items: 'x' })).toMatchObject({ error: 'States.Runtime' });
  });

  it('writes the history of a failed iteration as AWS does', async () => {
    const failing = { StartAt: 'F', States: { F: { Type: 'Fail', Error: 'E', Cause: 'c' } } };
    const executionArn = await run(harness, map({}, failing), { items: [1] });
    expect(await ended(harness, executionArn)).toMatchObject({ error: 'E', cause: 'c' });
    const events = await historyOf(harness, executionArn);
    expect(outline(events)).toEqual([
      '1<-0 ExecutionStarted',
      '2<-0 MapStateEntered',
      '3<-2 MapStateStarted',
      '4<-3 MapIterationStarted',
      '5<-4 FailStateEntered',
      '6<-5 MapIterationFailed',
      '7<-5 MapStateFailed',
      '8<-7 ExecutionFailed',
    ]);
    expect(events[2]?.mapStateStartedEventDetails).toEqual({ length: 1 });
    expect(events[3]?.mapIterationStartedEventDetails).toEqual({ name: 'Each', index: 0 });
  });

  it('runs no more at once than MaxConcurrency', async () => {
    let atOnce = 0;
    let most = 0;
    harness.functions['f'] = async () => {
      most = Math.max(most, ++atOnce);
      await new Promise((resolve) => setImmediate(resolve));
      atOnce -= 1;
      return { ok: true, payload: 1 };
    };
    const task = { Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:000000000000:function:f', End: true };
    const items = Array.from({ length: 20 }, (_, index) => index);
    await outputOf(harness, map({ MaxConcurrency: 3 }, { StartAt: 'T', States: { T: task } }), { items });
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(3);
  });
});
