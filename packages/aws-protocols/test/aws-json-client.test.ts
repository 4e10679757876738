import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AwsError } from '../src/aws-error.ts';
import { createAwsJsonClient } from '../src/aws-json-client.ts';
import { createAwsJsonServer } from '../src/aws-json.ts';

const asked: unknown[] = [];
const servers: Server[] = [];

async function listen(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('the client of AWS JSON protocols', () => {
  let endpoint: string;

  beforeAll(async () => {
    const service = async (action: string, input: Record<string, unknown>) => {
      asked.push([action, input]);
      if (action === 'Refuse') throw new AwsError('QueueDoesNotExist', 'There is no such queue.');
      return { text: 'ü', bytes: 'aGk=' };
    };
    endpoint = await listen(createAwsJsonServer({ AmazonSQS: service }));
  });

  afterAll(async () => {
    for (const server of servers) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  const open = (at = endpoint) => createAwsJsonClient({ endpoint: at, region: 'us-east-1', service: 'AmazonSQS' });

  it('sends the action and its input, and answers the output as it stands on the wire', async () => {
    const client = open();
    expect(await client.request('ReceiveMessage', { QueueUrl: 'über' })).toEqual({ text: 'ü', bytes: 'aGk=' });
    expect(asked.at(-1)).toEqual(['ReceiveMessage', { QueueUrl: 'über' }]);
    client.close();
  });

  it('rejects with the service’s name for the error', async () => {
    const client = open();
    const refused = { name: 'QueueDoesNotExist', message: 'There is no such queue.' };
    await expect(client.request('Refuse', {})).rejects.toMatchObject(refused);
    client.close();
  });

  it('sends again, once, what went into a connection that the server had closed', async () => {
    let requests = 0;
    const closing = createServer((request, response) => {
      requests += 1;
      request.resume();
      if (requests === 2) return void request.socket.resetAndDestroy();
      response.end('{}');
    });
    const client = open(await listen(closing));
    await client.request('ReceiveMessage', {});
    await client.request('ReceiveMessage', {});
    expect(requests).toBe(3);
    client.close();
  });

  it('rejects when nobody listens', async () => {
    const server = createServer();
    const gone = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    servers.pop();
    const client = open(gone);
    await expect(client.request('ReceiveMessage', {})).rejects.toThrow('ECONNREFUSED');
    client.close();
  });
});
