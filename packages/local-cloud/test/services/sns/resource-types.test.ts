import { expect, it } from '@jest/globals';
import { snsResourceTypes } from '../../../src/services/sns/resource-types.ts';
import { startTestQueues } from '@dure/testing/queues';

const { sns, createQueue, messagesIn } = await startTestQueues();

it('a subscription has the filter that its template has now, and other subscriptions keep theirs', async () => {
  const { topicArn: TopicArn } = sns.putTopic('alerts', {});
  const [email, webhook] = ['email', 'webhook'].map((name) => createQueue(name).arn);
  const subscription = snsResourceTypes(sns)['AWS::SNS::Subscription']!;
  const subscribe = (Endpoint: string | undefined, FilterPolicy: object) =>
    subscription.create({
      ...{ stackName: 'alerts', logicalId: 'S', name: 'S' },
      properties: { TopicArn, Protocol: 'sqs', Endpoint, FilterPolicyScope: 'MessageBody', FilterPolicy },
    });
  const { ref } = await subscribe(email, { state: ['ALARM'] });
  await subscribe(webhook, { state: ['OK'] });
  expect(ref).toMatch(new RegExp(`^${TopicArn}:[-\\da-f]{36}$`));
  expect((await subscribe(email, { state: ['ALARM', 'OK'] })).ref).toBe(ref);

  for (const state of ['ALARM', 'OK']) sns.publish(TopicArn, JSON.stringify({ state }));
  expect([messagesIn('email').length, messagesIn('webhook').length]).toEqual([2, 1]);
});
