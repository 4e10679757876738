import { randomUUID } from 'node:crypto';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { createTestTable } from '@dure/testing/dynamodb';
import { call } from '@dure/testing/lambda-events';
import { describe, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import { api } from '../src/binding/api.ts';
import { commit } from '../src/binding/commit.ts';
import { endpoint } from '../src/contracts/contract.ts';
import { http, reply } from '../src/binding/http.ts';
import { secret } from '../src/contracts/marks.ts';
import { problem } from '../src/contracts/problem.ts';
import { openTable } from '../src/binding/table.ts';
import { scan } from './things.ts';

const { tableName } = await createTestTable();
Object.assign(process.env, { SERVICE_NAME: 'keys', LOG_LEVEL: 'error' });
const table = openTable(tableName);

const Key = z.strictObject({ id: z.string(), value: z.optional(secret(z.string())) });
const MakeKey = endpoint('keys', {
  name: 'MakeKey',
  method: 'POST',
  path: '/keys',
  version: 1,
  summary: 'For tests',
  access: 'public',
  idempotencyKey: 'required',
  responses: { 201: { description: 'A key, shown this once', body: z.strictObject({ key: Key, madeAt: z.string() }) } },
  problems: { 'too-many': { status: 409, title: 'No more' } },
  example: {},
});

interface Made {
  readonly id: string;
  readonly value: string;
  readonly madeAt: string;
}
type Kept = { readonly result: Made } | { readonly reference: string };

const load = async (id: string): Promise<Made | undefined> => {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: tableName, Key: { pk: `KEY#${id}`, sk: 'KEY' }, ConsistentRead: true }),
  );
  return Item?.['made'] as Made | undefined;
};

const answer = ({ id, value, madeAt }: Made) => reply(201, { key: { id, value }, madeAt });

/** The handler of an API that keeps this with its marker. */
const making = (kept: (made: Made) => Kept, recall: (id: string) => Promise<Made | undefined> = load) =>
  api({ table, checks: {} }, [
    http(MakeKey, {
      run: async (_, call) => {
        const made = { id: randomUUID(), value: `hush-${randomUUID()}`, madeAt: call.time };
        const writes = [{ Put: { Item: { pk: `KEY#${made.id}`, sk: 'KEY', made } } }];
        await commit(table, call, { writes, ...kept(made) });
        return made;
      },
      recall: async ({ reference, at }) => {
        const made = await recall(reference ?? '');
        return made && { ...made, madeAt: at };
      },
      answer,
    }),
  ]);

const post = (handler: ReturnType<typeof making>, key: string) =>
  call(handler, { method: 'POST', resource: '/v1/keys', headers: { 'Idempotency-Key': key } });
const markers = async () =>
  (await scan(table.client, tableName)).filter(({ pk }) => String(pk).startsWith('IDEMPOTENCY#'));

describe('an endpoint whose answer has a secret', () => {
  it('answers a repetition with it, and its marker does not hold it', async () => {
    const handler = making(({ id }) => ({ reference: id }));
    const key = randomUUID();
    const first = await post(handler, key);
    const again = await post(handler, key);
    expect(first.status).toBe(201);
    expect(JSON.stringify(first.body)).toContain('hush-');
    expect([again.status, again.body, again.headers['idempotency-replayed']]).toEqual([201, first.body, 'true']);
    expect(JSON.stringify(await markers())).not.toContain('hush-');
  });

  it('refuses a repetition when the secret is there no more', async () => {
    const handler = making(
      ({ id }) => ({ reference: id }),
      () => Promise.resolve(undefined),
    );
    const key = randomUUID();
    await post(handler, key);
    expect(await post(handler, key)).toMatchObject({
      status: 422,
      body: { type: 'urn:dure:problem:idempotency-key-reused', detail: expect.stringContaining('secret') },
    });
  });

  it.each<[string, (made: Made) => Kept]>([
    ['a result', (made) => ({ result: made })],
    ['a reference that is not an id', ({ value }) => ({ reference: value })],
  ])('cannot store %s in its marker: nothing is written', async (_, kept) => {
    const before = await scan(table.client, tableName);
    expect(await post(making(kept), randomUUID())).toMatchObject({ status: 500 });
    expect(await scan(table.client, tableName)).toEqual(before);
  });

  it('must say how a repetition finds it, which only an endpoint with a key may', () => {
    const run = () => Promise.resolve('too-many' as const);
    const refuse = () => problem('too-many');
    expect(() => http(MakeKey, { run, answer: refuse })).toThrow(/MakeKey.*recall/);
    const open = { ...MakeKey, responses: { 201: { description: 'Nothing' } } } as const;
    expect(() => http(open, { run, answer: refuse })).not.toThrow();
    const recall = () => Promise.resolve('too-many' as const);
    expect(() => http(open, { run, answer: refuse, recall })).not.toThrow();
    const unkeyed = { ...MakeKey, idempotencyKey: undefined };
    expect(() => http(unkeyed, { run, answer: refuse })).not.toThrow();
    expect(() => http(unkeyed, { run, answer: refuse, recall })).toThrow(/recall/);
  });
});
