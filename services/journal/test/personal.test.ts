import { randomUUID } from 'node:crypto';
import { GetCommand, type NativeAttributeValue } from '@aws-sdk/lib-dynamodb';
import { OrderPlaced } from '@dure/contracts/orders';
import { ShipOrder } from '@dure/contracts/shipping';
import { createTestTable } from '@dure/testing/dynamodb';
import { busRecord, call, lambdaContext, sqsEvent } from '@dure/testing/lambda-events';
import { startTestQueues } from '@dure/testing/queues';
import { describe, expect, it } from '@jest/globals';
import { chunksIn } from './support/stored.ts';

const queues = await startTestQueues();
const indexes = ['all', 'correlation', 'subject', 'type'].map((name) => ({
  ...{ name, pk: { all: 'shard', correlation: 'correlationid' }[name] ?? name, sk: 'position' },
}));
const { tableName } = await createTestTable({ indexes });
Object.assign(process.env, {
  ...{ TABLE_NAME: tableName, SERVICE_NAME: 'journal', STAGE: 'test', LOG_LEVEL: 'error', MAX_RECEIVES: '5' },
  ...{ QUEUE_URL: queues.endpoint, QUEUE_DLQ_URL: queues.endpoint, AWS_ENDPOINT_URL_SQS: queues.endpoint },
  ...{ RECORD_RETENTION_DAYS: '30', DEAD_LETTER_RETENTION_DAYS: '90' },
});
const { handler: recorder } = await import('../src/events/index.ts');
const { handler: events } = await import('../src/http/index.ts');
const { handler: collect } = await import('../src/collect-dead-letters.ts');
const { handler: letters } = await import('../src/http/dead-letters-api.ts');
const { table } = await import('../src/composition.ts');

const MINA = /mina|kim|sejong|seoul|04524|pm_card|example\.com/i;
const item = async (pk: string, sk: string): Promise<Record<string, NativeAttributeValue>> => {
  const { Item } = await table.client.send(new GetCommand({ TableName: tableName, Key: { pk, sk } }));
  return Item ?? {};
};
const daysFromNow = (seconds: unknown) => Math.round((Number(seconds) - Date.now() / 1000) / 86_400);

async function recorded(contract: typeof OrderPlaced, data: object) {
  const id = randomUUID();
  await recorder(sqsEvent(busRecord({ contract, subject: 'o-1', id, sequence: 1, data })), lambdaContext);
  const one = await call(events, { resource: '/v1/events/{id}', params: { id } });
  const list = await call(events, { resource: '/v1/events', query: { type: contract.type } });
  return { id, shown: one.body['data'] as object, all: JSON.stringify([one.body, list.body]) };
}

/** The event of a newer release of orders. */
const renamed = (detailType: string) => {
  const type = `dure.orders.${detailType}`;
  return { ...OrderPlaced, type, detailType, dataschema: `urn:dure:schema:orders:${detailType.replace('.v', ':')}` };
};

describe('a recorded event', () => {
  it('is stored whole and shown without personal data, alone and in a list', async () => {
    const { id, shown, all } = await recorded(OrderPlaced, OrderPlaced.example);
    expect(shown).toMatchObject({
      ...{ orderId: OrderPlaced.example.orderId, total: OrderPlaced.example.total, paymentMethod: '***' },
      ...{ customer: { id: 'c-1001', email: '***' }, shippingAddress: { name: '***', country: 'KR' } },
    });
    expect(all).not.toMatch(MINA);
    const stored = (await chunksIn(table)).flatMap(({ events }) => events).find((event) => event.id === id);
    expect(stored?.data).toEqual(OrderPlaced.example);
  });

  it.each([
    ['an unknown version', renamed('OrderPlaced.v9')],
    ['a type named like a method', renamed('toString.v1')],
  ])('of %s is shown with nothing but the names of its fields', async (_, contract) => {
    const { shown, all } = await recorded(contract, OrderPlaced.example);
    expect(Object.keys(shown)).toEqual(Object.keys(OrderPlaced.example));
    expect(new Set(Object.values(shown))).toEqual(new Set(['***']));
    expect(all).not.toMatch(MINA);
  });

  it('is shown without what its contract does not have', async () => {
    const { shown } = await recorded(OrderPlaced, { ...OrderPlaced.example, nickname: 'Mina' });
    expect(shown).toMatchObject({ nickname: '***' });
  });

  it('expires after the retention of the stage', async () => {
    const { id } = await recorded(OrderPlaced, OrderPlaced.example);
    const chunk = (await chunksIn(table)).find(({ events }) => events.some((event) => event.id === id));
    expect(daysFromNow(chunk?.item['expiresAt'])).toBe(30);
  });
});

describe('a dead letter', () => {
  async function buried(body: string) {
    const queue = `dure-test-s${randomUUID().slice(0, 8)}-commands`;
    for (const name of [queue, `${queue}-dlq`]) queues.createQueue(name);
    queues.send(`${queue}-dlq`, body);
    await collect({}, lambdaContext);
    const service = queue.split('-')[2] ?? '';
    const list = await call(letters, { resource: '/v1/dead-letters', query: { service } });
    const [{ id }] = list.body['items'] as [{ id: string }];
    const one = { params: { id }, resource: '/v1/dead-letters/{id}' };
    const shown = (await call(letters, one)).body['body'] as string;
    return {
      id,
      queue,
      shown,
      redrive: () => call(letters, { ...one, method: 'POST', resource: `${one.resource}/redrive` }),
    };
  }
  const body = busRecord({ contract: ShipOrder, subject: 'o-1', data: ShipOrder.example, replyto: 'a-token' }).body;

  it('is shown without personal data and return address, and sent back whole', async () => {
    const { queue, shown, redrive } = await buried(body);
    expect(shown).not.toMatch(MINA);
    expect(shown).not.toContain('a-token');
    expect(JSON.parse(shown)).toMatchObject({
      detail: {
        type: ShipOrder.type,
        subject: 'o-1',
        data: { orderId: ShipOrder.example.orderId, recipient: { name: '***' } },
      },
    });
    expect((await redrive()).status).toBe(202);
    expect(queues.messagesIn(queue).map((it) => it.body)).toEqual([body]);
  });

  it.each([
    ['no JSON', 'Mina Kim', '"***"'],
    ['no object', '["Mina Kim"]', '"***"'],
    ['no event', '{"name":"Mina Kim","detail":"Mina Kim"}', '{"name":"***","detail":"***"}'],
    ['an envelope with more in it', '{"detail":{"type":"a","more":"Mina"}}', '{"detail":{"type":"a","more":"***"}}'],
    [
      'a given-up batch',
      '{"DDBStreamBatchInfo":{"shardId":"s-1"},"requestPayload":{"name":"Mina"}}',
      '{"DDBStreamBatchInfo":{"shardId":"s-1"},"requestPayload":"***"}',
    ],
  ])('that is %s shows nothing unknown', async (_, buriedBody, expected) => {
    const { shown } = await buried(buriedBody);
    expect(shown).toBe(expected === '"***"' ? '***' : expected);
  });

  it('expires after the retention of the stage', async () => {
    const { id } = await buried(body);
    expect(daysFromNow((await item(`DEADLETTER#${id}`, 'DEADLETTER'))['expiresAt'])).toBe(90);
  });
});
