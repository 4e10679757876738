import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import {
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it } from '@jest/globals';
import { findBinary } from '../../../src/services/dynamodb/dynoxide-binary.ts';
import { startEmulator } from '../../../src/services/dynamodb/emulator-process.ts';
import { startDynamoDb, type DynamoDb } from '../../../src/services/dynamodb/start-dynamodb.ts';

const log = (): void => undefined;
const cleanUp: (() => unknown)[] = [];

afterEach(async () => {
  for (const action of cleanUp.splice(0).reverse()) await action();
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'dure-test-'));
  cleanUp.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function start(dataDir?: string): Promise<DynamoDb> {
  const dynamoDb = await startDynamoDb({ dataDir, log });
  cleanUp.push(() => dynamoDb.stop());
  return dynamoDb;
}

function client(endpoint: string): DynamoDBClient {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const made = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials });
  cleanUp.push(() => made.destroy());
  return made;
}

async function createTable(dynamo: DynamoDBClient, name = 'things'): Promise<void> {
  await dynamo.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  );
}

async function put(dynamo: DynamoDBClient, ids: readonly string[], table = 'things'): Promise<void> {
  for (const id of ids) await dynamo.send(new PutItemCommand({ TableName: table, Item: { pk: { S: id } } }));
}

function sequences(dataDir: string): string[] {
  const database = new DatabaseSync(join(dataDir, 'dynamodb.sqlite'));
  const rows = database.prepare('SELECT table_name, sequence_number FROM _stream_records ORDER BY id').all();
  database.close();
  return rows.map((row) => `${row['table_name']} ${row['sequence_number']}`);
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // A container's first process may not collect its orphans: what is dead then still has an entry.
  return process.platform !== 'linux' || !/^State:\s+Z/m.test(readStatus(pid));
}

function readStatus(pid: number): string {
  try {
    return String(readFileSync(`/proc/${pid}/status`));
  } catch {
    return 'State:\tZ';
  }
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('The condition did not come true within a minute.');
    await delay(5);
  }
}

describe('the DynamoDB emulator', () => {
  it('keeps its data in the folder over a restart', async () => {
    const dataDir = folder();
    const first = await start(dataDir);
    await createTable(client(first.endpoint));
    await put(client(first.endpoint), ['kept']);
    await first.stop();

    const second = await start(dataDir);
    const { Item } = await client(second.endpoint).send(
      new GetItemCommand({ TableName: 'things', Key: { pk: { S: 'kept' } } }),
    );
    expect(Item).toEqual({ pk: { S: 'kept' } });
  });

  it('names what the emulator said when its port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    cleanUp.push(() => server.close());
    await new Promise((done) => server.once('listening', done));
    const { port } = server.address() as AddressInfo;
    await expect(startDynamoDb({ port, log })).rejects.toThrow(`port ${port} is already in use`);
  });

  it('names the binary that cannot be run', async () => {
    await expect(startEmulator(join(folder(), 'absent'), join(folder(), 'f'))).rejects.toThrow(/absent/);
  });

  it('is started again, at the same address and with its data, when it is killed', async () => {
    const said: string[] = [];
    const dynamoDb = await startDynamoDb({ dataDir: folder(), log: (_level, message) => said.push(message) });
    cleanUp.push(() => dynamoDb.stop());
    const dynamo = client(dynamoDb.endpoint);
    await createTable(dynamo);
    for (const id of ['before', 'between']) {
      await put(dynamo, [id]);
      const pid = dynamoDb.pid!();
      process.kill(pid, 'SIGKILL');
      await until(() => dynamoDb.pid!() !== pid);
    }
    const { Item } = await dynamo.send(new GetItemCommand({ TableName: 'things', Key: { pk: { S: 'between' } } }));
    expect(Item).toEqual({ pk: { S: 'between' } });
    expect(said.slice(0, 2)).toEqual([
      expect.stringMatching(/ended \(SIGKILL\).* It is started again\.$/),
      'The DynamoDB emulator runs again, with its data.',
    ]);
  });

  it('listens where no page finds it, on systems with more than one loopback address', async () => {
    const { hostname, port } = new URL((await start()).endpoint);
    expect(hostname === '127.0.0.1').toBe(process.platform === 'darwin');
    if (hostname !== '127.0.0.1') await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow('fetch failed');
  });

  it('uses the endpoint that the user names instead', async () => {
    process.env['DURE_DYNAMODB_ENDPOINT'] = 'http://localhost:8000';
    cleanUp.push(() => delete process.env['DURE_DYNAMODB_ENDPOINT']);
    expect((await start()).endpoint).toBe('http://localhost:8000');
  });

  it('dies with the process that started it, even when that is killed', async () => {
    const parent = fork(join(import.meta.dirname, 'start-and-wait.ts'), [folder()], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    cleanUp.push(() => parent.kill('SIGKILL'));
    const [{ pid }] = (await once(parent, 'message')) as [{ pid: number }];
    expect(runs(pid)).toBe(true);
    parent.kill('SIGKILL');
    await until(() => !runs(pid));
  });
});

describe('finding the binary', () => {
  it('says what to do on a machine that has no binary', async () => {
    await expect(findBinary(log, { platform: 'sunos', arch: 'sparc' })).rejects.toThrow(
      /not published for sunos-sparc.*DURE_DYNAMODB_ENDPOINT/,
    );
  });

  it('installs the package of the platform once, and says what to run when that fails', async () => {
    const asked: string[] = [];
    const install = async (specifier: string): Promise<void> => {
      asked.push(specifier);
      throw new Error('no network');
    };
    await expect(findBinary(log, { platform: 'win32', arch: 'x64' }, install)).rejects.toThrow(
      /no network.*npm install --no-save @dynoxide\/win32-x64@\d+\.\d+\.\d+/,
    );
    expect(asked).toHaveLength(1);
  });
});

describe('stream records', () => {
  it('are indexed, so that a write does not read all earlier ones', async () => {
    const dataDir = folder();
    await start(dataDir);
    const database = new DatabaseSync(join(dataDir, 'dynamodb.sqlite'));
    const [plan] = database
      .prepare(
        `EXPLAIN QUERY PLAN SELECT COALESCE(MAX(CAST(sequence_number AS INTEGER)), 0) + 1
           FROM _stream_records WHERE table_name = 'things'`,
      )
      .all();
    database.close();
    expect(plan?.['detail']).toContain('_stream_records_by_sequence');
  });

  it('are trimmed up to what all have read, but the last, from which the next number is counted', async () => {
    const dataDir = folder();
    const dynamoDb = await start(dataDir);
    const dynamo = client(dynamoDb.endpoint);
    await createTable(dynamo);
    await createTable(dynamo, 'others');
    await put(dynamo, ['a', 'b', 'c']);
    await put(dynamo, ['a', 'b'], 'others');

    await dynamoDb.trimStreamRecords({ things: '2' });
    expect(sequences(dataDir)).toEqual(['things 3', 'others 1', 'others 2']);
    await dynamoDb.trimStreamRecords({ things: '3' });
    await put(dynamo, ['d']);
    expect(sequences(dataDir)).toEqual(['things 3', 'others 1', 'others 2', 'things 4']);
  });

  it('of a deleted table are forgotten, so that a new table of its name does not begin with them', async () => {
    const dataDir = folder();
    const dynamoDb = await start(dataDir);
    const dynamo = client(dynamoDb.endpoint);
    await createTable(dynamo);
    await put(dynamo, ['a']);
    await dynamo.send(new DeleteTableCommand({ TableName: 'things' }));
    expect(sequences(dataDir)).toEqual([]);
  });

  it('are reported by table as they are written, until the listener is removed', async () => {
    const dynamoDb = await start();
    const dynamo = client(dynamoDb.endpoint);
    await createTable(dynamo);
    await createTable(dynamo, 'others');
    const told: string[] = [];
    const remove = dynamoDb.onStreamWrite?.((tables) => told.push(...tables));
    await put(dynamo, ['a']);
    await until(() => told.length > 0);
    expect(told).toEqual(['things']);
    remove?.();
    await put(dynamo, ['b'], 'others');
    await delay(0);
    expect(told).toEqual(['things']);
  });

  it('can be trimmed and watched while many write', async () => {
    const dataDir = folder();
    const dynamoDb = await start(dataDir);
    const dynamo = client(dynamoDb.endpoint);
    await createTable(dynamo);
    const writers = Array.from({ length: 8 }, (_, writer) =>
      put(
        dynamo,
        Array.from({ length: 40 }, (_, index) => `${writer}-${index}`),
      ),
    );
    let done = false;
    const written = Promise.all(writers).finally(() => (done = true));
    for (let upTo = 1; !done; upTo += 3) {
      await dynamoDb.trimStreamRecords({ things: String(upTo) });
      await delay(1);
    }
    await written;
    expect(sequences(dataDir).at(-1)).toBe('things 320');
  });
});

it('leaves no folder behind when it kept no data', async () => {
  const temporary = folder();
  const child = fork(join(import.meta.dirname, 'start-and-stop.ts'), {
    env: { ...process.env, TMPDIR: temporary, TEMP: temporary, TMP: temporary },
  });
  cleanUp.push(() => child.kill('SIGKILL'));
  await once(child, 'message');
  expect(readdirSync(temporary)).toHaveLength(1);
  child.send('stop');
  await once(child, 'exit');
  expect(readdirSync(temporary)).toEqual([]);
});
