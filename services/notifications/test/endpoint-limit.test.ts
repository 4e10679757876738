import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { beginCall } from '@dure/contracts/binding/call';
import { openTable } from '@dure/contracts/binding/table';
import { call } from '@dure/testing/lambda-events';
import { DeleteCommand, GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, describe, expect, it } from '@jest/globals';
import { tableName, useQueue } from './support/service.ts';

useQueue('webhooks');
process.env['WEBHOOKS_QUEUE_URL'] = process.env['QUEUE_URL'];
const { handler: api } = await import('../src/http/index.ts');
const { endpoints } = await import('../src/composition.ts');
const { MAX_ENDPOINTS } = await import('../src/application/manage-endpoints.ts');
const table = openTable(tableName);
const path = '/v1/webhook-endpoints';
const key = { TableName: tableName, Key: { pk: 'ENDPOINT_COUNT', sk: 'ENDPOINT_COUNT' } };
const MAX_TRIES = 60;
const body = { url: 'https://example.com/hook', events: ['order.placed'] };

const create = (idempotencyKey: string = randomUUID()) =>
  call(api, { method: 'POST', resource: path, body, headers: { 'idempotency-key': idempotencyKey } });
const remove = (endpointId: string) =>
  call(api, { method: 'DELETE', resource: `${path}/{endpointId}`, params: { endpointId } });
const counted = async () => (await table.client.send(new GetCommand(key))).Item?.['count'] as number | undefined;
const times = async <Value>(count: number, run: () => Promise<Value>) =>
  Promise.all(Array.from({ length: count }, () => run()));

/** How often each status was answered. */
const tally = (answers: readonly { status: number }[]) =>
  Object.fromEntries([...Map.groupBy(answers, ({ status }) => status)].map(([status, all]) => [status, all.length]));

/**
 * Clients try again, with the same key, what lost against others or what DynamoDB was too slow for, after a growing pause.
 * The others are answered for good.
 */
async function persistently<Answer extends { status: number; body: { type?: unknown } }>(
  run: (key: string) => Promise<Answer>,
) {
  const key = randomUUID();
  for (let tries = 1; ; tries += 1) {
    const answer = await run(key);
    const isFinal = answer.status < 500 && answer.body?.type !== 'urn:dure:problem:concurrent-change';
    if (isFinal || tries === MAX_TRIES) return answer;
    await pause(Math.random() * Math.min(2_000, 100 * 2 ** tries));
  }
}

afterEach(async () => {
  for (const endpoint of await endpoints.list()) await endpoints.remove(beginCall(), endpoint);
});

describe('the number of webhook endpoints', () => {
  it('never exceeds its limit, however many are created at once; removing one makes room', async () => {
    const answers = await times(MAX_ENDPOINTS + 30, () => persistently(create));
    expect(tally(answers)).toEqual({ 201: MAX_ENDPOINTS, 409: 30 });
    const refused = answers.find(({ status }) => status === 409)!;
    expect(refused.body).toMatchObject({ type: 'urn:dure:problem:too-many-webhook-endpoints' });
    const all = await endpoints.list();
    expect([all.length, await counted()]).toEqual([MAX_ENDPOINTS, MAX_ENDPOINTS]);

    const { endpointId } = all[0]!;
    expect(tally(await times(3, () => persistently(() => remove(endpointId))))).toEqual({ 204: 1, 404: 2 });
    expect(await counted()).toBe(MAX_ENDPOINTS - 1);
    expect(tally(await times(3, () => persistently(create)))).toEqual({ 201: 1, 409: 2 });
    expect((await endpoints.list()).length).toBe(MAX_ENDPOINTS);
  });

  it('counts a repeated request once', async () => {
    const idempotencyKey = randomUUID();
    await times(5, () => create(idempotencyKey));
    await create(idempotencyKey);
    expect([(await endpoints.list()).length, await counted()]).toEqual([1, 1]);
  });

  it('is counted again if it was never counted', async () => {
    await times(3, () => persistently(create));
    await table.client.send(new DeleteCommand(key));
    const [first] = await endpoints.list();
    await Promise.all([...[1, 2].map(() => persistently(create)), persistently(() => remove(first!.endpointId))]);
    expect([(await endpoints.list()).length, await counted()]).toEqual([4, 4]);
  });
});
