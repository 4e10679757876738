import {
  CancelReplayCommand,
  CreateArchiveCommand,
  CreateEventBusCommand,
  DeleteArchiveCommand,
  DescribeArchiveCommand,
  DescribeReplayCommand,
  ListArchivesCommand,
  ListReplaysCommand,
  PutEventsCommand,
  StartReplayCommand,
  UpdateArchiveCommand,
  type EventBridgeClient,
  type StartReplayCommandInput,
} from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from '@jest/globals';
import {
  ACCOUNT,
  archiveArn,
  busArn,
  entry,
  eventually,
  putRule,
  queueArn,
  startBridge,
  type TestBridge,
} from './bridge.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const minutesAgo = (minutes: number): Date => new Date(Math.floor(Date.now() / 1000) * 1000 - minutes * 60_000);

async function putAt(client: EventBridgeClient, times: Date[], type = 'Tested.v1'): Promise<void> {
  const entries = times.map((Time, n) => ({ ...entry({ n }, type), Time }));
  for (let from = 0; from < entries.length; from += 10) {
    await client.send(new PutEventsCommand({ Entries: entries.slice(from, from + 10) }));
  }
}

function replay(client: EventBridgeClient, options: Partial<StartReplayCommandInput> = {}) {
  return client.send(
    new StartReplayCommand({
      ReplayName: 'again',
      EventSourceArn: archiveArn('all'),
      EventStartTime: minutesAgo(60),
      EventEndTime: minutesAgo(-1),
      Destination: { Arn: busArn('default') },
      ...options,
    }),
  );
}

async function ended({ client }: TestBridge, ReplayName = 'again') {
  const describeIt = () => client.send(new DescribeReplayCommand({ ReplayName }));
  let description = await describeIt();
  const deadline = Date.now() + 60_000;
  while (!['COMPLETED', 'CANCELLED', 'FAILED'].includes(description.State ?? '')) {
    if (Date.now() > deadline) throw new Error(`The replay is still ${description.State}.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
    description = await describeIt();
  }
  return description;
}

async function withArchive(): Promise<TestBridge> {
  const local = await startBridge();
  await local.client.send(new CreateArchiveCommand({ ArchiveName: 'all', EventSourceArn: busArn('default') }));
  return local;
}

describe('archives (eb-archive-event)', () => {
  it('keep what matches their pattern, and count it', async () => {
    const { client } = await withArchive();
    const EventPattern = JSON.stringify({ 'detail-type': ['Kept.v1'] });
    const some = { ArchiveName: 'some', EventSourceArn: busArn('default'), EventPattern, RetentionDays: 7 };
    const created = await client.send(new CreateArchiveCommand({ ...some, Description: 'a part' }));
    expect(created).toMatchObject({ ArchiveArn: archiveArn('some'), State: 'ENABLED' });
    await client.send(new PutEventsCommand({ Entries: [entry({}, 'Kept.v1'), entry({}, 'Other.v1')] }));
    expect(await client.send(new DescribeArchiveCommand({ ArchiveName: 'some' }))).toMatchObject({
      ...some,
      Description: 'a part',
      EventCount: 1,
      // The source, the detail type, the time and the detail.
      SizeBytes: 'dure.test'.length + 'Kept.v1'.length + '2026-11-29T12:00:00Z'.length + '{}'.length,
    });
    const { Archives } = await client.send(new ListArchivesCommand({}));
    expect(Archives?.map(({ ArchiveName, EventCount }) => [ArchiveName, EventCount])).toEqual([
      ['all', 2],
      ['some', 1],
    ]);
  });

  it('are updated and deleted', async () => {
    const { client } = await withArchive();
    await client.send(new UpdateArchiveCommand({ ArchiveName: 'all', RetentionDays: 3, Description: 'changed' }));
    const described = await client.send(new DescribeArchiveCommand({ ArchiveName: 'all' }));
    expect(described).toMatchObject({ RetentionDays: 3, Description: 'changed' });
    await client.send(new DeleteArchiveCommand({ ArchiveName: 'all' }));
    expect((await client.send(new ListArchivesCommand({}))).Archives).toEqual([]);
  });

  it('forget what has outlived its retention, and nothing when that is 0', async () => {
    let time = Date.now();
    const { client } = await startBridge({ now: () => time });
    for (const [ArchiveName, RetentionDays] of [
      ['days', 2],
      ['ever', 0],
    ] as const) {
      await client.send(new CreateArchiveCommand({ ArchiveName, EventSourceArn: busArn('default'), RetentionDays }));
    }
    await client.send(new PutEventsCommand({ Entries: [entry()] }));
    time += 1.5 * DAY_MS;
    await client.send(new PutEventsCommand({ Entries: [entry()] }));
    time += DAY_MS;
    const { Archives } = await client.send(new ListArchivesCommand({}));
    expect(Archives?.map(({ EventCount }) => EventCount)).toEqual([1, 2]);
  });

  it.each<[string, string, (client: EventBridgeClient) => Promise<unknown>]>([
    [
      'ResourceAlreadyExistsException',
      'Archive all already exists.',
      (client) => client.send(new CreateArchiveCommand({ ArchiveName: 'all', EventSourceArn: busArn('default') })),
    ],
    [
      'ResourceNotFoundException',
      'Event bus b does not exist.',
      (client) => client.send(new CreateArchiveCommand({ ArchiveName: 'a', EventSourceArn: busArn('b') })),
    ],
    [
      'ResourceNotFoundException',
      'Event bus theirs does not exist.',
      (client) => {
        const EventSourceArn = busArn('theirs').replace(ACCOUNT, '210987654321');
        return client.send(new CreateArchiveCommand({ ArchiveName: 'a', EventSourceArn }));
      },
    ],
    [
      'InvalidEventPatternException',
      'Event pattern is not valid. Reason: Filter is not an object',
      (client) => client.send(new UpdateArchiveCommand({ ArchiveName: 'all', EventPattern: '[]' })),
    ],
    [
      'ValidationException',
      'At least one of EventPattern, RetentionDays or Description must be provided.',
      (client) => client.send(new UpdateArchiveCommand({ ArchiveName: 'all' })),
    ],
    [
      'ResourceNotFoundException',
      'Archive no does not exist.',
      (client) => client.send(new DescribeArchiveCommand({ ArchiveName: 'no' })),
    ],
    [
      'ResourceNotFoundException',
      'Archive no does not exist.',
      (client) => client.send(new DeleteArchiveCommand({ ArchiveName: 'no' })),
    ],
  ])('refuse with %s: %s', async (name, message, act) => {
    const { client } = await withArchive();
    await expect(act(client)).rejects.toMatchObject({ name, message });
  });
});

describe('replays (eb-replay-archived-event)', () => {
  it('send the events of the range, in order of time, to the named rules only', async () => {
    const local = await withArchive();
    const { client, delivered, bridge } = local;
    const wanted = await putRule(client, 'wanted');
    await putRule(client, 'left-alone');
    // Put out of order, with one before and one after the range.
    await putAt(client, [minutesAgo(5), minutesAgo(30), minutesAgo(10), minutesAgo(90), minutesAgo(20), minutesAgo(1)]);
    await eventually(() => bridge.idle());
    const before = delivered.splice(0);
    const answer = await replay(client, {
      Description: 'once more',
      EventEndTime: minutesAgo(4),
      Destination: { Arn: busArn('default'), FilterArns: [wanted] },
    });
    expect(answer).toMatchObject({ State: 'STARTING', ReplayArn: expect.stringContaining(':replay/again') });
    const description = await ended(local);
    await eventually(() => bridge.idle());
    expect(delivered.every(({ arn }) => arn === queueArn('wanted'))).toBe(true);
    const events = delivered.map(({ input }) => JSON.parse(input));
    expect(events.map(({ detail }) => detail.n)).toEqual([1, 4, 2, 0]);
    const original = before.map(({ input }) => JSON.parse(input)).find(({ detail }) => detail.n === 1);
    expect(events[0]).toEqual({ ...original, 'replay-name': 'again' });
    expect(description).toMatchObject({
      State: 'COMPLETED',
      Description: 'once more',
      EventSourceArn: archiveArn('all'),
      Destination: { Arn: busArn('default'), FilterArns: [wanted] },
      EventLastReplayedTime: new Date(events[3].time),
    });
    expect(description.ReplayEndTime?.getTime()).toBeGreaterThanOrEqual(description.ReplayStartTime?.getTime() ?? 0);
  });

  it('reach every matching rule when none is named, and can be told apart by replay-name', async () => {
    const local = await withArchive();
    const { client, delivered, bridge } = local;
    await putRule(client, 'both');
    await putRule(client, 'live', { pattern: { 'replay-name': [{ exists: false }] } });
    await putRule(client, 'replayed', { pattern: { 'replay-name': ['again'] } });
    await putAt(client, [minutesAgo(1)]);
    await eventually(() => bridge.idle());
    await replay(client);
    await ended(local);
    await eventually(() => bridge.idle());
    expect(delivered.map(({ arn }) => arn).sort()).toEqual(['both', 'both', 'live', 'replayed'].map(queueArn));
  });

  it('are not archived again', async () => {
    const local = await withArchive();
    await putAt(local.client, [minutesAgo(1)]);
    await replay(local.client);
    await ended(local);
    const { EventCount } = await local.client.send(new DescribeArchiveCommand({ ArchiveName: 'all' }));
    expect(EventCount).toBe(1);
  });

  it('can be cancelled on the way', async () => {
    const stuck = new Promise<void>(() => undefined);
    let replaying = false;
    const local = await startBridge({ deliver: () => (replaying ? stuck : Promise.resolve()) });
    const { client, bridge } = local;
    await client.send(new CreateArchiveCommand({ ArchiveName: 'all', EventSourceArn: busArn('default') }));
    // A target that takes nothing holds the replay up before its end.
    const target = { Arn: queueArn('r'), RetryPolicy: { MaximumRetryAttempts: 0 } };
    await putAt(
      client,
      Array.from({ length: 1_300 }, () => minutesAgo(1)),
    );
    await putRule(client, 'r', { target });
    replaying = true;
    await replay(client);
    const running = await eventuallyRunning(client);
    expect(running).toBe('RUNNING');
    expect(await client.send(new CancelReplayCommand({ ReplayName: 'again' }))).toMatchObject({ State: 'CANCELLING' });
    expect(await ended(local)).toMatchObject({ State: 'CANCELLED' });
    await expect(client.send(new CancelReplayCommand({ ReplayName: 'again' }))).rejects.toMatchObject({
      name: 'IllegalStatusException',
    });
    expect(bridge.idle()).toBe(false);
  });

  it('are listed by prefix, state and archive', async () => {
    const local = await withArchive();
    const { client } = local;
    for (const ReplayName of ['x-1', 'x-2', 'y-1']) {
      await replay(client, { ReplayName });
      await ended(local, ReplayName);
    }
    const names = async (input: object): Promise<unknown> => {
      const { Replays } = await client.send(new ListReplaysCommand(input));
      return Replays?.map(({ ReplayName }) => ReplayName);
    };
    expect(await names({ NamePrefix: 'x-' })).toEqual(['x-1', 'x-2']);
    expect(await names({ State: 'COMPLETED', EventSourceArn: archiveArn('all') })).toEqual(['x-1', 'x-2', 'y-1']);
    expect(await names({ State: 'RUNNING' })).toEqual([]);
  });

  it.each<[string, string, Partial<StartReplayCommandInput>]>([
    ['ResourceNotFoundException', 'Event bus no does not exist.', { Destination: { Arn: busArn('no') } }],
    [
      'ValidationException',
      'Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted.',
      { Destination: { Arn: busArn('other') } },
    ],
    [
      'ValidationException',
      'Parameter EventSourceArn is not valid. Reason: Archive no does not exist.',
      { EventSourceArn: archiveArn('no') },
    ],
    [
      'ValidationException',
      'Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.',
      { EventEndTime: minutesAgo(61) },
    ],
    [
      'ResourceNotFoundException',
      'Rule no does not exist on EventBus default.',
      { Destination: { Arn: busArn('default'), FilterArns: ['arn:aws:events:us-east-1:000000000000:rule/no'] } },
    ],
    ['ResourceAlreadyExistsException', 'Replay taken already exists.', { ReplayName: 'taken' }],
  ])('refuse with %s: %s', async (name, message, options) => {
    const { client } = await withArchive();
    await client.send(new CreateEventBusCommand({ Name: 'other' }));
    await replay(client, { ReplayName: 'taken' });
    await expect(replay(client, options)).rejects.toMatchObject({ name, message });
  });
});

async function eventuallyRunning(client: EventBridgeClient): Promise<string | undefined> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const { State } = await client.send(new DescribeReplayCommand({ ReplayName: 'again' }));
    if (State !== 'STARTING' || Date.now() > deadline) return State;
  }
}
