import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from '@jest/globals';
import { createIam, iamResourceTypes } from '../../../src/services/iam/index.ts';
import { isAllowed, parseStatement } from '../../../src/services/iam/policy.ts';

const BUS = 'arn:aws:events:us-east-1:000000000000:event-bus/shop';
const account = { accountId: '000000000000', region: 'us-east-1' };

const allow = (more: object = {}) => ({ Effect: 'Allow', Action: 'events:PutEvents', Resource: BUS, ...more });

/** As the plugin writes it. */
const own = allow({
  Condition: {
    'ForAllValues:StringEquals': { 'events:source': ['dure.orders'], 'events:detail-type': ['Placed.v1', 'Ship.v1'] },
    Null: { 'events:source': 'false', 'events:detail-type': 'false' },
  },
});

const access = (source?: string, detailType?: string, resource = BUS) => ({
  action: 'events:PutEvents',
  resource,
  context: {
    ...(source !== undefined && { 'events:source': [source] }),
    ...(detailType !== undefined && { 'events:detail-type': [detailType] }),
  },
});

describe('a policy', () => {
  it.each<[string, object[], ReturnType<typeof access>, boolean]>([
    ['allows nothing that it does not say', [], access('dure.orders', 'Placed.v1'), false],
    ['allows what it says', [allow()], access('any', 'Any'), true],
    ['allows an own event', [own], access('dure.orders', 'Placed.v1'), true],
    ['does not allow another source', [own], access('dure.catalog', 'Placed.v1'), false],
    ['does not allow another detail type', [own], access('dure.orders', 'PriceChanged.v1'), false],
    ['does not allow a missing source', [own], access(undefined, 'Placed.v1'), false],
    ['does not allow a missing detail type', [own], access('dure.orders'), false],
    ['does not allow another bus', [own], access('dure.orders', 'Placed.v1', `${BUS}-2`), false],
    ['denies before it allows', [allow(), { ...own, Effect: 'Deny' }], access('dure.orders', 'Ship.v1'), false],
    ['knows wildcards', [allow({ Action: 'events:Put*', Resource: '*' })], access('a', 'B'), true],
    ['has actions in any case', [allow({ Action: ['EVENTS:putevents'] })], access('a', 'B'), true],
    ['of another action allows nothing', [allow({ Action: 'events:PutRule' })], access('a', 'B'), false],
    [
      'compares by pattern',
      [allow({ Condition: { StringLike: { 'events:source': 'dure.*' } } })],
      access('dure.orders', 'B'),
      true,
    ],
    [
      'excludes',
      [allow({ Condition: { StringNotEquals: { 'events:source': 'dure.orders' } } })],
      access('dure.orders', 'B'),
      false,
    ],
    [
      'has keys in any case',
      [allow({ Condition: { StringEquals: { 'EVENTS:Source': 'dure.orders' } } })],
      access('dure.orders', 'B'),
      true,
    ],
    [
      'wants all of its conditions',
      [allow({ Condition: { StringEquals: { 'events:source': 'a' }, StringLike: { 'events:detail-type': 'C*' } } })],
      access('a', 'B'),
      false,
    ],
  ])('%s', (_, statements, asked, allowed) => {
    expect(isAllowed(statements.map(parseStatement), asked)).toBe(allowed);
  });

  it.each<[string, unknown, string]>([
    ['NotResource', { Effect: 'Allow', Action: 'events:PutEvents', NotResource: 'x' }, 'NotResource is not evaluated'],
    [
      'an operator',
      allow({ Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }),
      'IpAddress is not evaluated',
    ],
    ['no effect', { Action: 'a', Resource: 'b' }, 'Effect'],
  ])('refuses what it cannot evaluate: %s', (_, statement, sentence) => {
    expect(() => parseStatement(statement)).toThrow(sentence);
  });
});

describe('a role', () => {
  const iam = createIam({ ...account, database: new DatabaseSync(':memory:') });
  const roleArn = iam.putRole('orders', [
    { PolicyName: 'own', PolicyDocument: { Statement: [own, { Effect: 'Allow', Action: 's3:*', NotResource: 'x' }] } },
  ]);
  const asked: unknown[] = [];
  const guarded = iam.guard(async (action, input) => {
    asked.push([action, input]);
    return { ok: true };
  });
  const token = iam.sessionToken({ roleArn, sessionName: 'orders-relay' });
  const entry = (Source: string) => ({ Source, DetailType: 'Placed.v1', Detail: '{}', EventBusName: 'shop' });

  it('may put what its policies allow', async () => {
    expect(await guarded('PutEvents', { Entries: [entry('dure.orders')] }, token)).toEqual({ ok: true });
  });

  it('is refused the whole request for one entry, as who it is', async () => {
    const before = asked.length;
    const Entries = [entry('dure.orders'), entry('dure.catalog')];
    await expect(guarded('PutEvents', { Entries }, token)).rejects.toMatchObject({
      code: 'AccessDeniedException',
      message:
        'User: arn:aws:sts::000000000000:assumed-role/orders/orders-relay is not authorized to perform: ' +
        `events:PutEvents on resource: ${BUS} because no identity-based policy allows the events:PutEvents action`,
    });
    expect(asked).toHaveLength(before);
  });

  it('that allows nothing of the kind may put nothing', async () => {
    const silent = iam.putRole('silent', [{ PolicyDocument: { Statement: { Effect: 'Allow', Action: 's3:*' } } }]);
    const mine = iam.sessionToken({ roleArn: silent, sessionName: 'x' });
    await expect(guarded('PutEvents', { Entries: [entry('a')] }, mine)).rejects.toMatchObject({
      code: 'AccessDeniedException',
    });
    expect(await guarded('ListRules', {}, mine)).toEqual({ ok: true });
  });

  it('has the policies that it was given last, and none once it is gone', async () => {
    iam.putRole('orders', []);
    await expect(guarded('PutEvents', { Entries: [entry('dure.orders')] }, token)).rejects.toThrow('not authorized');
    iam.removeRole('orders');
    expect(await guarded('PutEvents', { Entries: [entry('dure.orders')] }, token)).toEqual({ ok: true });
  });

  it('is nobody’s who brings no session: an administrator', async () => {
    expect(await guarded('PutEvents', { Entries: [entry('com.evil')] })).toEqual({ ok: true });
    expect(await guarded('PutEvents', { Entries: [entry('com.evil')] }, 'of somewhere else')).toEqual({ ok: true });
  });

  it('that cannot be evaluated is refused when it is made', () => {
    const statement = allow({ Condition: { Bool: { 'events:eventBusInvocation': 'true' } } });
    expect(() => iam.putRole('odd', [{ PolicyDocument: { Statement: statement } }])).toThrow('Bool is not evaluated');
  });
});

it('a role has its path in its ARN, and what it may do counts under that', async () => {
  const iam = createIam({ database: new DatabaseSync(':memory:'), ...account });
  const type = iamResourceTypes(iam)['AWS::IAM::Role']!;
  const properties = { Path: '/team/', Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: own } }] };
  const { attributes } = await type.create({ stackName: 's', logicalId: 'R', name: 'runner', properties });
  expect(attributes['Arn']).toBe('arn:aws:iam::000000000000:role/team/runner');
  const caller = { roleArn: attributes['Arn'] ?? '', sessionName: 'f' };
  const put = () => iam.requirePutEvents(caller, [{ EventBusName: 'shop', Source: 'com.evil', DetailType: 'A' }]);
  expect(put).toThrow('is not authorized');
  await type.remove({ logicalId: 'R', name: 'runner', physicalId: 'runner', properties });
  expect(put).not.toThrow();
});
