import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { answerWithin } from '../src/binding/deadline.ts';

/** Takes every request and never answers. */
const silent = createServer(() => {});

beforeAll(() => new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  silent.closeAllConnections();
  silent.close();
});

it('gives up what is not answered, and tries as often as it may', async () => {
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 2,
    requestHandler: answerWithin(100),
  });
  // Its own count: on a busy machine time is up before the server has seen the request.
  const failure = { name: 'TimeoutError', $metadata: { attempts: 2 } };
  await expect(client.send(new ListTablesCommand({}))).rejects.toMatchObject(failure);
  client.destroy();
});
