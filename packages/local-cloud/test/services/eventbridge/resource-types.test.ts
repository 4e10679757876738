import {
  DescribeEventBusCommand,
  type EventBridgeClient,
  ListTagsForResourceCommand,
  type Tag,
} from '@aws-sdk/client-eventbridge';
import { expect, it } from '@jest/globals';
import { eventBridgeResourceTypes } from '../../../src/services/eventbridge/index.ts';
import { ACCOUNT, busArn, queueArn, REGION, startBridge } from './bridge.ts';

const tagsOf = async (client: EventBridgeClient, arn: string | undefined): Promise<Tag[] | undefined> =>
  (await client.send(new ListTagsForResourceCommand({ ResourceARN: arn }))).Tags;

async function startTypes() {
  const { client, bridge } = await startBridge();
  const types = eventBridgeResourceTypes({ eventBridge: bridge.handle, region: REGION, accountId: ACCOUNT });
  const put = (type: string, name: string, properties: object) =>
    types[type]!.create({ stackName: 'shop', logicalId: name, name, properties: { ...properties } });
  return { client, put };
}

it('a bus has the description and the tags that its template has now', async () => {
  const { client, put } = await startTypes();
  const described = () => client.send(new DescribeEventBusCommand({ Name: 'shop' }));
  const putBus = (properties: object) => put('AWS::Events::EventBus', 'shop', properties);

  await putBus({
    Description: 'orders',
    Tags: [
      { Key: 'team', Value: 'a' },
      { Key: 'cost', Value: '7' },
    ],
  });
  expect((await described()).Description).toBe('orders');
  expect(await tagsOf(client, busArn('shop'))).toEqual([
    { Key: 'cost', Value: '7' },
    { Key: 'team', Value: 'a' },
  ]);

  await putBus({ Description: 'all orders', Tags: [{ Key: 'team', Value: 'b' }] });
  expect((await described()).Description).toBe('all orders');
  expect(await tagsOf(client, busArn('shop'))).toEqual([{ Key: 'team', Value: 'b' }]);

  await putBus({});
  expect((await described()).Description).toBeUndefined();
  expect(await tagsOf(client, busArn('shop'))).toEqual([]);
});

it('a rule has the tags of its template', async () => {
  const { client, put } = await startTypes();
  const { attributes } = await put('AWS::Events::Rule', 'paid', {
    EventPattern: { source: ['x'] },
    Targets: [{ Id: 'queue', Arn: queueArn('paid') }],
    Tags: [{ Key: 'team', Value: 'a' }],
  });
  expect(await tagsOf(client, attributes['Arn'])).toEqual([{ Key: 'team', Value: 'a' }]);
});
