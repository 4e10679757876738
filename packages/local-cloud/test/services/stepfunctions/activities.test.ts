import { afterEach, beforeEach, expect, it } from '@jest/globals';
import {
  CreateActivityCommand,
  DeleteActivityCommand,
  DescribeActivityCommand,
  GetActivityTaskCommand,
  ListActivitiesCommand,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
} from '@aws-sdk/client-sfn';
import { ended, historyOf, outline, run, runToEnd, startHarness, until, type Harness } from './harness.ts';

let harness: Harness;
let activityArn: string;
beforeEach(async () => {
  harness = await startHarness();
  ({ activityArn = '' } = await harness.client.send(new CreateActivityCommand({ name: 'pack.v1' })));
});
afterEach(() => harness.close());

const machine = (fields: object = {}) => ({
  StartAt: 'A',
  States: { A: { Type: 'Task', Resource: activityArn, End: true, ...fields } },
});
const take = (workerName?: string) => harness.client.send(new GetActivityTaskCommand({ activityArn, workerName }));

it('are made, described, listed and deleted', async () => {
  expect(activityArn).toBe('arn:aws:states:us-east-1:000000000000:activity:pack.v1');
  expect(await harness.client.send(new CreateActivityCommand({ name: 'pack.v1' }))).toMatchObject({ activityArn });
  expect(await harness.client.send(new DescribeActivityCommand({ activityArn }))).toMatchObject({ name: 'pack.v1' });
  expect((await harness.client.send(new ListActivitiesCommand({}))).activities).toMatchObject([{ activityArn }]);
  await harness.client.send(new DeleteActivityCommand({ activityArn }));
  await harness.client.send(new DeleteActivityCommand({ activityArn }));
  await expect(take()).rejects.toMatchObject({ name: 'ActivityDoesNotExist' });
  expect(await runToEnd(harness, machine())).toMatchObject({
    error: 'States.Runtime',
    cause: `An error occurred while executing the state 'A' (entered at the event id #2). The activity ${activityArn} does not exist.`,
  });
});

it('hand a task to the worker that asks, before or after', async () => {
  const early = take('early');
  const executionArn = await run(harness, machine(), { n: 1 });
  const { taskToken, input } = await early;
  expect(input).toBe('{"n":1}');
  await harness.client.send(new SendTaskSuccessCommand({ taskToken, output: '{"done":true}' }));
  expect((await ended(harness, executionArn)).output).toBe('{"done":true}');
  const events = await historyOf(harness, executionArn);
  expect(outline(events).slice(2, 5)).toEqual([
    '3<-2 ActivityScheduled',
    '4<-3 ActivityStarted',
    '5<-4 ActivitySucceeded',
  ]);
  expect(events[2]?.activityScheduledEventDetails).toMatchObject({ resource: activityArn, input: '{"n":1}' });
  expect(events[3]?.activityStartedEventDetails).toEqual({ workerName: 'early' });

  const later = await run(harness, machine());
  await until(async () => ((await historyOf(harness, later)).length === 3 ? true : undefined));
  const task = await take();
  await harness.client.send(new SendTaskFailureCommand({ taskToken: task.taskToken, error: 'Odd', cause: 'no' }));
  expect(await ended(harness, later)).toMatchObject({ error: 'Odd', cause: 'no' });
});

it('time out without a worker, and without heartbeats of the one that has begun', async () => {
  expect(await runToEnd(harness, machine({ TimeoutSeconds: 1 }))).toMatchObject({ error: 'States.Timeout' });
  const caught = [{ ErrorEquals: ['States.HeartbeatTimeout'], Next: 'C' }];
  const executionArn = await run(harness, {
    StartAt: 'A',
    States: {
      A: { ...machine({ HeartbeatSeconds: 3, Catch: caught }).States.A },
      C: { Type: 'Pass', Result: 'late', End: true },
    },
  });
  const { taskToken } = await take();
  await harness.client.send(new SendTaskHeartbeatCommand({ taskToken }));
  expect((await ended(harness, executionArn)).output).toBe('"late"');
  // The task that timed out before was taken back: this one is the only one left to be taken.
  const next = await run(harness, machine(), 'next');
  expect(await take()).toMatchObject({ input: '"next"' });
  expect(next).toBeTruthy();
});
