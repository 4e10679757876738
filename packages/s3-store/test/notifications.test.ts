import { describe, expect, it } from '@jest/globals';
import { withFunctions } from '../src/function-notifications.ts';
import { parseNotifications, rulesFor } from '../src/notifications.ts';

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:told';

const rule = (event: string, filter: Readonly<Record<string, string>> = {}, id = event): string => {
  const rules = Object.entries(filter).map(
    ([Name, Value]) => `<FilterRule><Name>${Name}</Name><Value>${Value}</Value></FilterRule>`,
  );
  const filtered = rules.length === 0 ? '' : `<Filter><S3Key>${rules.join('')}</S3Key></Filter>`;
  return `<QueueConfiguration><Id>${id}</Id><Queue>${QUEUE}</Queue><Event>${event}</Event>${filtered}</QueueConfiguration>`;
};
const configuration = (...rules: string[]): string =>
  `<NotificationConfiguration>${rules.join('')}</NotificationConfiguration>`;

it.each([
  ['s3:ObjectCreated:*', {}, ['ObjectCreated:Put', 'a'], true],
  ['s3:ObjectCreated:*', {}, ['ObjectCreated:CompleteMultipartUpload', 'a'], true],
  ['s3:ObjectCreated:Put', {}, ['ObjectCreated:Copy', 'a'], false],
  ['s3:ObjectCreated:*', {}, ['ObjectRemoved:Delete', 'a'], false],
  ['s3:ObjectCreated:*', { Prefix: 'in/', Suffix: '.csv' }, ['ObjectCreated:Put', 'in/a.csv'], true],
  ['s3:ObjectCreated:*', { prefix: 'in/', suffix: '.csv' }, ['ObjectCreated:Put', 'in/a.txt'], false],
  ['s3:ObjectCreated:*', { prefix: 'in/', suffix: '.csv' }, ['ObjectCreated:Put', 'out/a.csv'], false],
] as const)('%s with %j notifies of %j: %s', (event, filter, [type, key], expected) => {
  expect(rulesFor(parseNotifications(configuration(rule(event, filter))), type, key)).toHaveLength(expected ? 1 : 0);
});

describe('two rules', () => {
  it.each([
    ['of the same event', rule('s3:ObjectCreated:*'), rule('s3:ObjectCreated:Put')],
    [
      'of prefixes that meet',
      rule('s3:ObjectCreated:*', { prefix: 'a' }),
      rule('s3:ObjectCreated:*', { prefix: 'ab' }),
    ],
    [
      'of suffixes that meet',
      rule('s3:ObjectCreated:*', { suffix: 'v' }),
      rule('s3:ObjectCreated:*', { suffix: 'csv' }),
    ],
  ])('%s are refused', (_title, one, other) => {
    expect(() => parseNotifications(configuration(one, other))).toThrow('ambiguously defined');
  });

  it.each([
    ['of other events', rule('s3:ObjectCreated:*'), rule('s3:ObjectRemoved:*')],
    ['of other prefixes', rule('s3:ObjectCreated:*', { prefix: 'a' }), rule('s3:ObjectCreated:*', { prefix: 'b' })],
    ['of other suffixes', rule('s3:ObjectCreated:*', { suffix: 'a' }), rule('s3:ObjectCreated:*', { suffix: 'b' })],
  ])('%s are taken', (_title, one, other) => {
    expect(parseNotifications(configuration(one, other)).rules).toHaveLength(2);
  });
});

it('puts functions in the place of those of the same name, and leaves all others', () => {
  const arn = 'arn:aws:lambda:us-east-1:000000000000:function:hears';
  const digest = 'd41d8cd98f00b204e9800998ecf8427e';
  const before = configuration(rule('s3:ObjectRemoved:*'), '<EventBridgeConfiguration/>');
  const put = (text: string, event: string) => withFunctions(text, 'hears-', [{ id: `hears-${digest}`, arn, event }]);
  const after = put(put(before, 's3:ObjectCreated:Put'), 's3:ObjectCreated:Copy');
  const { rules, eventBridge } = parseNotifications(after);
  expect([rules.map(({ destination, events }) => [destination, events]), eventBridge]).toEqual([
    [
      [arn, ['ObjectCreated:Copy']],
      [QUEUE, ['ObjectRemoved:*']],
    ],
    true,
  ]);
  expect(parseNotifications(withFunctions(after, 'hears-', [])).rules).toHaveLength(1);
});
