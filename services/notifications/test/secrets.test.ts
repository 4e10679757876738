import { randomUUID } from 'node:crypto';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { openTable } from '@dure/contracts/binding/table';
import { lambdaContext, proxyEvent, staff, type TestRequest } from '@dure/testing/lambda-events';
import { describe, expect, it } from '@jest/globals';
import { ssm, tableName } from './support/service.ts';

ssm.put('/dure/local/notifications/token-secret', 'a-secret-of-the-test');
ssm.put('/dure/local/notifications/websocket-url', 'ws://localhost:1/');
const { handler } = await import('../src/http/index.ts');
const { client } = openTable(tableName);

const path = '/v1/webhook-endpoints';
const one = `${path}/{endpointId}`;

interface Answer {
  readonly status: number;
  readonly replayed: boolean;
  readonly body: Readonly<Record<string, string>>;
}

/** Asks in the name of an operator. */
async function ask(request: TestRequest, key: string, subject = 'u-one'): Promise<Answer> {
  const asked = { method: 'POST', headers: { 'Idempotency-Key': key }, caller: { ...staff, subject }, ...request };
  const answer = await handler(proxyEvent(asked), lambdaContext);
  const body = (answer.body === '' ? {} : JSON.parse(answer.body)) as Answer['body'];
  return { status: answer.statusCode, replayed: answer.headers?.['idempotency-replayed'] === 'true', body };
}

const creation = { resource: path, body: { url: 'https://example.com/hook', events: ['order.placed'] } };
const create = (key: string, subject?: string) => ask(creation, key, subject);
const rotation = (endpointId = '') => ({ resource: `${one}/secret-rotations`, params: { endpointId } });
const gone = {
  status: 422,
  body: { type: 'urn:dure:problem:idempotency-key-reused', detail: expect.stringContaining('secret') },
};

describe('a secret that was shown', () => {
  it('of a new endpoint is shown again to its caller alone', async () => {
    const key = randomUUID();
    const [mine, again, theirs] = [await create(key), await create(key), await create(key, 'u-two')];
    expect(mine).toMatchObject({ status: 201, replayed: false, body: { secret: expect.stringMatching(/^whsec_/) } });
    expect(again).toEqual({ ...mine, replayed: true });
    expect(theirs).toMatchObject({ status: 201, replayed: false });
    expect([theirs.body['endpointId'], theirs.body['secret']]).not.toContain(mine.body['endpointId']);
    expect(theirs.body['secret']).not.toBe(mine.body['secret']);
  });

  it('of a rotation is shown again to its caller alone', async () => {
    const { endpointId } = (await create(randomUUID())).body;
    const key = randomUUID();
    const [mine, again] = [await ask(rotation(endpointId), key), await ask(rotation(endpointId), key)];
    expect(mine).toMatchObject({ status: 201, replayed: false });
    expect(again).toEqual({ ...mine, replayed: true });
    const theirs = await ask(rotation(endpointId), key, 'u-two');
    expect(theirs).toMatchObject({ status: 201, replayed: false });
    expect(theirs.body['secret']).not.toBe(mine.body['secret']);
  });

  it('is not shown again once another has taken its place, or its endpoint is removed', async () => {
    const [key, rotated] = [randomUUID(), randomUUID()];
    const { endpointId = '' } = (await create(key)).body;
    await ask(rotation(endpointId), rotated);
    expect(await create(key)).toMatchObject(gone);
    expect((await ask(rotation(endpointId), rotated)).status).toBe(201);
    await ask(rotation(endpointId), randomUUID());
    expect(await ask(rotation(endpointId), rotated)).toMatchObject(gone);
    await ask({ method: 'DELETE', resource: one, params: { endpointId }, headers: {} }, '');
    expect(await create(key)).toMatchObject(gone);
  });

  it('of an order’s progress is made again, the same', async () => {
    const token = { resource: '/v1/orders/{orderId}/progress-tokens', params: { orderId: randomUUID() } };
    const key = randomUUID();
    const [mine, again] = [await ask(token, key), await ask(token, key)];
    expect(mine).toMatchObject({ status: 201, body: { token: expect.any(String) } });
    expect(again).toEqual({ ...mine, replayed: true });
  });

  it('is in no marker, and of an endpoint in its own item alone', async () => {
    const shown = [
      (await create(randomUUID())).body,
      (await ask(rotation((await create(randomUUID())).body['endpointId']), randomUUID())).body,
      (await ask({ resource: '/v1/orders/{orderId}/progress-tokens', params: { orderId: randomUUID() } }, randomUUID()))
        .body,
    ].map(({ secret, token }) => secret ?? token ?? '');
    const { Items: items = [] } = await client.send(new ScanCommand({ TableName: tableName, ConsistentRead: true }));
    const holders = (value: string) =>
      items.filter((item) => JSON.stringify(item).includes(value)).map(({ pk }) => pk as string);
    expect(shown.map(holders)).toEqual([['ENDPOINTS'], ['ENDPOINTS'], []]);
  });
});
