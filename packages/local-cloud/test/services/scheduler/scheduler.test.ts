import { DatabaseSync } from 'node:sqlite';
import type { AddressInfo } from 'node:net';
import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  CreateScheduleGroupCommand,
  DeleteScheduleCommand,
  DeleteScheduleGroupCommand,
  GetScheduleCommand,
  GetScheduleGroupCommand,
  ListScheduleGroupsCommand,
  ListSchedulesCommand,
  ListTagsForResourceCommand,
  SchedulerClient,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createLocalServer } from '@dure/local-http/server';
import { signed } from '@dure/local-http/access-rules';
import { createEventBridge } from '../../../src/services/eventbridge/index.ts';
import { createScheduler, schedulerResourceTypes } from '../../../src/services/scheduler/index.ts';

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];
const account = { accountId: '000000000000', region: 'us-east-1' };
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:q';
const BUS = 'arn:aws:events:us-east-1:000000000000:event-bus/default';
const ARN = 'arn:aws:scheduler:us-east-1:000000000000:schedule/default/s';
const RoleArn = 'arn:aws:iam::000000000000:role/r';
const cleanUps: (() => unknown)[] = [];

beforeEach(() => {
  // Of the clock alone: requests go through real sockets.
  const doNotFake = ['setImmediate', 'nextTick', 'queueMicrotask', 'performance', 'hrtime'] as const;
  jest.useFakeTimers({ doNotFake: [...doNotFake], now: Date.parse('2026-07-01T12:00:00Z') });
});
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  jest.useRealTimers();
});

interface Options {
  readonly file?: string;
  readonly copies?: () => number;
  readonly fails?: () => Error | undefined;
  readonly runs?: (functionArn: string) => boolean;
}

async function start({ file = ':memory:', copies, fails, runs }: Options = {}) {
  const database = new DatabaseSync(file);
  const delivered: { arn: string; input: string }[] = [];
  const letters: { body: string; attributes: Record<string, string> }[] = [];
  const eventBridge = createEventBridge({
    ...{ ...account, database, log: () => {}, recordDelivery: () => {} },
    async deliver(target) {
      const failure = fails?.();
      if (failure !== undefined) throw failure;
      delivered.push(target);
    },
    deadLetter: async (_queue, body, attributes) => void letters.push({ body, attributes }),
  });
  const scheduler = createScheduler({ ...account, database, eventBridge, log: () => {}, copies });
  eventBridge.start();
  scheduler.start(runs);
  const answer = (...exchange: Parameters<typeof scheduler.handle>) => void scheduler.handle(...exchange);
  const server = createLocalServer({ rule: signed, answer });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new SchedulerClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: account.region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  const settle = async (): Promise<void> => {
    while (!eventBridge.idle()) {
      await new Promise((resolve) => setImmediate(resolve));
      await jest.advanceTimersByTimeAsync(0);
    }
  };
  let stopped = false;
  const stop = async (): Promise<void> => {
    if (stopped) return;
    stopped = true;
    client.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    scheduler.stop();
    await eventBridge.stop();
    database.close();
  };
  cleanUps.push(stop);
  /** Lets time pass, and then what became due be delivered. */
  const pass = async (milliseconds: number): Promise<number> => {
    await jest.advanceTimersByTimeAsync(milliseconds);
    if (fails === undefined) await settle();
    return delivered.length;
  };
  return { client, scheduler, eventBridge, delivered, letters, pass, settle, stop };
}

type Given = Omit<Partial<CreateScheduleCommandInput>, 'Target'> & { Target?: object };

const schedule = ({ Target, ...given }: Given = {}) =>
  new CreateScheduleCommand({
    Name: 's',
    ScheduleExpression: 'rate(1 hour)',
    FlexibleTimeWindow: { Mode: 'OFF' },
    ...given,
    Target: { Arn: QUEUE, RoleArn, ...Target },
  });

describe('runs', () => {
  it('by a rate from the start, and then at its interval', async () => {
    const { client, pass, delivered } = await start();
    await client.send(schedule());
    expect([await pass(0), await pass(HOUR - 1), await pass(1), await pass(DAY)]).toEqual([1, 1, 2, 26]);
    expect(JSON.parse(delivered[1]!.input)).toEqual({
      version: '0',
      id: expect.any(String),
      'detail-type': 'Scheduled Event',
      source: 'aws.scheduler',
      account: account.accountId,
      time: '2026-07-01T13:00:00Z',
      region: account.region,
      resources: [ARN],
      detail: '{}',
    });
  });

  it('by cron in a time zone', async () => {
    const { client, pass, scheduler } = await start();
    const ScheduleExpressionTimezone = 'Asia/Seoul';
    await client.send(schedule({ ScheduleExpression: 'cron(30 21 * * ? *)', ScheduleExpressionTimezone }));
    expect(scheduler.describe()).toMatchObject([{ arn: ARN, nextRun: '2026-07-01T12:30:00.000Z' }]);
    expect([await pass(30 * MINUTE - 1), await pass(1), await pass(DAY)]).toEqual([0, 1, 2]);
  });

  it('once, and is gone if that is wanted', async () => {
    const { client, pass } = await start();
    const ScheduleExpression = 'at(2026-07-01T12:10:00)';
    await client.send(schedule({ ScheduleExpression, ActionAfterCompletion: 'DELETE' }));
    await client.send(schedule({ Name: 'kept', ScheduleExpression }));
    await client.send(schedule({ Name: 'past', ScheduleExpression: 'at(2022-12-31T23:59:59)' }));
    expect([await pass(10 * MINUTE), await pass(2 * DAY)]).toEqual([2, 2]);
    const { Schedules } = await client.send(new ListSchedulesCommand({}));
    expect(Schedules?.map(({ Name }) => Name)).toEqual(['kept', 'past']);
    await expect(client.send(new GetScheduleCommand({ Name: 's' }))).rejects.toThrow('Schedule s does not exist.');
  });

  it('between its start and its end', async () => {
    const { client, pass } = await start();
    const [StartDate, EndDate] = ['2026-07-01T12:30:00Z', '2026-07-01T14:30:00Z'].map((text) => new Date(text));
    await client.send(schedule({ StartDate, EndDate }));
    expect([await pass(30 * MINUTE - 1), await pass(1), await pass(2 * HOUR), await pass(DAY)]).toEqual([0, 1, 3, 3]);
  });

  it('somewhere in its window, once', async () => {
    const { client, pass, delivered } = await start();
    const FlexibleTimeWindow = { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 60 } as const;
    const Target = { Input: '"<aws.scheduler.scheduled-time>"' };
    await client.send(schedule({ ScheduleExpression: 'cron(0 13 * * ? *)', FlexibleTimeWindow, Target }));
    expect([await pass(HOUR - 1), await pass(HOUR), await pass(22 * HOUR)]).toEqual([0, 1, 1]);
    expect(delivered.map(({ input }) => input)).toEqual(['"2026-07-01T13:00:00Z"']);
  });

  it('not while it is disabled, and by its new expression when it is updated', async () => {
    const { client, pass } = await start();
    const common = { Name: 's', FlexibleTimeWindow: { Mode: 'OFF' }, Target: { Arn: QUEUE, RoleArn } } as const;
    await client.send(schedule({ State: 'DISABLED' }));
    expect(await pass(DAY)).toBe(0);
    await client.send(new UpdateScheduleCommand({ ...common, ScheduleExpression: 'rate(2 hours)' }));
    expect([await pass(2 * HOUR), await pass(2 * HOUR)]).toEqual([1, 2]);
    await client.send(new DeleteScheduleCommand({ Name: 's' }));
    expect(await pass(DAY)).toBe(2);
  });

  it('never, or twice, where a fault wants it', async () => {
    const copies = [1, 0, 2];
    const { client, pass } = await start({ copies: () => copies.shift()! });
    await client.send(schedule());
    expect([await pass(0), await pass(HOUR), await pass(HOUR)]).toEqual([1, 1, 3]);
  });

  it('no function of a service that does not run', async () => {
    const { client, pass, delivered } = await start({ runs: (arn) => arn.endsWith(':here') });
    for (const name of ['here', 'elsewhere']) {
      const Arn = `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
      await client.send(schedule({ Name: name, Target: { Arn } }));
    }
    await pass(0);
    expect(delivered.map(({ arn }) => arn.split(':').at(-1))).toEqual(['here']);
  });

  it('with keywords filled in', async () => {
    const { client, pass, delivered } = await start();
    const keywords = ['schedule-arn', 'scheduled-time', 'execution-id', 'attempt-number'];
    const Input = `[${keywords.map((name) => `"<aws.scheduler.${name}>"`).join(',')}]`;
    await client.send(schedule({ Target: { Input } }));
    await pass(0);
    expect(JSON.parse(delivered[0]!.input)).toEqual([
      ARN,
      '2026-07-01T12:00:00Z',
      expect.stringMatching(/^[\w-]{36}$/),
      '1',
    ]);
  });

  it('an event bus, with source and detail type', async () => {
    const { client, pass, delivered, eventBridge } = await start();
    await eventBridge.handle('PutRule', { Name: 'r', EventPattern: '{"source":["mine"]}' });
    await eventBridge.handle('PutTargets', { Rule: 'r', Targets: [{ Id: 't', Arn: QUEUE, InputPath: '$.detail' }] });
    const EventBridgeParameters = { Source: 'mine', DetailType: 'Due' };
    await client.send(schedule({ Target: { Arn: BUS, Input: '{"a": 1}', EventBridgeParameters } }));
    await pass(0);
    expect(delivered).toEqual([{ arn: QUEUE, input: '{"a":1}' }]);
  });

  it('again after a failure, and then to its dead-letter queue', async () => {
    const failure = new Error('not today');
    const { client, pass, letters } = await start({ fails: () => failure });
    const RetryPolicy = { MaximumRetryAttempts: 2 };
    await client.send(schedule({ Target: { Input: 'text', RetryPolicy, DeadLetterConfig: { Arn: QUEUE } } }));
    for (let second = 0; second < 20 && letters.length === 0; second += 1) await pass(1000);
    expect(letters).toEqual([
      {
        body: 'text',
        attributes: {
          SCHEDULE_ARN: ARN,
          TARGET_ARN: QUEUE,
          ERROR_CODE: 'Error',
          ERROR_MESSAGE: 'not today',
          EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
          RETRY_ATTEMPTS: '2',
        },
      },
    ]);
  });
});

describe('schedules and groups', () => {
  it('are created, shown, listed by pages and deleted', async () => {
    const { client } = await start();
    const { ScheduleGroupArn } = await client.send(
      new CreateScheduleGroupCommand({ Name: 'g', Tags: [{ Key: 'a', Value: 'b' }] }),
    );
    expect(ScheduleGroupArn).toBe('arn:aws:scheduler:us-east-1:000000000000:schedule-group/g');
    const StartDate = new Date('2030-01-01T00:00:00Z');
    const created = await client.send(schedule({ GroupName: 'g', Description: 'd', StartDate }));
    expect(created.ScheduleArn).toBe('arn:aws:scheduler:us-east-1:000000000000:schedule/g/s');
    for (const Name of ['a1', 'a2', 'b']) await client.send(schedule({ Name, State: 'DISABLED' }));
    const CreationDate = new Date('2026-07-01T12:00:00Z');
    expect(await client.send(new GetScheduleCommand({ Name: 's', GroupName: 'g' }))).toMatchObject({
      ...{ Name: 's', GroupName: 'g', Arn: created.ScheduleArn, State: 'ENABLED', ActionAfterCompletion: 'NONE' },
      ...{ ScheduleExpression: 'rate(1 hour)', ScheduleExpressionTimezone: 'UTC', FlexibleTimeWindow: { Mode: 'OFF' } },
      ...{ CreationDate, LastModificationDate: CreationDate, StartDate, Description: 'd' },
      Target: { Arn: QUEUE, RoleArn, RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 } },
    });
    const first = await client.send(new ListSchedulesCommand({ NamePrefix: 'a', MaxResults: 1 }));
    const second = await client.send(new ListSchedulesCommand({ NamePrefix: 'a', NextToken: first.NextToken }));
    expect([first, second].map(({ Schedules }) => Schedules?.map(({ Name }) => Name))).toEqual([['a1'], ['a2']]);
    const inGroup = await client.send(new ListSchedulesCommand({ GroupName: 'g', State: 'ENABLED' }));
    expect(inGroup.Schedules).toMatchObject([{ Name: 's', Target: { Arn: QUEUE } }]);
    const { ScheduleGroups } = await client.send(new ListScheduleGroupsCommand({}));
    expect(ScheduleGroups?.map(({ Name, State }) => [Name, State])).toEqual([
      ['default', 'ACTIVE'],
      ['g', 'ACTIVE'],
    ]);
    await client.send(new DeleteScheduleGroupCommand({ Name: 'g' }));
    expect((await client.send(new ListSchedulesCommand({}))).Schedules).toHaveLength(3);
    await expect(client.send(new GetScheduleGroupCommand({ Name: 'g' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Schedule group g does not exist.',
    });
  });

  it('have tags', async () => {
    const { client } = await start();
    const { ScheduleGroupArn: ResourceArn } = await client.send(new CreateScheduleGroupCommand({ Name: 'g' }));
    const Tags = [
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '2' },
    ];
    await client.send(new TagResourceCommand({ ResourceArn, Tags }));
    await client.send(new UntagResourceCommand({ ResourceArn, TagKeys: ['a'] }));
    expect((await client.send(new ListTagsForResourceCommand({ ResourceArn }))).Tags).toEqual([Tags[1]]);
  });

  it('survive a restart, and a rate keeps its beat', async () => {
    const file = `${process.env['TMPDIR'] ?? '/tmp'}/dure-scheduler-${process.pid}.sqlite`;
    const before = await start({ file });
    cleanUps.unshift(async () => (await import('node:fs')).rmSync(file, { force: true }));
    await before.client.send(schedule());
    expect(await before.pass(0)).toBe(1);
    await before.stop();
    await jest.advanceTimersByTimeAsync(90 * MINUTE);
    const after = await start({ file });
    expect([await after.pass(0), await after.pass(30 * MINUTE - 1), await after.pass(1)]).toEqual([0, 0, 1]);
  });

  it('are there twice only under two names', async () => {
    const { client } = await start();
    await client.send(schedule());
    await expect(client.send(schedule())).rejects.toMatchObject({
      name: 'ConflictException',
      message: 'Schedule s already exists.',
    });
  });

  it('come from templates', async () => {
    const { scheduler, pass } = await start();
    const types = schedulerResourceTypes(scheduler, account);
    const group = types['AWS::Scheduler::ScheduleGroup']!;
    const type = types['AWS::Scheduler::Schedule']!;
    const request = { stackName: 'stack', logicalId: 'It', name: 'it' };
    expect(await group.create({ ...request, properties: {} })).toMatchObject({ ref: 'it' });
    const properties = {
      GroupName: 'it',
      ScheduleExpression: 'rate(1 hour)',
      StartDate: '2026-07-01T13:00:00Z',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: QUEUE, RoleArn },
    };
    const Arn = 'arn:aws:scheduler:us-east-1:000000000000:schedule/it/it';
    expect(await type.create({ ...request, properties })).toEqual({ ref: 'it', attributes: { Arn } });
    await type.update!('it', { ...properties, ScheduleExpression: 'rate(2 hours)' }, properties);
    expect([await pass(HOUR), await pass(HOUR), await pass(HOUR)]).toEqual([1, 1, 2]);
    await type.remove({ ...request, physicalId: 'it', properties });
    expect(await pass(DAY)).toBe(2);
  });
});

describe('refuses', () => {
  const LAMBDA = 'arn:aws:lambda:us-east-1:000000000000:function:f';
  it.each<[reason: string, given: Given]>([
    ['Invalid Schedule Expression cron(0 1 * * * *).', { ScheduleExpression: 'cron(0 1 * * * *)' }],
    ['Invalid Schedule Expression  rate(10 minutes).', { ScheduleExpression: ' rate(10 minutes)' }],
    ['Invalid Schedule Expression at(2021-12-31).', { ScheduleExpression: 'at(2021-12-31)' }],
    ['Invalid Schedule Expression Timezone Mars/Phobos.', { ScheduleExpressionTimezone: 'Mars/Phobos' }],
    ['Provided Arn is not in correct format.', { Target: { Arn: 'queue' } }],
    [
      'A schedule cannot invoke arn:aws:scheduler:::aws-sdk:s3:putObject here',
      { Target: { Arn: 'arn:aws:scheduler:::aws-sdk:s3:putObject' } },
    ],
    ['Target: EcsParameters is not supported here.', { Target: { EcsParameters: { TaskDefinitionArn: 'x' } } }],
    ['Input is not valid JSON.', { Target: { Arn: LAMBDA, Input: '{' } }],
    ['EventBridgeParameters must be specified', { Target: { Arn: BUS } }],
    ['MaximumWindowInMinutes must be set', { FlexibleTimeWindow: { Mode: 'FLEXIBLE' } }],
    ['must satisfy enum value set: [OFF, FLEXIBLE]', { FlexibleTimeWindow: { Mode: 'MAYBE' as 'OFF' } }],
    ["Value 'no name' at 'name' failed to satisfy constraint", { Name: 'no name' }],
    ['Schedule group none does not exist.', { GroupName: 'none' }],
    ['The StartDate you specify must come before the EndDate.', { StartDate: new Date(2e12), EndDate: new Date(1e12) }],
  ])('%s', async (reason, given) => {
    const { client, scheduler } = await start();
    await expect(client.send(schedule(given))).rejects.toThrow(reason);
    expect(scheduler.describe()).toEqual([]);
  });
});
