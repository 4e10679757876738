import { expect, it, afterAll } from '@jest/globals';
import { ListSubscriptionsByTopicCommand, GetSubscriptionAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import { startFauxqs } from 'fauxqs';
import type { Cloud } from '../../src/cloudformation/resource-type.ts';
import { signed } from '../../src/doors/callers.ts';
import { guardServers } from '../../src/doors/others-servers.ts';
import { subscription } from '../../src/cloudformation/resources/sns.ts';

const fauxqs = await guardServers(signed, () => startFauxqs({ port: 0, logger: false, host: '127.0.0.1' }));
const client = new SNSClient({
  endpoint: `http://127.0.0.1:${fauxqs.port}`,
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});
afterAll(async () => {
  client.destroy();
  await fauxqs.stop();
});

it('a subscription has the filter that its template has now, and other subscriptions keep theirs', async () => {
  const { topicArn: TopicArn } = fauxqs.createTopic('alerts');
  const queues = ['email', 'webhook'].map((name) => fauxqs.createQueue(name));
  const cloud = { fauxqs, region: 'us-east-1', log: () => {} } as Partial<Cloud> as Cloud;
  const subscribe = (Endpoint: string, FilterPolicy: object) =>
    subscription.create(
      {
        ...{ service: 'alerts', logicalId: 'S', defaultName: 'S' },
        properties: { TopicArn, Protocol: 'sqs', Endpoint, FilterPolicyScope: 'MessageBody', FilterPolicy },
      },
      cloud,
    );
  await subscribe(queues[0]!.queueArn, { state: ['ALARM'] });
  await subscribe(queues[1]!.queueArn, { state: ['OK'] });
  await subscribe(queues[0]!.queueArn, { state: ['ALARM', 'OK'] });

  const { Subscriptions: found = [] } = await client.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
  const policies = await Promise.all(
    found.map(async ({ SubscriptionArn, Endpoint }) => {
      const { Attributes } = await client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
      return [Endpoint?.split(':').at(-1), Attributes?.['FilterPolicy']];
    }),
  );
  expect(Object.fromEntries(policies)).toEqual({ email: '{"state":["ALARM","OK"]}', webhook: '{"state":["OK"]}' });
  expect(policies).toHaveLength(2);
});
