import { randomUUID } from 'node:crypto';
import { call, customer, lambdaContext, proxyEvent } from '@dure/testing/lambda-events';
import { outboxOf } from '@dure/testing/outbox';
import { describe, expect, it } from '@jest/globals';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { startThings } from './things.ts';

const { handler, table } = await startThings();

const newId = () => `t-${randomUUID()}`;
const receipt = (id: string, quantity: number, key: string) => ({
  method: 'POST',
  resource: '/v1/things/{id}/receipts',
  params: { id },
  body: { quantity },
  headers: { 'Idempotency-Key': key },
});
const receive = (id: string, quantity: number, key: string) => call(handler, receipt(id, quantity, key));
const put = (id: string, body: unknown, headers = {}) =>
  call(handler, { method: 'PUT', resource: '/v1/things/{id}', params: { id }, body, headers });
const eventsOf = (id: string) => outboxOf(table.client, table.name, id);
const reused = { status: 422, body: { type: 'urn:dure:problem:idempotency-key-reused', status: 422 } };

describe('an Idempotency-Key', () => {
  it('gives the first answer again, marked as such, and has its effect once', async () => {
    const [id, key] = [newId(), randomUUID()];
    const first = await receive(id, 5, key);
    expect(first).toMatchObject({ status: 201, body: { size: 5, version: 1 } });
    expect(first.headers['idempotency-replayed']).toBeUndefined();
    const later = await receive(id, 2, randomUUID());
    expect(later.body).toMatchObject({ size: 7, version: 2 });
    const again = await receive(id, 5, key);
    expect([again.status, again.body, again.headers['etag']]).toEqual([201, first.body, first.headers['etag']]);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect((await eventsOf(id)).map(({ sequence }) => sequence)).toEqual([1, 2]);
  });

  it('is refused with another body, path or condition, which changes nothing', async () => {
    const [id, key] = [newId(), randomUUID()];
    await receive(id, 5, key);
    expect(await receive(id, 6, key)).toMatchObject(reused);
    expect(await receive(newId(), 5, key)).toMatchObject(reused);
    expect(await eventsOf(id)).toHaveLength(1);
  });

  it('counts for one operation and one caller', async () => {
    const [id, key] = [newId(), randomUUID()];
    const as = async (subject: string) =>
      (await call(handler, { ...receipt(id, 5, key), caller: customer(subject) })).body['size'];
    expect([await as('mina'), await as('jun'), await as('mina')]).toEqual([5, 10, 5]);
    expect(await put(id, { title: 'Thing', size: 1 }, { 'Idempotency-Key': key })).toMatchObject({ status: 200 });
  });

  it('counts for one API key: a second client with the same key gets its own answer', async () => {
    const [id, key] = [newId(), randomUUID()];
    const as = async (apiKeyId: string | null, idempotencyKey = key) => {
      const event = proxyEvent({ ...receipt(id, 5, idempotencyKey), caller: null });
      const requestContext = { ...event.requestContext, identity: { apiKeyId } };
      const answer = await handler({ ...event, requestContext } as APIGatewayProxyEvent, lambdaContext);
      return (JSON.parse(answer.body) as { size: number }).size;
    };
    expect([await as('one'), await as('two'), await as('one'), await as(null)]).toEqual([5, 10, 5, 15]);
  });

  it('is distinct from that of another caller, for any characters', async () => {
    const id = newId();
    const as = async (subject: string, key: string) =>
      (await call(handler, { ...receipt(id, 5, key), caller: customer(subject) })).headers;
    await as('mina', `b#${id}#c`);
    expect(await as('mina#b', `${id}#c`)).not.toHaveProperty('idempotency-replayed');
    expect(await as('c#mina', `b#${id}`)).not.toHaveProperty('idempotency-replayed');
    expect(await as('mina', `b#${id}#c`)).toHaveProperty('idempotency-replayed');
  });

  it('has one effect when twenty requests bring it at once', async () => {
    const [id, key] = [newId(), randomUUID()];
    const answers = await Promise.all(Array.from({ length: 20 }, () => receive(id, 5, key)));
    expect(answers.map(({ status, body }) => [status, body['size']])).toEqual(answers.map(() => [201, 5]));
    expect(answers.filter(({ headers }) => headers['idempotency-replayed'] === undefined)).toHaveLength(1);
    expect(await eventsOf(id)).toHaveLength(1);
  });

  it('stays free when the request was refused', async () => {
    const [id, headers] = [newId(), { 'Idempotency-Key': randomUUID() }];
    const odd = await put(id, { title: 'Thing', size: 13 }, headers);
    expect(odd).toMatchObject({ status: 422, body: { type: 'urn:dure:problem:too-odd' } });
    expect(await put(id, { title: 'Thing', size: 0 }, headers)).toMatchObject({ status: 400 });
    expect(await put(id, { title: 'Thing', size: 12 }, headers)).toMatchObject({ status: 200, body: { size: 12 } });
    expect(await put(id, { title: 'Thing', size: 13 }, headers)).toMatchObject(reused);
  });

  it('is not asked for where it is optional, and then every request counts', async () => {
    const id = newId();
    await put(id, { title: 'Thing', size: 1 });
    expect(await put(id, { title: 'Thing', size: 1 })).toMatchObject({ status: 200, body: { version: 2 } });
  });

  it('answers a repetition of a change whose If-Match holds no more', async () => {
    const id = newId();
    await put(id, { title: 'Thing', size: 1 });
    const headers = { 'If-Match': '"1"', 'Idempotency-Key': randomUUID() };
    const patch = { method: 'PATCH', resource: '/v1/things/{id}', params: { id }, body: { size: 2 }, headers };
    const first = await call(handler, patch);
    const again = await call(handler, patch);
    expect(first).toMatchObject({ status: 200, body: { size: 2, version: 2 } });
    expect(again).toMatchObject({ status: 200, body: first.body, headers: { 'idempotency-replayed': 'true' } });
  });

  it('differing: concurrent requests are done or refused as a whole, numbered without gaps', async () => {
    const id = newId();
    const answers = await Promise.all(Array.from({ length: 8 }, () => receive(id, 1, randomUUID())));
    const done = answers.filter(({ status }) => status === 201).length;
    expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
    expect(done).toBeGreaterThan(0);
    const sequences = (await eventsOf(id)).map(({ sequence }) => sequence);
    expect(sequences).toEqual(Array.from({ length: done }, (_, index) => index + 1));
  });
});
