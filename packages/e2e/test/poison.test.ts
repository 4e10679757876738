import { randomUUID } from 'node:crypto';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type * as z from 'zod/mini';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SetStock } from '@dure/contracts/inventory';
import { GetDeadLetter, ListDeadLetters, RedriveDeadLetter } from '@dure/contracts/journal';
import { type Cloud, connect, expectStatus } from '@dure/testing/cloud';
import { eventually } from '@dure/testing/eventually';
import { endFaults, inject, untilIdle } from '@dure/testing/faults';
import { asQueued, commandTo, type Detail, putOnBus } from '@dure/testing/shop/faults-messages';
import { openQueues, type Queues } from '@dure/testing/shop/faults-queues';
import { nameOf, recorded } from '@dure/testing/journal';
import { type LocalCloudProcess, startLocalCloud } from '@dure/testing/local-cloud-process';
import { allOf } from '@dure/testing/pages';
import { reservationOf, stockOf, unique } from '@dure/testing/shop/shop';

const QUEUE = 'dure-local-inventory-commands';
const config = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };

let running: LocalCloudProcess;
let queues: Queues;
let cloud: Cloud;

beforeAll(async () => {
  running = await startLocalCloud({ only: ['inventory'] });
  cloud = connect(running.url);
  queues = openQueues(cloud, running);
}, 300_000);

afterAll(async () => {
  queues?.close();
  await running?.stop();
});

async function stocked(): Promise<string> {
  const sku = unique('SKU');
  expectStatus(await cloud.call(SetStock, { params: { sku }, body: { onHand: 100 } }), 200);
  return sku;
}

/** The command to reserve one of a product, for a new order. */
function reserve(sku: string, broken: object = {}): Detail {
  const orderId = randomUUID();
  return { ...commandTo('ReserveStock', orderId, { orderId, lines: [{ sku, quantity: 1 }] }), ...broken };
}

const orderOf = ({ subject }: Detail): string => String(subject);

async function isReserved(command: Detail): Promise<void> {
  await eventually(
    `The order ${orderOf(command)} has its reservation`,
    async () => (await reservationOf(cloud, orderOf(command)))?.status === 'reserved' || undefined,
  );
}

/** Every event that inventory published of an order. */
const publishedOf = async (command: Detail) =>
  (await recorded(cloud, { subject: orderOf(command) }))
    .filter(({ source }) => source === 'dure.inventory')
    .map((event) => `${event.sequence} ${nameOf(event)}`);

/** The dead letter of inventory whose message contains this text, as the journal collected it. */
const deadLetterWith = (text: string) =>
  deadLetterThat(`A dead letter with ${text}`, ({ body }) => body.includes(text));

type Letter = z.infer<(typeof GetDeadLetter.responses)[200]['body']>;

async function deadLetterThat(what: string, isIt: (letter: Letter) => boolean) {
  return eventually(what, async () => {
    await cloud.invoke('journal-local-collectDeadLetters');
    const letters = await allOf(async (cursor) => {
      const answer = await cloud.call(ListDeadLetters, { query: { service: 'inventory', cursor, limit: 100 } });
      return expectStatus(answer, 200).body;
    });
    for (const { id } of letters) {
      const letter = expectStatus(await cloud.call(GetDeadLetter, { params: { id } }), 200).body;
      if (isIt(letter)) return letter;
    }
    return undefined;
  });
}

/** The items of inventory's table that say something of an order, as its stream reports new ones. */
async function changesOf(orderId: string): Promise<object[]> {
  const client = new DynamoDBClient({ ...config, endpoint: running.endpoints['DynamoDB']! });
  const { Items = [] } = await client.send(new ScanCommand({ TableName: 'dure-local-inventory' }));
  client.destroy();
  return Items.filter((item) => JSON.stringify(item).includes(orderId)).map((NewImage, index) => ({
    eventName: 'INSERT',
    dynamodb: { NewImage, SequenceNumber: String(index + 1) },
  }));
}

async function putObject(Bucket: string, Key: string, Body: string): Promise<void> {
  const client = new S3Client({ ...config, endpoint: running.endpoints['S3']!, forcePathStyle: true });
  await client.send(new PutObjectCommand({ Bucket, Key, Body }));
  client.destroy();
}

describe('a message that can never be handled', () => {
  const orderId = randomUUID();
  it.each([
    ['a field is missing', { data: { orderId } }, /data breaks its contract: lines: invalid_type/],
    ['a field is of the wrong type', { data: { orderId, lines: 'all' } }, /data breaks its contract: lines/],
    ['its type is unknown', { type: 'dure.inventory.EatStock.v1' }, /No handler here for dure.inventory.EatStock.v1/],
    ['its version is wrong', { type: 'dure.inventory.ReserveStock.v2' }, /No handler here for .*ReserveStock.v2/],
    ['its envelope is broken', { traceparent: 'nowhere' }, /envelope breaks its contract: traceparent/],
  ])('as %s, becomes a dead letter with its reason, and its neighbours are handled', async (_, broken, reason) => {
    const since = new Date().toISOString();
    const sku = await stocked();
    const [before, poison, after] = [reserve(sku), reserve(sku, broken), reserve(sku)];
    await putOnBus(running, [before, poison, after]);
    await isReserved(before);
    await isReserved(after);
    const letter = await deadLetterWith(poison.id);
    expect(letter).toMatchObject({
      status: 'open',
      consumer: 'inventory/commands',
      queue: `${QUEUE}-dlq`,
      kind: 'message',
      errorName: 'Poison',
      reason: expect.stringMatching(reason),
      deaths: 1,
      event: { id: poison.id, subject: orderOf(poison) },
    });
    expect(letter.firstFailedAt >= since && letter.firstFailedAt <= letter.lastDiedAt).toBe(true);
    expect(await stockOf(cloud, sku)).toMatchObject({ onHand: 100, reserved: 2 });
    expect(await reservationOf(cloud, orderOf(poison))).toBeUndefined();
  });

  it.each([
    ['no JSON', (text: string) => `{"detail": ${text}`, /not JSON/],
    ['no event of the bus', (text: string) => JSON.stringify({ hello: text }), /event breaks its contract/],
    ['an event without a detail', (text: string) => asQueued(undefined, text), /event breaks its contract: detail/],
  ])(
    'as it is %s, becomes a dead letter with its reason, and its neighbours are handled',
    async (_, bodyOf, reason) => {
      const since = new Date().toISOString();
      const sku = await stocked();
      const [text, before, after] = [randomUUID(), reserve(sku), reserve(sku)];
      for (const body of [asQueued(before), bodyOf(text), asQueued(after)]) await queues.send(QUEUE, body);
      await isReserved(before);
      await isReserved(after);
      // Its text is masked, as nothing is known of it.
      const isIt = (letter: Letter): boolean => reason.test(letter.reason ?? '') && letter.firstFailedAt >= since;
      expect(await deadLetterThat(`A dead letter because ${reason}`, isIt)).toMatchObject({ errorName: 'Poison' });
      expect(await stockOf(cloud, sku)).toMatchObject({ onHand: 100, reserved: 2 });
    },
  );
});

describe('a dead letter', () => {
  it('that is corrected and sent back is handled, once even if sent back twice', async () => {
    const sku = await stocked();
    const lines = [{ sku, quantity: 1 }];
    const poison = reserve(sku, { data: {} });
    await putOnBus(running, [poison]);
    const { body } = await deadLetterWith(poison.id);
    const { detail } = JSON.parse(body) as { detail: Detail };
    const corrected = asQueued({ ...detail, data: { orderId: orderOf(poison), lines } });

    await queues.send(QUEUE, corrected);
    await isReserved(poison);
    await queues.send(QUEUE, corrected);
    await untilIdle(cloud);
    expect(await stockOf(cloud, sku)).toMatchObject({ onHand: 100, reserved: 1 });
    expect(await publishedOf(poison)).toEqual(['1 StockReserved']);
  });

  it('with a transient cause is handled when it is redriven, once even if redriven twice', async () => {
    const sku = await stocked();
    const unlucky = reserve(sku);
    // Without its back-off, which takes minutes, a failed message is shown again when the queue says.
    await queues.showAgainAfter(1);
    const requests = [
      { service: 'DynamoDB', actions: ['BatchGetItem'], fail: 1 },
      { service: 'SQS', actions: ['ChangeMessageVisibilityBatch'], fail: 1 },
    ];
    await inject(cloud, { requests });
    await queues.send(QUEUE, asQueued(unlucky));
    const { id, reason, firstFailedAt, lastDiedAt } = await deadLetterWith(unlucky.id);
    await endFaults(cloud);
    expect(reason).toContain('Injected fault');
    expect(Date.parse(lastDiedAt) - Date.parse(firstFailedAt)).toBeGreaterThan(3_000);
    expect(await reservationOf(cloud, orderOf(unlucky))).toBeUndefined();

    for (const redrives of [1, 2]) {
      const { body } = expectStatus(await cloud.call(RedriveDeadLetter, { params: { id } }), 202);
      expect(body).toMatchObject({ status: 'redriven', redrives: expect.any(Array) });
      expect(body.redrives).toHaveLength(redrives);
      await isReserved(unlucky);
    }
    await untilIdle(cloud);
    expect(await stockOf(cloud, sku)).toMatchObject({ onHand: 100, reserved: 1 });
    expect(await publishedOf(unlucky)).toEqual(['1 StockReserved']);
  }, 300_000);

  it('of a stream batch that was given up has its events published again, with effect once', async () => {
    const sku = await stocked();
    const command = reserve(sku);
    await putOnBus(running, [command]);
    await isReserved(command);
    const [bucket, key] = ['dure-local-inventory-relay-000000000000', `aws/lambda/mapping/shard/${randomUUID()}`];
    const told = { eventSource: 'aws:s3', s3: { bucket: { name: bucket }, object: { key } } };
    await queues.showAgainAfter(1);
    await queues.send('dure-local-inventory-relay', JSON.stringify({ Records: [told] }));
    const { id, kind, reason } = await deadLetterWith(key);
    expect(kind).toBe('stream');
    expect(reason).toContain(`s3://${bucket}/${key}`);

    const Records = await changesOf(orderOf(command));
    expect(Records).not.toEqual([]);
    await putObject(bucket, key, JSON.stringify({ payload: JSON.stringify({ Records }) }));
    const redriven = (times: number) =>
      eventually(`The relay handles the object ${times} times`, async () => {
        const { records } = (await cloud.view('logs?service=inventory&limit=1000')) as { records: object[] };
        const lines = records.map((line) => JSON.stringify(line)).filter((line) => line.includes('outbox redriven'));
        return lines.filter((line) => line.includes(key)).length >= times || undefined;
      });
    // The bucket notifies the queue by itself.
    await redriven(1);
    expectStatus(await cloud.call(RedriveDeadLetter, { params: { id } }), 202);
    await redriven(2);
    await untilIdle(cloud);
    expect(await publishedOf(command)).toEqual(['1 StockReserved']);
    expect(await stockOf(cloud, sku)).toMatchObject({ onHand: 100, reserved: 1 });
  }, 300_000);
});
