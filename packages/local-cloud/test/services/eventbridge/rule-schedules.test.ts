import {
  CreateEventBusCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  ListRulesCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import {
  ACCOUNT,
  functionArn,
  queueArn,
  REGION,
  startBridge,
  type TestBridge,
  type TestBridgeOptions,
} from './bridge.ts';

const MINUTE = 60_000;

beforeEach(() => {
  // Of the clock alone: requests go through real sockets.
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'performance', 'hrtime'] });
});
afterEach(() => {
  jest.useRealTimers();
});

async function start(
  ScheduleExpression: string,
  options?: TestBridgeOptions,
  Arn = queueArn('q'),
): Promise<TestBridge> {
  const local = await startBridge(options);
  await local.client.send(new PutRuleCommand({ Name: 'r', ScheduleExpression }));
  await local.client.send(new PutTargetsCommand({ Rule: 'r', Targets: [{ Id: 't', Arn }] }));
  return local;
}

/** Lets time pass, and then what became due be delivered. */
async function pass(local: TestBridge, minutes: number): Promise<number> {
  await jest.advanceTimersByTimeAsync(minutes * MINUTE);
  while (!local.bridge.idle()) await new Promise((resolve) => setImmediate(resolve));
  return local.delivered.length;
}

it.each(['rate(1 minute)', 'cron(* * * * ? *)', 'cron(0-59 0-23 ? * SUN-SAT *)'])(
  'runs when it is due: %s',
  async (expression) => {
    const local = await start(expression);
    expect(await pass(local, 3)).toBe(3);
    expect(JSON.parse(local.delivered[0]!.input)).toEqual({
      version: '0',
      id: expect.any(String),
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      account: ACCOUNT,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      region: REGION,
      resources: [`arn:aws:events:${REGION}:${ACCOUNT}:rule/r`],
      detail: {},
    });
    await local.close();
    expect(await pass(local, 3)).toBe(3);
  },
);

it('goes to any target, as its input says', async () => {
  const local = await start('rate(1 minute)', {}, `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/aws/events/x`);
  const targets = [
    { Id: 'topic', Arn: `arn:aws:sns:${REGION}:${ACCOUNT}:topic`, Input: '{"a":1}' },
    {
      Id: 'function',
      Arn: functionArn('f'),
      InputTransformer: { InputPathsMap: { rule: '$.resources[0]' }, InputTemplate: '{"rule": <rule>}' },
    },
  ];
  await local.client.send(new PutTargetsCommand({ Rule: 'r', Targets: targets }));
  await pass(local, 1);
  expect(local.delivered.map(({ arn, input }) => [arn.split(':')[2], input]).sort()).toEqual([
    ['lambda', `{"rule": "arn:aws:events:${REGION}:${ACCOUNT}:rule/r"}`],
    ['logs', expect.stringContaining('Scheduled Event')],
    ['sns', '{"a":1}'],
  ]);
});

it('runs never, or twice, where a fault wants it', async () => {
  const copies = [0, 2, 1];
  const local = await start('rate(1 minute)', { copies: () => copies.shift()! });
  expect([await pass(local, 1), await pass(local, 1), await pass(local, 1)]).toEqual([0, 2, 3]);
});

it('of a function of a service that does not run is left out', async () => {
  const local = await start('rate(1 minute)', { runs: (arn) => arn === functionArn('here') }, functionArn('elsewhere'));
  expect(await pass(local, 3)).toBe(0);
  const Targets = [{ Id: 't', Arn: functionArn('here') }];
  await local.client.send(new PutTargetsCommand({ Rule: 'r', Targets }));
  expect(await pass(local, 1)).toBe(1);
});

it('runs by another schedule, or no more, when that is changed, and goes on where it is not', async () => {
  const local = await start('rate(1 hour)');
  await pass(local, 59);
  // As each start of the local cloud does.
  await local.client.send(new PutRuleCommand({ Name: 'r', ScheduleExpression: 'rate(1 hour)' }));
  expect(await pass(local, 1)).toBe(1);
  await local.client.send(new PutRuleCommand({ Name: 'r', ScheduleExpression: 'rate(2 hours)' }));
  expect(await pass(local, 119)).toBe(1);
  expect(await pass(local, 1)).toBe(2);
  await local.client.send(new DisableRuleCommand({ Name: 'r' }));
  expect(await pass(local, 240)).toBe(2);
});

it('drops nothing and runs nothing without targets', async () => {
  const local = await start('rate(1 minute)');
  await local.client.send(new RemoveTargetsCommand({ Rule: 'r', Ids: ['t'] }));
  expect(await pass(local, 2)).toBe(0);
});

it('is described, and may have a pattern too', async () => {
  const local = await start('cron(0 12 ? * MON#1 *)');
  const { Rules: rules } = await local.client.send(new ListRulesCommand({}));
  const Arn = `arn:aws:events:${REGION}:${ACCOUNT}:rule/r`;
  const ScheduleExpression = 'cron(0 12 ? * MON#1 *)';
  expect(rules).toEqual([{ Name: 'r', Arn, ScheduleExpression, State: 'ENABLED', EventBusName: 'default' }]);
  const EventPattern = '{"source":["s"]}';
  await local.client.send(new PutRuleCommand({ Name: 'r', ScheduleExpression, EventPattern }));
  const described = await local.client.send(new DescribeRuleCommand({ Name: 'r' }));
  expect(described).toMatchObject({ ScheduleExpression, EventPattern });
});

it.each(['cron(0 1 * * * *)', 'rate(5 minute)', 'at(2030-01-01T00:00:00)', 'rate(10 seconds)', 'cron(7 20 * * NOT *)'])(
  'refuses %s',
  async (ScheduleExpression) => {
    const { client } = await startBridge();
    await expect(client.send(new PutRuleCommand({ Name: 'r', ScheduleExpression }))).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Parameter ScheduleExpression is not valid.',
    });
  },
);

it('refuses a schedule on a bus of its own', async () => {
  const { client } = await startBridge();
  await client.send(new CreateEventBusCommand({ Name: 'own' }));
  const input = { Name: 'r', EventBusName: 'own', ScheduleExpression: 'rate(1 day)' };
  await expect(client.send(new PutRuleCommand(input))).rejects.toThrow(
    'ScheduleExpression is supported only on the default event bus.',
  );
});

it('shows when it runs next, and nothing for one that does not run', async () => {
  jest.setSystemTime(Date.parse('2026-07-01T12:00:30Z'));
  const local = await start('cron(0 13 * * ? *)');
  const shown = () => JSON.stringify(local.bridge.describe());
  expect(shown()).toContain('"schedule":"cron(0 13 * * ? *)","nextRun":"2026-07-01T13:00:00.000Z"');
  await pass(local, 60);
  expect(shown()).toContain('"nextRun":"2026-07-02T13:00:00.000Z"');
  await local.client.send(new DisableRuleCommand({ Name: 'r' }));
  expect(shown()).not.toContain('nextRun');
});
