import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { findBinary } from '@dure/local-cloud/services/dynamodb/dynoxide-binary';
import { startEmulator } from '@dure/local-cloud/services/dynamodb/emulator-process';
import { connect } from '@dure/testing/cloud';
import { startLocalCloud } from '@dure/testing/local-cloud-process';
import { ended, orderFor, place, stockOne } from '@dure/testing/shop/shop';

const SLOW_MS = 300_000;
const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

/** A DynamoDB that the local cloud did not start and knows nothing of but its address. */
async function foreignDynamoDb(folder: string): Promise<string> {
  const log = (): void => undefined;
  const emulator = await startEmulator(await findBinary(log), join(folder, 'foreign.sqlite'));
  cleanUp.push(() => emulator.stop());
  return emulator.endpoint;
}

it(
  'orders are completed on a DynamoDB that the user names',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dure-e2e-other-dynamodb-'));
    cleanUp.push(() => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }));
    const endpoint = await foreignDynamoDb(folder);
    process.env['DURE_DYNAMODB_ENDPOINT'] = endpoint;
    cleanUp.push(() => delete process.env['DURE_DYNAMODB_ENDPOINT']);
    const dataDir = join(folder, 'data');
    const running = await startLocalCloud({ dataDir });
    cleanUp.push(() => running.stop());
    const cloud = connect(running.url);

    const { sku } = await stockOne(cloud, { onHand: 10 });
    const order = await place(cloud, orderFor([{ sku, quantity: 2 }]));
    expect((await ended(cloud, order.orderId)).status).toBe('completed');
    expect(running.endpoints['DynamoDB']).toBe(endpoint);
    expect(existsSync(join(dataDir, 'dynamodb.sqlite'))).toBe(false);
  },
  SLOW_MS,
);
