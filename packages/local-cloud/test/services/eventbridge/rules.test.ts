import {
  CreateEventBusCommand,
  DeleteEventBusCommand,
  DeleteRuleCommand,
  DescribeEventBusCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  ListEventBusesCommand,
  ListRulesCommand,
  ListTagsForResourceCommand,
  PutEventsCommand,
  PutPermissionCommand,
  PutRuleCommand,
  RemovePermissionCommand,
  RemoveTargetsCommand,
  TagResourceCommand,
  TestEventPatternCommand,
  UntagResourceCommand,
  UpdateEventBusCommand,
} from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from '@jest/globals';
import { ACCOUNT, busArn, entry, eventually, putRule, REGION, startBridge } from './bridge.ts';

const EventPattern = JSON.stringify({ source: ['dure.test'] });
const ruleArn = (path: string): string => `arn:aws:events:${REGION}:${ACCOUNT}:rule/${path}`;

async function refusal(request: Promise<unknown>): Promise<string[]> {
  try {
    await request;
  } catch (error) {
    return [(error as Error).name, (error as Error).message];
  }
  throw new Error('It was not refused.');
}

describe('event buses (API_CreateEventBus and others)', () => {
  it('are created, described, changed, listed and deleted', async () => {
    const { client } = await startBridge();
    const created = await client.send(new CreateEventBusCommand({ Name: 'orders', Description: 'first' }));
    expect(created).toMatchObject({ EventBusArn: busArn('orders'), Description: 'first' });
    await client.send(new UpdateEventBusCommand({ Name: 'orders', Description: 'second' }));
    const described = await client.send(new DescribeEventBusCommand({ Name: busArn('orders') }));
    expect(described).toMatchObject({ Name: 'orders', Arn: busArn('orders'), Description: 'second' });
    expect(described.CreationTime?.getTime()).toBeGreaterThan(Date.now() - 60_000);
    const names = async (): Promise<unknown> =>
      (await client.send(new ListEventBusesCommand({}))).EventBuses?.map(({ Name }) => Name);
    expect(await names()).toEqual(['default', 'orders']);
    await client.send(new DeleteEventBusCommand({ Name: 'orders' }));
    expect(await names()).toEqual(['default']);
  });

  it('have the default bus from the start', async () => {
    const { client } = await startBridge();
    expect(await client.send(new DescribeEventBusCommand({}))).toMatchObject({ Arn: busArn('default') });
    const refused = await refusal(client.send(new DeleteEventBusCommand({ Name: 'default' })));
    expect(refused).toEqual(['ValidationException', 'Cannot delete event bus default.']);
  });

  it('are refused twice, unknown, with rules, and with a bad name', async () => {
    const { client } = await startBridge();
    await client.send(new CreateEventBusCommand({ Name: 'a' }));
    await client.send(new PutRuleCommand({ Name: 'r', EventBusName: 'a', EventPattern }));
    const create = (Name: string) => refusal(client.send(new CreateEventBusCommand({ Name })));
    expect(await create('a')).toEqual(['ResourceAlreadyExistsException', 'Event bus a already exists.']);
    expect(await create('a b')).toEqual(['ValidationException', expect.stringContaining("'a b' at 'name'")]);
    const unknown = ['ResourceNotFoundException', 'Event bus b does not exist.'];
    expect(await refusal(client.send(new DescribeEventBusCommand({ Name: 'b' })))).toEqual(unknown);
    // What is not there is gone already.
    await client.send(new DeleteEventBusCommand({ Name: 'b' }));
    expect(await refusal(client.send(new DeleteEventBusCommand({ Name: 'a' })))).toEqual([
      'ValidationException',
      "Event bus a can't be deleted since it has rules.",
    ]);
  });

  it('keep a policy, statement by statement or as a whole', async () => {
    const { client } = await startBridge();
    const policy = async () => {
      const { Policy } = await client.send(new DescribeEventBusCommand({ Name: 'default' }));
      return Policy === undefined ? undefined : (JSON.parse(Policy) as unknown);
    };
    const permit = (StatementId: string, Principal: string) =>
      client.send(new PutPermissionCommand({ Action: 'events:PutEvents', StatementId, Principal }));
    await permit('one', '*');
    await permit('two', '111122223333');
    await permit('one', '444455556666');
    const statement = (Sid: string, account: string) => ({
      ...{ Sid, Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'events:PutEvents' },
      Resource: busArn('default'),
    });
    const Statement = [statement('two', '111122223333'), statement('one', '444455556666')];
    expect(await policy()).toEqual({ Version: '2012-10-17', Statement });
    await client.send(new RemovePermissionCommand({ StatementId: 'two' }));
    await client.send(new RemovePermissionCommand({ StatementId: 'one' }));
    expect(await policy()).toBeUndefined();
    const whole = { Version: '2012-10-17', Statement: [] };
    await client.send(new PutPermissionCommand({ Policy: JSON.stringify(whole) }));
    expect(await policy()).toEqual(whole);
    await client.send(new RemovePermissionCommand({ RemoveAllPermissions: true }));
    expect(await policy()).toBeUndefined();
    expect(await refusal(client.send(new RemovePermissionCommand({ StatementId: 'none' })))).toEqual([
      'ResourceNotFoundException',
      'Statement with the provided id does not exist.',
    ]);
    const elsewhere = new PutPermissionCommand({ EventBusName: 'none', Policy: '{}' });
    expect(await refusal(client.send(elsewhere))).toEqual([
      'ResourceNotFoundException',
      'Event bus none does not exist.',
    ]);
  });

  it('are listed by prefix, page by page', async () => {
    const { client } = await startBridge();
    for (const Name of ['x-3', 'x-1', 'y', 'x-2']) await client.send(new CreateEventBusCommand({ Name }));
    const first = await client.send(new ListEventBusesCommand({ NamePrefix: 'x-', Limit: 2 }));
    const rest = await client.send(new ListEventBusesCommand({ NamePrefix: 'x-', NextToken: first.NextToken }));
    expect(first.EventBuses?.map(({ Name }) => Name)).toEqual(['x-1', 'x-2']);
    expect(rest.EventBuses?.map(({ Name }) => Name)).toEqual(['x-3']);
    expect(rest.NextToken).toBeUndefined();
  });
});

describe('rules (API_PutRule and others)', () => {
  it('are put, put again, described, listed and deleted', async () => {
    const { client } = await startBridge();
    await client.send(new CreateEventBusCommand({ Name: 'orders' }));
    for (const [EventBusName, arn] of [
      [undefined, ruleArn('r')],
      ['orders', ruleArn('orders/r')],
    ] as const) {
      const put = { Name: 'r', EventBusName, EventPattern };
      expect(await client.send(new PutRuleCommand(put))).toMatchObject({ RuleArn: arn });
      await client.send(new PutRuleCommand({ ...put, Description: 'again', RoleArn: 'arn:aws:iam::1:role/r' }));
      const rule = { Name: 'r', Arn: arn, EventPattern, State: 'ENABLED', EventBusName: EventBusName ?? 'default' };
      const described = await client.send(new DescribeRuleCommand({ Name: 'r', EventBusName }));
      expect(described).toMatchObject({ ...rule, Description: 'again', CreatedBy: ACCOUNT });
      const { Rules } = await client.send(new ListRulesCommand({ EventBusName, NamePrefix: 'r' }));
      expect(Rules).toEqual([{ ...rule, Description: 'again', RoleArn: 'arn:aws:iam::1:role/r' }]);
      await client.send(new DeleteRuleCommand({ Name: 'r', EventBusName }));
      await client.send(new DeleteRuleCommand({ Name: 'r', EventBusName }));
      expect(await refusal(client.send(new DescribeRuleCommand({ Name: 'r', EventBusName })))).toEqual([
        'ResourceNotFoundException',
        `Rule r does not exist on EventBus ${EventBusName ?? 'default'}.`,
      ]);
    }
  });

  it('take effect, changed and disabled, with the next event', async () => {
    const { client, delivered, bridge } = await startBridge();
    const put = async (n: number): Promise<void> => {
      await client.send(new PutEventsCommand({ Entries: [entry({ n })] }));
      await eventually(() => bridge.idle());
    };
    await putRule(client, 'r', { pattern: { detail: { n: [1, 2] } } });
    await put(1);
    await client.send(new DisableRuleCommand({ Name: 'r' }));
    await put(2);
    await client.send(new EnableRuleCommand({ Name: 'r' }));
    await client.send(new PutRuleCommand({ Name: 'r', EventPattern: JSON.stringify({ detail: { n: [3] } }) }));
    await put(1);
    await put(3);
    expect(delivered.map(({ input }) => JSON.parse(input).detail.n)).toEqual([1, 3]);
  });

  it.each([
    [{ EventPattern: '{"source":"a"}' }, 'InvalidEventPatternException', '"source" must be an object or an array'],
    [{ EventPattern: undefined }, 'ValidationException', 'EventPattern or ScheduleExpression must be specified'],
    [
      { EventPattern: `{"a":["${'x'.repeat(4096)}"]}` },
      'ValidationException',
      'must have length less than or equal to 4096',
    ],
    [{ Name: 'a b' }, 'ValidationException', "Value 'a b' at 'name'"],
    [{ Name: 'x'.repeat(65) }, 'ValidationException', 'must have length less than or equal to 64'],
    [{ State: 'ASLEEP' as 'ENABLED' }, 'ValidationException', 'must satisfy enum value set'],
    [{ EventBusName: 'nowhere' }, 'ResourceNotFoundException', 'Event bus nowhere does not exist.'],
  ])('are refused: %j', async (wrong, code, message) => {
    const { client } = await startBridge();
    const refused = await refusal(client.send(new PutRuleCommand({ Name: 'r', EventPattern, ...wrong })));
    expect(refused).toEqual([code, expect.stringContaining(message)]);
  });

  it('are not deleted while they have targets', async () => {
    const { client } = await startBridge();
    await putRule(client, 'r');
    expect(await refusal(client.send(new DeleteRuleCommand({ Name: 'r' })))).toEqual([
      'ValidationException',
      "Rule can't be deleted since it has targets.",
    ]);
    await client.send(new RemoveTargetsCommand({ Rule: 'r', Ids: ['target'] }));
    await client.send(new DeleteRuleCommand({ Name: 'r' }));
  });

  it('are at most 300 on a bus', async () => {
    const { client, bridge } = await startBridge();
    for (let n = 0; n < 300; n++) await bridge.handle('PutRule', { Name: `r${n}`, EventPattern });
    await client.send(new PutRuleCommand({ Name: 'r0', EventPattern }));
    const refused = await refusal(client.send(new PutRuleCommand({ Name: 'one-more', EventPattern })));
    expect(refused).toEqual(['LimitExceededException', 'The requested resource exceeds the maximum number allowed.']);
  });
});

describe('tags (API_TagResource)', () => {
  it('are set at creation, added, replaced, removed, and gone with the resource', async () => {
    const { client } = await startBridge();
    const Tags = [{ Key: 'a', Value: '1' }];
    await client.send(new CreateEventBusCommand({ Name: 'b', Tags }));
    await client.send(new PutRuleCommand({ Name: 'r', EventPattern, Tags }));
    for (const ResourceARN of [busArn('b'), ruleArn('r')]) {
      const tags = async (): Promise<unknown> =>
        (await client.send(new ListTagsForResourceCommand({ ResourceARN }))).Tags;
      expect(await tags()).toEqual(Tags);
      const more = [
        { Key: 'a', Value: '2' },
        { Key: 'b', Value: '' },
      ];
      await client.send(new TagResourceCommand({ ResourceARN, Tags: more }));
      expect(await tags()).toEqual(more);
      await client.send(new UntagResourceCommand({ ResourceARN, TagKeys: ['a', 'never'] }));
      expect(await tags()).toEqual([{ Key: 'b', Value: '' }]);
    }
    await client.send(new DeleteRuleCommand({ Name: 'r' }));
    const gone = await refusal(client.send(new ListTagsForResourceCommand({ ResourceARN: ruleArn('r') })));
    expect(gone).toEqual(['ResourceNotFoundException', 'Rule r does not exist on EventBus default.']);
    await client.send(new PutRuleCommand({ Name: 'r', EventPattern }));
    const again = await client.send(new ListTagsForResourceCommand({ ResourceARN: ruleArn('r') }));
    expect(again.Tags).toEqual([]);
  });
});

describe('TestEventPattern (API_TestEventPattern)', () => {
  const event = { id: '1', source: 's', account: ACCOUNT, time: '2026-01-01T00:00:00Z', region: REGION, resources: [] };
  const Event = JSON.stringify({ ...event, 'detail-type': 't', detail: { a: 1 } });

  it('says whether an event matches', async () => {
    const { client } = await startBridge();
    const test = async (pattern: unknown): Promise<unknown> =>
      (await client.send(new TestEventPatternCommand({ EventPattern: JSON.stringify(pattern), Event }))).Result;
    expect(await test({ detail: { a: [1] } })).toBe(true);
    expect(await test({ detail: { a: [2] } })).toBe(false);
  });

  it('refuses a bad pattern and an event without its envelope', async () => {
    const { client } = await startBridge();
    const test = (EventPattern: string, someEvent: string) =>
      refusal(client.send(new TestEventPatternCommand({ EventPattern, Event: someEvent })));
    expect(await test('[]', Event)).toEqual([
      'InvalidEventPatternException',
      'Event pattern is not valid. Reason: Filter is not an object',
    ]);
    for (const event of ['{"source":"s"}', 'no JSON', '["id"]']) {
      expect(await test('{"a":[1]}', event)).toEqual(['ValidationException', 'Parameter Event is not valid.']);
    }
  });
});
