import { call } from '@dure/testing/lambda-events';
import { expect, it, jest } from '@jest/globals';
import { anOrder } from './support/orders.ts';
import { bodiesIn, hand, useQueue } from './support/service.ts';

useQueue('facts');
const { handler: facts } = await import('../src/events/facts.ts');
useQueue('webhooks');
process.env['WEBHOOKS_QUEUE_URL'] = process.env['QUEUE_URL'];
const { handler: api } = await import('../src/http/index.ts');
const { endpoints, table } = await import('../src/composition.ts');

const resource = '/v1/webhook-endpoints';
const body = { url: 'http://127.0.0.1:9/hook', events: ['order.placed'] };

async function createEndpoint(): Promise<string> {
  const made = await call(api, { method: 'POST', resource, body });
  expect(made.status).toBe(201);
  return String(made.body['endpointId']);
}

/** How many messages the placement of an order puts into the queue of the webhooks. */
async function placed(): Promise<number> {
  const order = anOrder();
  await hand(facts, order.placed());
  return bodiesIn('webhooks').filter((text) => text.includes(order.orderId)).length;
}

it('webhooks are asked for while there are endpoints, from the first event after one was created', async () => {
  expect(await placed()).toBe(0);
  const endpointId = await createEndpoint();
  expect(await placed()).toBe(1);
  const removed = await call(api, { method: 'DELETE', resource: `${resource}/{endpointId}`, params: { endpointId } });
  expect(removed.status).toBe(204);
  expect(await placed()).toBe(0);
});

it('endpoints are counted once, also when one is created meanwhile', async () => {
  const key = { pk: 'ENDPOINT_COUNT', sk: 'ENDPOINT_COUNT' };
  const { DeleteCommand } = await import('@aws-sdk/lib-dynamodb');
  for (let times = 0; times < 5; times += 1) {
    const before = (await endpoints.list()).length;
    await table.client.send(new DeleteCommand({ TableName: table.name, Key: key }));
    const [, counts] = await Promise.all([
      createEndpoint(),
      Promise.all([endpoints.countFirst(), endpoints.countFirst()]),
    ]);
    expect(counts.every((count) => count === undefined || count >= before)).toBe(true);
    expect(await placed()).toBe(1);
  }
});

it('a milestone costs one read and one write', async () => {
  await placed();
  const asked = jest.spyOn(table.client, 'send');
  await placed();
  expect(asked.mock.calls.map(([command]) => command.constructor.name)).toEqual(['BatchGetCommand', 'PutCommand']);
  asked.mockRestore();
});
