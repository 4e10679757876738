import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeEach, expect, it } from '@jest/globals';
import { ensureLoggingRole, STACK_NAME } from '../../src/template/logging-role.ts';

const ROLE = 'arn:aws:iam::123456789012:role/somebody-elses';

/** An account over HTTP: the role that API Gateway has, and whether the stack is there and how it went. */
let account: { role?: string; stack?: 'CREATE_COMPLETE' | 'ROLLBACK_COMPLETE'; fails?: boolean };
let actions: string[];

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  if (request.url === '/account') {
    actions.push('GetAccount');
    return void response.end(JSON.stringify({ cloudwatchRoleArn: account.role }));
  }
  const input = new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
  const action = input.get('Action') ?? '';
  actions.push(action);
  response.setHeader('content-type', 'text/xml');
  if (action === 'CreateStack' && account.stack !== undefined) {
    const error = '<Error><Type>Sender</Type><Code>AlreadyExistsException</Code><Message>It exists.</Message></Error>';
    return void response.writeHead(400).end(`<ErrorResponse>${error}</ErrorResponse>`);
  }
  if (action === 'CreateStack') account.stack = account.fails ? 'ROLLBACK_COMPLETE' : 'CREATE_COMPLETE';
  const stack = `<StackName>${input.get('StackName')}</StackName><StackStatus>${account.stack}</StackStatus>`;
  const result = action === 'CreateStack' ? '<StackId>id</StackId>' : `<Stacks><member>${stack}</member></Stacks>`;
  response.end(`<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`);
}

const server = createServer((request, response) => void serve(request, response));
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const config = {
  endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
};

beforeEach(() => {
  account = {};
  actions = [];
});

it('makes a stack with the role in an account that has none', async () => {
  await ensureLoggingRole(config);
  expect(actions.slice(0, 3)).toEqual(['GetAccount', 'CreateStack', 'DescribeStacks']);
});

it('leaves alone the role that somebody else gave the account', async () => {
  account = { role: ROLE };
  await ensureLoggingRole(config);
  expect(actions).toEqual(['GetAccount']);
});

it('waits for the stack that another service is making', async () => {
  account = { stack: 'CREATE_COMPLETE' };
  await ensureLoggingRole(config);
  expect(actions).toContain('DescribeStacks');
});

it('says which stack it is that could not be made', async () => {
  account = { fails: true };
  await expect(ensureLoggingRole(config)).rejects.toThrow(`The stack ${STACK_NAME}`);
});
