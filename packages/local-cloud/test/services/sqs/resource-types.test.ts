import { expect, it } from '@jest/globals';
import { startTestQueues } from '@dure/testing/queues';
import { reachableQueues } from '../../../src/services/sqs/reachable-queues.ts';
import { sqsResourceTypes } from '../../../src/services/sqs/resource-types.ts';

const { sqs, createQueue } = await startTestQueues();
const types = sqsResourceTypes(sqs, { region: 'us-east-1', accountId: '000000000000' });
const queues = types['AWS::SQS::Queue']!;
const at = (name: string) => ({ stackName: 'stack', logicalId: 'R', name });

async function attributesOf(QueueUrl: string): Promise<Record<string, string>> {
  const answer = await sqs.request('GetQueueAttributes', { QueueUrl, AttributeNames: ['All'] });
  return (answer as { Attributes: Record<string, string> }).Attributes;
}
const policyOf = async (url: string): Promise<unknown> => {
  const { Policy: policy } = await attributesOf(url);
  return policy === undefined ? undefined : JSON.parse(policy);
};
const tagsOf = async (QueueUrl: string): Promise<unknown> =>
  ((await sqs.request('ListQueueTags', { QueueUrl })) as { Tags?: unknown }).Tags;
const tags = (given: Record<string, string>) => Object.entries(given).map(([Key, Value]) => ({ Key, Value }));

it('a queue goes back to what CloudFormation gives it when a property leaves the template', async () => {
  const high = { FifoQueue: true, DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId' };
  const before = {
    ...{ ...high, ContentBasedDeduplication: true, DelaySeconds: 5, KmsMasterKeyId: 'alias/aws/sqs' },
    ...{ MaximumMessageSize: 2048, VisibilityTimeout: 60, Tags: tags({ stage: 'test', team: 'orders' }) },
  };
  const { ref } = await queues.create({ ...at('back.fifo'), properties: before });
  expect(await attributesOf(ref)).toMatchObject({ MaximumMessageSize: '2048', SqsManagedSseEnabled: 'false' });
  expect(await tagsOf(ref)).toEqual({ stage: 'test', team: 'orders' });

  await queues.update!(ref, { FifoQueue: true, Tags: tags({ stage: 'live' }) }, before);
  expect(await attributesOf(ref)).toMatchObject({
    ...{ ContentBasedDeduplication: 'false', DelaySeconds: '0', MaximumMessageSize: '262144', VisibilityTimeout: '30' },
    ...{ DeduplicationScope: 'messageGroup', FifoThroughputLimit: 'perMessageGroupId', SqsManagedSseEnabled: 'false' },
  });
  expect(await tagsOf(ref)).toEqual({ stage: 'live' });
});

it('a queue policy is that of its queues, as long as they are among them', async () => {
  const policies = types['AWS::SQS::QueuePolicy']!;
  const [one, two] = ['one', 'two'].map((name) => createQueue(name).url) as [string, string];
  const document = (Action: string) => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action }] });
  const before = { Queues: [one, two], PolicyDocument: document('sqs:SendMessage') };
  const { ref, attributes } = await policies.create({ ...at('policy'), properties: before });
  expect([ref, attributes]).toEqual(['policy', { Id: 'policy' }]);
  expect([await policyOf(one), await policyOf(two)]).toEqual([before.PolicyDocument, before.PolicyDocument]);

  const after = { Queues: [one], PolicyDocument: document('sqs:*') };
  await policies.update!(ref, after, before);
  expect([await policyOf(one), await policyOf(two)]).toEqual([after.PolicyDocument, undefined]);

  await policies.remove({ logicalId: 'R', name: ref, physicalId: ref, properties: after });
  expect(await policyOf(one)).toBeUndefined();
});

it('an inline policy is that of one queue', async () => {
  const policies = types['AWS::SQS::QueueInlinePolicy']!;
  const { url: Queue } = createQueue('inline');
  const PolicyDocument = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 'sqs:*' }] };
  const { ref } = await policies.create({ ...at('inline'), properties: { Queue, PolicyDocument } });
  expect(ref).toBe(Queue);
  expect(await policyOf(Queue)).toEqual(PolicyDocument);
  await policies.remove({ logicalId: 'R', name: ref, physicalId: ref, properties: { Queue, PolicyDocument } });
  expect(await policyOf(Queue)).toBeUndefined();
});

it('a queue of a template is reached by the URL that it has in its region', () => {
  const urlIn = (region: string) =>
    reachableQueues('http://127.0.0.1:1', region)(`https://sqs.${region}.amazonaws.com/000000000000/work`);
  expect(urlIn('us-east-1')).toBe('http://127.0.0.1:1/000000000000/work');
  expect(urlIn('eu-west-1')).toBe('http://127.0.0.1:1/queue/eu-west-1/000000000000/work');
});

it.each([
  [{ Queues: ['http://localhost/000000000000/none'], PolicyDocument: {} }, /does not exist/],
  [{ Queues: 7, PolicyDocument: {} }, /Queues/],
  [{ Queues: [], PolicyDocument: 'text' }, /Queues/],
])('the queue policy %j is refused', (properties, reason) => {
  expect(() => types['AWS::SQS::QueuePolicy']!.create({ ...at('bad'), properties })).toThrow(reason);
});
