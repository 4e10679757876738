import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { GetObjectCommand, PutObjectCommand, type PutObjectCommandInput, S3Client } from '@aws-sdk/client-s3';
import { createS3Store, type Notification, type S3Store } from '../src/index.ts';

export interface TestStore {
  readonly client: S3Client;
  readonly endpoint: string;
  readonly store: S3Store;
  readonly notifications: Notification[];
  /** Milliseconds since 1970; a test moves it. */
  readonly clock: { now: number };
  /** Files of bodies. */
  files(): string[];
  /** Makes a file as a write does that never ends. */
  leaveFile(name: string): void;
  put(
    Key: string,
    Body: PutObjectCommandInput['Body'],
    more?: Partial<PutObjectCommandInput>,
  ): Promise<{ ETag?: string; VersionId?: string }>;
  get(Key: string, VersionId?: string): Promise<string | undefined>;
  /** The same data, opened anew. */
  reopen(): S3Store;
  stop(): Promise<void>;
}

/** A store with one bucket, as the SDK's client of today sees it. */
export async function openTestStore(Bucket: string): Promise<TestStore> {
  const folder = mkdtempSync(join(tmpdir(), 'dure-s3-'));
  const database = new DatabaseSync(join(folder, 'data.sqlite'));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  const notifications: Notification[] = [];
  const clock = { now: Date.now() };
  const open = (): S3Store =>
    createS3Store({
      ...{ database, folder: join(folder, 'objects'), region: 'us-east-1', accountId: '000000000000' },
      now: () => clock.now,
      atomically: (work) => inTransaction(database, work),
      notify: (notification) => void notifications.push(notification),
    });
  const store = open();
  const server = createServer((request, response) => void store.handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true, maxAttempts: 1 });
  store.createBucket(Bucket);
  return {
    ...{ client, endpoint, store, notifications, clock },
    files: () => readdirSync(join(folder, 'objects')),
    leaveFile: (name) => writeFileSync(join(folder, 'objects', name), 'left'),
    put: (Key, Body, more = {}) => client.send(new PutObjectCommand({ Bucket, Key, Body, ...more })),
    get: async (Key, VersionId) =>
      (await client.send(new GetObjectCommand({ Bucket, Key, VersionId }))).Body?.transformToString(),
    reopen: open,
    async stop() {
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      database.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  if (database.isTransaction) return work();
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

/** The code with which a request is refused. */
export const refusalOf = (request: Promise<unknown>): Promise<string> =>
  request.then(
    () => 'not refused',
    (error: unknown) => (error as Error).name,
  );
