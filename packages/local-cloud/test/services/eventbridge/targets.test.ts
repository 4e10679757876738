import {
  CreateEventBusCommand,
  ListRuleNamesByTargetCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from '@jest/globals';
import { busArn, entry, eventually, functionArn, putRule, queueArn, startBridge, type TestBridge } from './bridge.ts';

const EventPattern = JSON.stringify({ source: ['dure.test'] });
const stateMachineArn = 'arn:aws:states:us-east-1:000000000000:stateMachine:checkout';

async function withRule(): Promise<TestBridge & { put: (...targets: Partial<Target>[]) => Promise<unknown> }> {
  const local = await startBridge();
  await local.client.send(new PutRuleCommand({ Name: 'r', EventPattern }));
  const put = (...targets: Partial<Target>[]) => {
    const Targets = targets.map((target, n) => ({ Id: `t${n}`, Arn: queueArn('q'), ...target }));
    return local.client.send(new PutTargetsCommand({ Rule: 'r', Targets }));
  };
  return { ...local, put };
}

describe('PutTargets (API_PutTargets)', () => {
  it('delivers to a queue, a FIFO queue, a function and a state machine', async () => {
    const { client, delivered, put, bridge } = await withRule();
    const fifo = { Arn: queueArn('q.fifo'), SqsParameters: { MessageGroupId: 'group' } };
    await put({}, fifo, { Arn: functionArn('f') }, { Arn: stateMachineArn });
    await client.send(new PutEventsCommand({ Entries: [entry()] }));
    await eventually(() => bridge.idle());
    expect(new Set(delivered.map(({ arn, sqsMessageGroupId }) => `${arn} ${sqsMessageGroupId}`))).toEqual(
      new Set([
        `${queueArn('q')} undefined`,
        `${queueArn('q.fifo')} group`,
        `${functionArn('f')} undefined`,
        `${stateMachineArn} undefined`,
      ]),
    );
    expect(new Set(delivered.map(({ input }) => input)).size).toBe(1);
  });

  it('replaces a target by its id, and gives back what was put', async () => {
    const { client, put } = await withRule();
    const second: Target = {
      Id: 't0',
      Arn: functionArn('f'),
      RoleArn: 'arn:aws:iam::000000000000:role/r',
      RetryPolicy: { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 60 },
      DeadLetterConfig: { Arn: queueArn('dead') },
      InputPath: '$.detail',
    };
    await put({});
    await put(second);
    const { Targets } = await client.send(new ListTargetsByRuleCommand({ Rule: 'r' }));
    expect(Targets).toEqual([second]);
  });

  it('keeps the good targets of a request and answers the others one by one', async () => {
    const { client, put } = await withRule();
    expect(await put({}, { Arn: busArn('nowhere') })).toMatchObject({
      FailedEntryCount: 1,
      FailedEntries: [
        {
          TargetId: 't1',
          ErrorCode: 'ResourceNotFoundException',
          ErrorMessage: 'Event bus nowhere does not exist.',
        },
      ],
    });
    const { Targets } = await client.send(new ListTargetsByRuleCommand({ Rule: 'r' }));
    expect(Targets?.map(({ Id }) => Id)).toEqual(['t0']);
    const removal = await client.send(new RemoveTargetsCommand({ Rule: 'r', Ids: ['t0', 't9'] }));
    expect(removal).toMatchObject({ FailedEntryCount: 1, FailedEntries: [{ TargetId: 't9' }] });
  });

  it('takes five targets a rule', async () => {
    const { put } = await withRule();
    await put({}, {}, {}, {}, {});
    await expect(put({ Id: 't5' })).rejects.toMatchObject({
      name: 'LimitExceededException',
      message: 'The requested resource exceeds the maximum number allowed.',
    });
    await put({}, {}, {}, {}, {});
  });

  const template = (InputTemplate: string) => ({
    InputTransformer: { InputPathsMap: { a: '$.detail.a' }, InputTemplate },
  });
  it.each<[string, Partial<Target>]>([
    ["Value '!@#$' at 'targets.1.member.id' failed to satisfy constraint: Member must satisfy regular", { Id: '!@#$' }],
    ['Member must have length less than or equal to 64', { Id: 'x'.repeat(65) }],
    [
      'arn:aws:sns:us-east-1:000000000000:t.fifo is not supported',
      { Arn: 'arn:aws:sns:us-east-1:000000000000:t.fifo' },
    ],
    ['is not supported', { Arn: 'arn:aws:events:us-east-1:111111111111:event-bus/other-account' }],
    ['KinesisParameters not valid', { KinesisParameters: { PartitionKeyPath: '$.id' } }],
    ['HttpParameters is not supported', { HttpParameters: {} }],
    ['Parameter(s) SqsParameters must be specified for target: t0.', { Arn: queueArn('q.fifo') }],
    ['SqsParameters not valid', { Arn: functionArn('f'), SqsParameters: { MessageGroupId: 'g' } }],
    [
      'Only one of Input, InputPath, or InputTransformer must be provided for target t0.',
      { Input: '{}', InputPath: '$' },
    ],
    ['JSON syntax error in input for target t0.', { Input: '{' }],
    ['InputPath for target t0 is invalid.', { InputPath: 'detail' }],
    ['InputPath for target t0 is invalid.', { InputPath: '$.detail[?(@.a)]' }],
    ['InputTemplate for target t0 contains invalid placeholder b.', template('"<b>"')],
    ['Invalid InputTemplate for target t0.', template('<a> without quotes')],
    ['invalid variable AWSx', { InputTransformer: { InputPathsMap: { AWSx: '$' }, InputTemplate: '"x"' } }],
    ['invalid path for a', { InputTransformer: { InputPathsMap: { a: 'x' }, InputTemplate: '"x"' } }],
    ["at 'maximumRetryAttempts'", { RetryPolicy: { MaximumRetryAttempts: 186 } }],
    ["at 'maximumEventAgeInSeconds'", { RetryPolicy: { MaximumEventAgeInSeconds: 59 } }],
    ['it must be a standard SQS queue', { DeadLetterConfig: { Arn: queueArn('dead.fifo') } }],
    ['not supported for the event bus target t0', { Arn: busArn('default'), InputPath: '$' }],
  ])('refuses the whole request: %s', async (message, target) => {
    const { client, put } = await withRule();
    const request = put(target, { Id: 'good' });
    await expect(request).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message),
    });
    expect((await client.send(new ListTargetsByRuleCommand({ Rule: 'r' }))).Targets).toEqual([]);
  });

  it('takes at most 100 variables in a transformer', async () => {
    const { put } = await withRule();
    const variables = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`v${n}`, '$.id']));
    const transformer = (count: number) => ({
      InputTransformer: { InputPathsMap: variables(count), InputTemplate: '"<v0>"' },
    });
    await put(transformer(100));
    await expect(put(transformer(101))).rejects.toThrow('more than 100 variables');
  });
});

describe('listing (API_ListTargetsByRule, API_ListRuleNamesByTarget)', () => {
  it('goes page by page', async () => {
    const { client, put } = await withRule();
    await put({}, {}, {});
    const first = await client.send(new ListTargetsByRuleCommand({ Rule: 'r', Limit: 2 }));
    const rest = await client.send(new ListTargetsByRuleCommand({ Rule: 'r', NextToken: first.NextToken }));
    expect([...(first.Targets ?? []), ...(rest.Targets ?? [])].map(({ Id }) => Id)).toEqual(['t0', 't1', 't2']);
  });

  it('finds the rules of a target, per bus', async () => {
    const { client } = await startBridge();
    await client.send(new CreateEventBusCommand({ Name: 'other' }));
    for (const name of ['b', 'a']) await putRule(client, name, { target: { Arn: queueArn('shared') } });
    await putRule(client, 'c', { bus: 'other', target: { Arn: queueArn('shared') } });
    const names = async (EventBusName?: string): Promise<unknown> => {
      const found = await client.send(
        new ListRuleNamesByTargetCommand({ TargetArn: queueArn('shared'), EventBusName }),
      );
      return found.RuleNames;
    };
    expect(await names()).toEqual(['a', 'b']);
    expect(await names('other')).toEqual(['c']);
  });
});
