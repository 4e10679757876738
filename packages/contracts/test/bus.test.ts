import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { createAwsJsonServer } from '@dure/aws-protocols/aws-json';
import { createEventBridge } from '@dure/local-cloud/services/eventbridge/index';
import { createTestTable } from '@dure/testing/dynamodb';
import { lambdaContext, sqsEvent, sqsRecord } from '@dure/testing/lambda-events';
import { afterAll, expect, it } from '@jest/globals';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import type { AddressInfo } from 'node:net';
import { beginCall } from '../src/binding/call.ts';
import { commit } from '../src/binding/commit.ts';
import { consumer } from '../src/binding/consumer.ts';
import { consumes } from '../src/contracts/contract.ts';
import { type Message, on } from '../src/binding/message.ts';
import { publish } from '../src/binding/outbox.ts';
import { openBus, relay } from '../src/binding/relay.ts';
import { openTable } from '../src/binding/table.ts';
import { captureLogs } from './logs.ts';
import { readStream } from './stream.ts';
import { ThingChanged } from './things.ts';

const { tableName, streamArn } = await createTestTable();
const table = openTable(tableName);
captureLogs();

/** What the rule's target, a queue, has got. */
const queue: string[] = [];
const database = new DatabaseSync(':memory:');
const bridge = createEventBridge({
  ...{ database, accountId: '000000000000', region: 'us-east-1' },
  deliver: ({ input }) => Promise.resolve(void queue.push(input)),
  deadLetter: (queueArn) => Promise.reject(new Error(`Nothing should die, and yet it came to ${queueArn}.`)),
  ...{ log: () => undefined, recordDelivery: () => undefined },
});
bridge.start();
const server = createAwsJsonServer({ AWSEvents: bridge.handle });
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
process.env['AWS_ENDPOINT_URL_EVENTBRIDGE'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const client = new EventBridgeClient({});
const bus = openBus('dure-test');
afterAll(async () => {
  client.destroy();
  bus.client.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await bridge.stop();
  database.close();
});

it('a change travels: transaction, stream, relay, bus, rule, queue, consumer', async () => {
  await client.send(new CreateEventBusCommand({ Name: bus.name }));
  const EventPattern = JSON.stringify({ source: ['dure.things'], 'detail-type': [ThingChanged.detailType] });
  await client.send(new PutRuleCommand({ Name: 'things', EventBusName: bus.name, EventPattern }));
  const Targets = [{ Id: 'queue', Arn: 'arn:aws:sqs:us-east-1:000000000000:things' }];
  await client.send(new PutTargetsCommand({ Rule: 'things', EventBusName: bus.name, Targets }));

  const id = randomUUID();
  const call = beginCall({ actor: 'customer:7', replyTo: 'address' });
  const sizes = [3, 1, 4, 1, 5];
  await commit(table, call, {
    writes: [{ Put: { Item: { pk: id, sk: 'STATE', size: 5 } } }],
    events: sizes.map((size, index) => publish(ThingChanged, id, index + 1, { id, size })),
  });
  const Records = await readStream(streamArn);
  expect(await relay(bus)({ Records } as DynamoDBStreamEvent, lambdaContext)).toEqual({ batchItemFailures: [] });
  await eventually(() => queue.length === sizes.length);

  const seen: Message<{ size: number }>[] = [];
  const actors = new Set<string>();
  const handler = consumer(
    'tests',
    [
      on(consumes(ThingChanged, ['size']), (message, { actor, correlationId, replyTo }) => {
        seen.push(message);
        actors.add(`${actor} ${correlationId} ${replyTo}`);
        return Promise.resolve();
      }),
    ],
    { url: '', deadLetterUrl: '', maxReceives: 3 },
  );
  const records = queue.map((body) => sqsRecord(body));
  expect(await handler(sqsEvent(...records), lambdaContext)).toEqual({ batchItemFailures: [] });
  const inOrder = seen.sort((a, b) => Number(a.sequence) - Number(b.sequence));
  expect(inOrder.map(({ subject, sequence, data }) => [subject, sequence, data.size])).toEqual(
    sizes.map((size, index) => [id, index + 1, size]),
  );
  expect([...actors]).toEqual([`customer:7 ${call.correlationId} address`]);
});

/** Waits until the condition holds, or fails after five seconds. */
async function eventually(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`Not within a minute: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
