import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AwsError } from '@dure/aws-protocols/aws-error';
import { archiveArn, busArn, entry, queueArn, startBridge } from './bridge.ts';

type Json = Record<string, unknown>;

const EventPattern = '{"source":["s"]}';
const rule = 'arn:aws:events:us-east-1:000000000000:rule/r';
const page = { Limit: 1, NextToken: 'YQ' };
const event = { id: '1', account: '1', source: 's', time: 't', region: 'r', 'detail-type': 't' };
const tags = [{ Key: 'k', Value: 'v' }];
const replay = { EventSourceArn: archiveArn('all'), Destination: { Arn: busArn('default'), FilterArns: [rule] } };
const target = {
  Id: 't',
  Arn: queueArn('q'),
  InputTransformer: { InputPathsMap: { a: '$.detail' }, InputTemplate: '"<a>"' },
  RetryPolicy: { MaximumRetryAttempts: 1, MaximumEventAgeInSeconds: 60 },
  DeadLetterConfig: { Arn: queueArn('dead') },
  SqsParameters: { MessageGroupId: 'g' },
};

/** A good input of every action. */
const GOOD: [action: string, input: Json][] = [
  ['PutEvents', { Entries: [{ ...entry(), Time: 1, Resources: ['r'], EventBusName: 'default', TraceHeader: 't' }] }],
  ['TestEventPattern', { EventPattern, Event: JSON.stringify(event) }],
  ['CreateEventBus', { Name: 'b', Description: 'd', KmsKeyIdentifier: 'k', Tags: tags }],
  ['DescribeEventBus', { Name: 'default' }],
  ['UpdateEventBus', { Name: 'default', Description: 'd', KmsKeyIdentifier: 'k' }],
  ['ListEventBuses', { NamePrefix: 'd', ...page }],
  ['DeleteEventBus', { Name: 'b' }],
  ['PutRule', { Name: 'r', EventBusName: 'default', EventPattern, State: 'ENABLED', Description: 'd', Tags: tags }],
  ['DescribeRule', { Name: 'r', EventBusName: 'default' }],
  ['ListRules', { NamePrefix: 'r', EventBusName: 'default', ...page }],
  ['DeleteRule', { Name: 'x', EventBusName: 'default', Force: true }],
  ['EnableRule', { Name: 'r', EventBusName: 'default' }],
  ['DisableRule', { Name: 'r', EventBusName: 'default' }],
  ['PutTargets', { Rule: 'r', EventBusName: 'default', Targets: [target] }],
  ['PutTargets', { Rule: 'r', Targets: [{ Id: 'u', Arn: queueArn('q'), InputPath: '$.detail' }] }],
  ['PutTargets', { Rule: 'r', Targets: [{ Id: 'v', Arn: queueArn('q'), Input: '{}' }] }],
  ['RemoveTargets', { Rule: 'r', Ids: ['t'], EventBusName: 'default' }],
  ['ListTargetsByRule', { Rule: 'r', EventBusName: 'default', ...page }],
  ['ListRuleNamesByTarget', { TargetArn: queueArn('q'), EventBusName: 'default', ...page }],
  ['CreateArchive', { ArchiveName: 'a', EventSourceArn: busArn('default'), EventPattern, RetentionDays: 1 }],
  ['DescribeArchive', { ArchiveName: 'all' }],
  ['ListArchives', { NamePrefix: 'a', EventSourceArn: busArn('default'), State: 'ENABLED', ...page }],
  ['UpdateArchive', { ArchiveName: 'all', EventPattern, RetentionDays: 1, Description: 'd' }],
  ['DeleteArchive', { ArchiveName: 'a' }],
  ['StartReplay', { ReplayName: 'p', Description: 'd', EventStartTime: 1, EventEndTime: 2, ...replay }],
  ['DescribeReplay', { ReplayName: 'p' }],
  ['ListReplays', { NamePrefix: 'p', State: 'RUNNING', EventSourceArn: archiveArn('all'), ...page }],
  ['CancelReplay', { ReplayName: 'p' }],
  ['TagResource', { ResourceARN: rule, Tags: tags }],
  ['UntagResource', { ResourceARN: rule, TagKeys: ['k'] }],
  ['ListTagsForResource', { ResourceARN: rule }],
];

const strange = fc.oneof(
  fc.constantFrom<unknown>('', '\u0000', '__proto__', '[]', '$', '<>', 'arn:', busArn(''), rule, 'x'.repeat(5_000)),
  fc.constantFrom<unknown>(-1, 0.5, 1e300, 1e14, null, true, [], {}, [null], [[]], { a: null }),
  fc.json({ maxDepth: 3 }),
  fc.anything({ maxDepth: 2, withBigInt: false }),
);

/** The paths of all properties and elements in a JSON value. */
function pathsIn(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => [[...path, name], ...pathsIn(item, [...path, name])]);
}

function replaced(value: unknown, [name, ...rest]: string[], by: unknown): unknown {
  if (name === undefined) return by;
  const copy: Json | unknown[] = Array.isArray(value) ? [...(value as unknown[])] : { ...(value as Json) };
  return Object.assign(copy, { [name]: replaced((value as Json)[name], rest, by) });
}

describe('strange input', () => {
  it('starts from inputs that are good, in the order of the list', async () => {
    const { bridge } = await startBridge();
    await bridge.handle('PutRule', { Name: 'r', EventPattern });
    await bridge.handle('CreateArchive', { ArchiveName: 'all', EventSourceArn: busArn('default') });
    for (const [action, input] of GOOD) await bridge.handle(action, input);
  });

  it('is taken or refused with an error of AWS, never a fault', async () => {
    const { bridge } = await startBridge();
    await bridge.handle('PutRule', { Name: 'r', EventPattern });
    await bridge.handle('CreateArchive', { ArchiveName: 'all', EventSourceArn: busArn('default') });
    const places = GOOD.flatMap(([action, input]) => pathsIn(input).map((path) => ({ action, input, path })));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), strange, async ({ action, input, path }, value) => {
        const json = JSON.parse(JSON.stringify(replaced(input, path, value))) as Json;
        const outcome: unknown = await bridge.handle(action, json).catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(AwsError);
      }),
      { numRuns: 6_000 },
    );
  });
});
