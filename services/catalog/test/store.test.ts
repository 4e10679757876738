import {
  BatchGetCommand,
  type BatchGetCommandOutput,
  BatchWriteCommand,
  type DynamoDBDocumentClient,
  type GetCommand,
  type QueryCommand,
  ScanCommand,
  PutCommand,
} from '@aws-sdk/lib-dynamodb';
import { beginCall } from '@dure/contracts/binding/call';
import { openTable, type Table } from '@dure/contracts/binding/table';
import { createTestTable } from '@dure/testing/dynamodb';
import { describe, expect, it } from '@jest/globals';
import { addProduct } from '../src/application/add-product.ts';
import { changeProduct } from '../src/application/change-product.ts';
import { retireProduct } from '../src/application/retire-product.ts';
import { decideAdd, type ProductEvent } from '../src/domain/product.ts';
import { searchFor } from '../src/domain/search.ts';
import { createStore } from '../src/store.ts';

const { tableName } = await createTestTable();
Object.assign(process.env, { SERVICE_NAME: 'catalog', LOG_LEVEL: 'off' });
const table = openTable(tableName);
const store = createStore(table);
const price = { amount: 1, currency: 'EUR' as const };
let count = 0;

/** A product with a unique word. */
const newProduct = () => {
  count += 1;
  return { sku: `SKU-${count}`, title: `own${count}x`, tags: [], price };
};
const find = async (words: string, on = store) =>
  (await on.search(searchFor(words, undefined), undefined, 10)).products.map(({ sku }) => sku);

type Command = BatchGetCommand | BatchWriteCommand | GetCommand | QueryCommand | PutCommand;

/** The table as a busy or broken one: `answer` stands before it and may pass a command on. */
function tableWith(answer: (command: Command, pass: (command: Command) => Promise<object>) => Promise<object>): Table {
  const pass = (command: Command): Promise<object> => table.client.send(command as GetCommand);
  const client = { send: (command: Command) => answer(command, pass) };
  return { name: tableName, client: client as unknown as DynamoDBDocumentClient };
}

async function entriesOf(sku: string): Promise<string[]> {
  const { Items: items = [] } = await table.client.send(new ScanCommand({ TableName: tableName }));
  const entries = items.filter((item) => String(item['pk']).startsWith('SEARCH#') && item['sku'] === sku);
  return entries.map((item) => String(item['pk'])).sort();
}

describe('search entries', () => {
  it('are those of the product as it is, and none when it is retired', async () => {
    const product = { ...newProduct(), title: 'Mugs mug ab', tags: ['gift'] };
    const entries = [
      'SEARCH#ALL',
      'SEARCH#TAG#gift',
      ...['a', 'g', 'gif', 'm', 'mug'].map((it) => `SEARCH#WORD#${it}`),
    ];
    await addProduct(store, beginCall(), product);
    expect(await entriesOf(product.sku)).toEqual(entries);
    await changeProduct(store, beginCall(), product.sku, { title: 'Bowl', tags: [] }, '1');
    expect(await entriesOf(product.sku)).toEqual(['SEARCH#ALL', 'SEARCH#WORD#b', 'SEARCH#WORD#bow']);
    await retireProduct(store, beginCall(), product.sku);
    expect(await entriesOf(product.sku)).toEqual([]);
  });

  it('are not written for a change of price', async () => {
    const product = newProduct();
    await addProduct(store, beginCall(), product);
    let writes = 0;
    const counting = createStore(
      tableWith((command, pass) => {
        if (command instanceof BatchWriteCommand) writes += 1;
        return pass(command);
      }),
    );
    await changeProduct(counting, beginCall(), product.sku, { price: { ...price, amount: 2 } }, '1');
    expect(writes).toBe(0);
    expect(await find(product.title)).toEqual([product.sku]);
  });

  it('of a product that was never committed are ignored', async () => {
    const product = newProduct();
    const dying = createStore(
      tableWith((command, pass) =>
        command instanceof PutCommand ? Promise.reject(new Error('killed')) : pass(command),
      ),
    );
    await expect(addProduct(dying, beginCall(), product)).rejects.toThrow('killed');
    expect(await entriesOf(product.sku)).not.toEqual([]);
    expect(await find(product.title)).toEqual([]);
    await addProduct(store, beginCall(), product);
    expect(await find(product.title)).toEqual([product.sku]);
  });

  it('that cannot be removed neither undo the change nor show a removed product', async () => {
    const product = newProduct();
    await addProduct(store, beginCall(), product);
    let committed = false;
    const failing = createStore(
      tableWith((command, pass) => {
        if (command instanceof PutCommand) committed = true;
        return committed && command instanceof BatchWriteCommand
          ? Promise.reject(new Error('throttled'))
          : pass(command);
      }),
    );
    const changed = await changeProduct(failing, beginCall(), product.sku, { title: 'renamed' }, '1');
    expect(changed).toMatchObject({ title: 'renamed', version: 2 });
    expect(await find(product.title)).toEqual([]);
    expect(await find('renamed')).toEqual([product.sku]);
  });

  it('survive a race of two changes: whoever wins is found', async () => {
    const product = newProduct();
    await addProduct(store, beginCall(), product);
    const titles = Array.from({ length: 5 }, (_, index) => `race${product.title} race${index}y`);
    await Promise.all(titles.map((title) => changeProduct(store, beginCall(), product.sku, { title }, '1')));
    const won = (await store.load(product.sku))!.product.title;
    const found = await Promise.all(titles.map((title) => find(title)));
    expect(found).toEqual(titles.map((title) => (title === won ? [product.sku] : [])));
  });
});

describe('what DynamoDB leaves unprocessed', () => {
  it('of a write is sent again', async () => {
    const product = { ...newProduct(), description: 'one two three four five six seven eight nine ten' };
    const busy = createStore(
      tableWith(async (command, pass) => {
        const requests = command instanceof BatchWriteCommand ? (command.input.RequestItems?.[tableName] ?? []) : [];
        if (requests.length < 2) return pass(command);
        const half = Math.ceil(requests.length / 2);
        await pass(new BatchWriteCommand({ RequestItems: { [tableName]: requests.slice(0, half) } }));
        return { UnprocessedItems: { [tableName]: requests.slice(half) } };
      }),
    );
    await addProduct(busy, beginCall(), product);
    for (const word of product.description.split(' '))
      expect(await find(`${product.title} ${word}`)).toEqual([product.sku]);
  });

  it('of a read is read again', async () => {
    const products = [newProduct(), newProduct(), newProduct()].map((it) => ({ ...it, title: 'unread' }));
    for (const product of products) await addProduct(store, beginCall(), product);
    const busy = createStore(
      tableWith(async (command, pass) => {
        const keys = command instanceof BatchGetCommand ? (command.input.RequestItems?.[tableName]?.Keys ?? []) : [];
        if (keys.length < 2) return pass(command);
        const read = await pass(new BatchGetCommand({ RequestItems: { [tableName]: { Keys: keys.slice(0, 1) } } }));
        const unread = { [tableName]: { Keys: keys.slice(1) } };
        return { ...read, UnprocessedKeys: unread } satisfies Partial<BatchGetCommandOutput>;
      }),
    );
    expect(await find('unread', busy)).toEqual(products.map(({ sku }) => sku));
  });

  it('repeatedly is an error, not a loss', async () => {
    const product = newProduct();
    const stuck = createStore(
      tableWith((command, pass) =>
        command instanceof BatchWriteCommand
          ? Promise.resolve({ UnprocessedItems: command.input.RequestItems })
          : pass(command),
      ),
    );
    await expect(addProduct(stuck, beginCall(), product)).rejects.toThrow('unwritten 6 times');
    expect(await store.load(product.sku)).toBeUndefined();
  });
});

it('saves only on the version that was decided on', async () => {
  const product = newProduct();
  const events = decideAdd(undefined, product) as ProductEvent[];
  await store.save(beginCall(), undefined, events);
  await expect(store.save(beginCall(), undefined, events)).rejects.toThrow('condition');
});
