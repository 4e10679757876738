import {
  BatchWriteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { createTestTable } from '@dure/testing/dynamodb';
import { beforeEach, expect, it } from '@jest/globals';
import { createHeatMap, type HeatMap } from '../../src/scale/heat.ts';

const { tableName: TableName } = await createTestTable({ indexes: [{ name: 'byStatus', pk: 'status', sk: 'sk' }] });
const client = new DynamoDBClient({});
const ReturnConsumedCapacity = 'INDEXES' as const;

let heat: HeatMap;
beforeEach(() => {
  heat = createHeatMap(client);
});

const key = (id: string) => ({ pk: { S: id }, sk: { S: 'THING' } });
const thing = (id: string, status: string) => ({ ...key(id), status: { S: status } });

/** Sends a request and shows it to the heat map, as the counting proxy does. */
async function observed(action: string, input: Record<string, unknown>, answer: Promise<object>) {
  await heat.observe({ action, input, output: (await answer) as Record<string, unknown> });
}
const put = (id: string, status: string) => {
  const input = { TableName, Item: thing(id, status), ReturnConsumedCapacity };
  return observed('PutItem', input, client.send(new PutItemCommand(input)));
};
const units = (kind: 'read' | 'write') =>
  Object.fromEntries(heat.heats().map((one) => [`${one.index ?? 'table'} ${one.key}`, one[kind]]));

it('counts a put in its partition, and in that of its index', async () => {
  await put('A', 'open');
  await put('B', 'open');
  expect(units('write')).toEqual({ 'table A': 1, 'table B': 1, 'byStatus open': 2 });
});

it('reads from the item which partition of an index an update leaves and enters', async () => {
  await put('C', 'open');
  heat.reset();
  const change = {
    ...{ TableName, Key: key('C'), UpdateExpression: 'SET #status = :done', ReturnConsumedCapacity },
    ...{ ExpressionAttributeNames: { '#status': 'status' }, ExpressionAttributeValues: { ':done': { S: 'done' } } },
  };
  await observed('UpdateItem', change, client.send(new UpdateItemCommand(change)));
  expect(units('write')).toEqual({ 'table C': 1, 'byStatus open': 1, 'byStatus done': 1 });
});

it('shares the units of a transaction and of a batch among their items', async () => {
  const items = ['D', 'E'].map((id) => thing(id, 'open'));
  const transaction = { TransactItems: items.map((Item) => ({ Put: { TableName, Item } })), ReturnConsumedCapacity };
  await observed('TransactWriteItems', transaction, client.send(new TransactWriteItemsCommand(transaction)));
  const { 'table D': one = 0, 'table E': other = 0 } = units('write');
  expect([one, other]).toEqual([2, 2]);
  heat.reset();
  const deletions = ['D', 'E'].map((id) => ({ DeleteRequest: { Key: key(id) } }));
  const batch = { RequestItems: { [TableName]: deletions }, ReturnConsumedCapacity };
  await observed('BatchWriteItem', batch, client.send(new BatchWriteItemCommand(batch)));
  expect(units('write')).toEqual({ 'table D': 1, 'table E': 1, 'byStatus open': 2 });
});

it('counts reads of an item and of an index’s partition', async () => {
  await put('F', 'open');
  heat.reset();
  const get = { TableName, Key: key('F'), ConsistentRead: true, ReturnConsumedCapacity };
  await observed('GetItem', get, client.send(new GetItemCommand(get)));
  const query = {
    ...{ TableName, IndexName: 'byStatus', KeyConditionExpression: '#status = :open', ReturnConsumedCapacity },
    ...{ ExpressionAttributeNames: { '#status': 'status' }, ExpressionAttributeValues: { ':open': { S: 'open' } } },
  };
  await observed('Query', query, client.send(new QueryCommand(query)));
  expect(units('read')).toEqual({ 'table F': 1, 'byStatus open': 0.5 });
});

it('knows the keys that more than one round used', async () => {
  await put('G', 'open');
  heat.nextRound();
  await put('H', 'open');
  await put('H', 'done');
  expect(Object.fromEntries(heat.heats().map(({ key: id, rounds }) => [id, rounds]))).toEqual({
    ...{ G: 1, H: 1, open: 2, done: 1 },
  });
});
