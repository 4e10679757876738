import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { inTransaction, openDatabase } from '@dure/local-cloud/shared/sqlite';
import { signed } from '@dure/local-http/access-rules';
import { openServer } from '@dure/local-http/server';
import { createS3Store } from '@dure/s3-store';

export interface TestBucket {
  readonly bucketName: string;
  /** Of S3: `http://127.0.0.1:40123` */
  readonly endpoint: string;
}

/**
 * Starts S3 with one empty bucket, sets the AWS SDK's environment variables for this test file, and stops it after the test
 * file. An upload sends no notification: a test calls the function's handler itself. Await it at the top of a test file, before
 * the service is imported.
 *
 * @example
 * ```ts
 * import { createTestBucket } from '@dure/testing/s3';
 *
 * const { bucketName } = await createTestBucket();
 * ```
 */
export async function createTestBucket(): Promise<TestBucket> {
  const [region, accountId] = ['us-east-1', '000000000000'];
  const folder = await mkdtemp(join(tmpdir(), 'dure-test-s3-'));
  const database = openDatabase(':memory:');
  const store = createS3Store({
    ...{ database, folder, region, accountId },
    atomically: (work) => inTransaction(database, work),
  });
  const server = await openServer({
    rule: signed,
    answer: (request, response) => void store.handle(request, response),
  });
  const bucketName = `test-${randomUUID()}`;
  store.createBucket(bucketName);
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_REGION: region,
    AWS_ENDPOINT_URL_S3: server.endpoint,
  });
  afterAll(async () => {
    await server.close();
    database.close();
    await rm(folder, { recursive: true, force: true });
  });
  return { bucketName, endpoint: server.endpoint };
}
