import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from '@jest/globals';

/** An answer of an AWS service: a status and a JSON body. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Says what to answer to an action; `pass` asks the real service. */
export type Answerer = (action: string, input: Record<string, unknown>, pass: () => Promise<Answer>) => Promise<Answer>;

/**
 * An AWS service over HTTP with answers from a test. It can pass requests on to the real one at `behind`.
 * Returns its endpoint; closed after the test file.
 */
export async function startAwsServer(answer: Answerer, behind = ''): Promise<string> {
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    const action = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    const input = JSON.parse(body) as Record<string, unknown>;
    const told = await answer(action, input, () => pass(behind, request, body));
    response.writeHead(told.status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(told.body));
  };
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

async function pass(behind: string, request: IncomingMessage, body: string): Promise<Answer> {
  const names = ['x-amz-target', 'x-amz-date', 'authorization', 'content-type'];
  const headers = Object.fromEntries(names.map((name) => [name, String(request.headers[name])]));
  const passed = await fetch(behind, { method: 'POST', headers, body });
  return { status: passed.status, body: await passed.json() };
}
