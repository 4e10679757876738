import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import { client, NoAnswer, UnexpectedAnswer } from '../src/binding/client.ts';
import { endpoint } from '../src/contracts/contract.ts';

const Thing = z.strictObject({ id: z.string(), size: z.int() });

const ChangeThing = endpoint('things', {
  name: 'ChangeThing',
  method: 'PUT',
  path: '/things/{id}',
  version: 1,
  summary: 'Changes a thing',
  access: 'public',
  params: z.strictObject({ id: z.string() }),
  query: z.strictObject({ dry: z.optional(z.boolean()) }),
  body: z.strictObject({ size: z.int() }),
  idempotencyKey: 'required',
  ifMatch: 'required',
  responses: { 200: { description: 'Changed', body: Thing, headers: ['etag'] }, 204: { description: 'Was so' } },
  problems: { 'too-big': { status: 422, title: 'It is too big' } },
  example: {},
});

const GetThing = endpoint('things', {
  name: 'GetThing',
  method: 'GET',
  path: '/things/{id}',
  version: 1,
  summary: 'Shows a thing',
  access: 'public',
  params: z.strictObject({ id: z.string() }),
  responses: { 200: { description: 'It', body: Thing, headers: ['etag'] } },
  example: {},
});

interface Canned {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

const PROBLEM = { 'content-type': 'application/problem+json' };
const thing = JSON.stringify({ id: 'a/b', size: 3 });
const correlationId = '01890a5d-ac96-774b-bcce-b302099a8057';

let server: Server;
let baseUrl: string;
let answers: Canned[] = [];
const seen: { request: IncomingMessage; body: string }[] = [];

beforeAll(async () => {
  server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/things/local`;
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = '';
  for await (const chunk of request) body += chunk;
  seen.push({ request, body });
  const answer = answers.shift();
  if (answer === undefined) return; // the client waits
  response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
  response.end(answer.body);
}

const change = () => client(ChangeThing, ['*'], { baseUrl });
const get = () => client(GetThing, ['*'], { baseUrl });
const asked = { params: { id: 'a/b' }, body: { size: 3 }, idempotencyKey: 'k-1', ifMatch: '7' };

describe('client', () => {
  it('says a request as its contract has it, and carries correlation and trace on', async () => {
    answers = [{ headers: { etag: '"8"' }, body: thing }];
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const answer = await change()({ ...asked, query: { dry: true }, call: { correlationId, traceparent } });

    const { request, body } = seen.at(-1)!;
    expect(`${request.method} ${request.url}`).toBe('PUT /things/local/v1/things/a%2Fb?dry=true');
    expect(JSON.parse(body)).toEqual({ size: 3 });
    expect(request.headers).toMatchObject({
      'accept-encoding': 'identity',
      'content-type': 'application/json',
      'idempotency-key': 'k-1',
      'if-match': '"7"',
      'x-correlation-id': correlationId,
      traceparent,
    });
    expect(answer.etag).toBe('8');
    // Also a test of types: only after these two is there a body.
    if (answer.problem !== undefined || answer.status !== 200) throw new Error('It was changed.');
    expect(answer.body.size).toBe(3);
  });

  it('shows whose request it is only if it is told to', async () => {
    const credentials = { authorization: 'Bearer one', apiKey: 'theirs' };
    const ask = client(GetThing, ['*'], { baseUrl, apiKey: 'own' });
    answers = [{ body: thing }, { body: thing }];
    await ask({ params: { id: 'a' }, credentials });
    expect(seen.at(-1)!.request.headers).toMatchObject({ authorization: 'Bearer one', 'x-api-key': 'theirs' });
    await ask({ params: { id: 'a' } });
    expect(seen.at(-1)!.request.headers).toMatchObject({ 'x-api-key': 'own' });
    expect(seen.at(-1)!.request.headers).not.toHaveProperty('authorization');
  });

  it('answers what has no body', async () => {
    answers = [{ status: 204 }];
    expect(await change()(asked)).toMatchObject({ status: 204, etag: undefined });
  });

  it('answers 304 to what is known', async () => {
    answers = [{ status: 304 }];
    expect(await get()({ params: { id: 'a' }, ifNoneMatch: '8' })).toMatchObject({ status: 304 });
    expect(seen.at(-1)!.request.headers['if-none-match']).toBe('"8"');
  });

  it('distinguishes problems by the code in their type', async () => {
    const problem = { type: 'urn:dure:problem:too-big', title: 'It is too big', status: 422 };
    answers = [{ status: 422, headers: PROBLEM, body: JSON.stringify(problem) }];
    expect(await change()(asked)).toMatchObject({ status: 422, code: 'too-big', problem });
  });

  it("distinguishes the gateway's answers from the service's", async () => {
    const problem = { type: 'about:blank', title: 'Too Many Requests', status: 429 };
    answers = [{ status: 429, headers: PROBLEM, body: JSON.stringify(problem) }];
    expect(await change()(asked)).toMatchObject({ status: 429, code: 'gateway', problem });
  });

  it('lets fields through that a newer version of the service may have added', async () => {
    answers = [{ body: JSON.stringify({ id: 'a', size: 1, colour: 'red' }) }];
    expect(await get()({ params: { id: 'a' } })).toMatchObject({ body: { id: 'a', size: 1 } });
  });

  it('shows the declared fields only, and checks no others', async () => {
    answers = [{ body: JSON.stringify({ id: 'a', size: 'big', colour: 'red' }) }];
    const answer = await client(GetThing, ['id'], { baseUrl })({ params: { id: 'a' } });
    expect(answer.body).toEqual({ id: 'a' });
    answers = [{ body: thing }];
    expect((await client(GetThing, [], { baseUrl })({ params: { id: 'a' } })).body).toEqual({});
    answers = [{ body: '[]' }, { body: '{"id":"a"}' }];
    const size = client(GetThing, ['size'], { baseUrl });
    await expect(size({ params: { id: 'a' } })).rejects.toThrow(UnexpectedAnswer);
    await expect(size({ params: { id: 'a' } })).rejects.toThrow('size: invalid_type');
  });

  it.each<[string, Canned, string]>([
    ['a body that breaks the contract', { body: '{"id":"a","size":"big"}' }, 'size: invalid_type'],
    ['a body that is not JSON', { body: '<html>' }, 'invalid_type'],
    ['a status that is not in the contract', { status: 201, body: thing }, 'answered 201'],
    ['a redirect', { status: 302, headers: { location: '/' } }, 'answered 302'],
    ['a problem that is not JSON', { status: 400, headers: PROBLEM, body: 'no' }, 'not JSON'],
    ['a problem that is null', { status: 400, headers: PROBLEM, body: 'null' }, 'with a type'],
    ['a problem without a type', { status: 400, headers: PROBLEM, body: '{}' }, 'with a type'],
  ])('does not take %s', async (_, canned, message) => {
    answers = [canned];
    const refused = get()({ params: { id: 'a' } });
    await expect(refused).rejects.toThrow(UnexpectedAnswer);
    await expect(refused).rejects.toThrow(message);
  });

  it('waits for an answer no longer than its time-out', async () => {
    answers = [];
    const waiting = client(GetThing, ['*'], { baseUrl, timeoutMs: 30 })({ params: { id: 'a' } });
    await expect(waiting).rejects.toThrow(NoAnswer);
  });

  it('waits no longer than a request says', async () => {
    answers = [];
    await expect(get()({ params: { id: 'a' }, within: 20.5 })).rejects.toThrow(NoAnswer);
  });

  it('says where nothing answers', async () => {
    const nowhere = client(GetThing, ['*'], { baseUrl: 'http://127.0.0.1:9' })({ params: { id: 'a' } });
    await expect(nowhere).rejects.toThrow('No answer from GET http://127.0.0.1:9/v1/things/a');
  });
});
