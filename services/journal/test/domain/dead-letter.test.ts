import { describe, expect, it } from '@jest/globals';
import { type BuriedMessage, redriveOf, sourceQueue, toDeath } from '../../src/domain/dead-letter.ts';

const event = { id: 'e-1', type: 'dure.inventory.ReserveStock.v1', subject: 'o-1', replyto: 'secret', data: {} };
const body = JSON.stringify({ 'detail-type': 'ReserveStock.v1', detail: event });
const sentAt = '2026-01-05T09:30:00.000Z';
const buried = (more: Partial<BuriedMessage>): BuriedMessage => ({
  queue: 'dure-local-inventory-commands-dlq',
  messageId: 'm-1',
  body,
  attributes: {},
  sentAt,
  ...more,
});

describe('a death', () => {
  it('is explained by the consumer that dead-lettered it', () => {
    const attributes = {
      reason: 'lines: invalid_type',
      errorName: 'Poison',
      firstFailedAt: '2026-01-05T09:00:00.000Z',
    };
    expect(toDeath(buried({ attributes }), 'local')).toMatchObject({
      service: 'inventory',
      consumer: 'inventory/commands',
      kind: 'message',
      reason: 'lines: invalid_type',
      errorName: 'Poison',
      firstFailedAt: '2026-01-05T09:00:00.000Z',
      event: { id: 'e-1', type: 'dure.inventory.ReserveStock.v1', subject: 'o-1' },
    });
  });

  it('is inferred when the queue itself dead-lettered it', () => {
    expect(toDeath(buried({}), 'local').reason).toMatch(/crashed or timed out/);
  });

  it('is explained by the rule that could not deliver', () => {
    const queue = 'dure-local-my-shop-commands-rule-dlq';
    const attributes = { ERROR_CODE: 'NO_PERMISSIONS', ERROR_MESSAGE: 'Lack of permissions' };
    expect(toDeath(buried({ queue, attributes }), 'local')).toMatchObject({
      kind: 'rule',
      consumer: 'my-shop/commands',
      reason: 'Lack of permissions',
      errorName: 'NO_PERMISSIONS',
    });
  });

  it.each([
    ['stream', true, { requestContext: { condition: 'RetryAttemptsExhausted' }, DDBStreamBatchInfo: {} }],
    ['stream', true, { Records: [{ s3: { bucket: { name: 'kept' }, object: { key: 'aws/lambda/m/s/1' } } }] }],
    ['message', true, { Records: [{ s3: { bucket: { name: 'files' }, object: { key: 'in/1' } } }] }],
    ['message', true, { Records: [null] }],
    ['function', false, { requestContext: { condition: 'RetriesExhausted' }, requestPayload: {} }],
  ])('of a %s is a report; whether it can be sent again: %p', (kind, redrivable, json) => {
    const death = toDeath(buried({ body: JSON.stringify(json) }), 'local');
    expect(death.kind).toBe(kind);
    expect(redriveOf(death, 'local') !== undefined).toBe(redrivable);
  });

  it('of a stream names the object with the records', () => {
    const Records = [{ s3: { bucket: { name: 'kept' }, object: { key: 'aws/lambda/m/s/1' } } }];
    const queue = 'dure-local-orders-relay-dlq';
    expect(toDeath(buried({ queue, body: JSON.stringify({ Records }) }), 'local')).toMatchObject({
      consumer: 'orders/relay',
      reason: 'The stream gave it up, and so did its redrive. Its records: s3://kept/aws/lambda/m/s/1',
    });
  });

  it('of a schedule that could not reach its function is explained by the bus', () => {
    const death = toDeath(
      buried({
        queue: 'dure-local-orders-sweep-dlq',
        body: JSON.stringify({ 'detail-type': 'Scheduled Event', detail: {} }),
        attributes: { ERROR_CODE: 'NO_PERMISSIONS', ERROR_MESSAGE: 'Lack of permissions' },
      }),
      'local',
    );
    const expected = {
      kind: 'function',
      consumer: 'orders/sweep',
      reason: 'Lack of permissions',
      errorName: 'NO_PERMISSIONS',
    };
    expect(death).toMatchObject(expected);
    expect(redriveOf(death, 'local')).toBeUndefined();
  });

  it.each(['not JSON', '[]', '{"detail":null}', '{"detail":{"id":7}}'])('of %p is read without its event', (text) => {
    expect(toDeath(buried({ body: text }), 'local').event).toBeUndefined();
  });
});

describe('a call that was given up', () => {
  const report = (functionArn: string, requestPayload: unknown) => {
    const body = JSON.stringify({ requestContext: { functionArn, condition: 'RetriesExhausted' }, requestPayload });
    const queue = 'dure-local-my-shop-imports-dlq';
    return redriveOf(toDeath(buried({ queue, body }), 'local'), 'local');
  };
  const arn = (name: string) => `arn:aws:lambda:eu-central-1:123456789012:function:${name}`;
  const event = { Records: [{ s3: { bucket: { name: 'files' }, object: { key: 'in/1' } } }] };

  it.each([
    ['my-shop-local-imports', undefined],
    ['my-shop-local-imports:$LATEST', '$LATEST'],
    ['my-shop-local-imports:live', 'live'],
  ])('of %s is made again, with its event', (name, qualifier) => {
    const call = { functionName: 'my-shop-local-imports', qualifier, payload: JSON.stringify(event) };
    expect(report(arn(name), event)).toEqual({ call });
  });

  it.each(['orders-local-imports', 'my-shop-local-others', 'my-shop-prod-imports', ''])(
    'of another function (%p) than its queue says is not made again',
    (name) => expect(report(arn(name), event)).toBeUndefined(),
  );

  it.each([{ 'detail-type': 'Scheduled Event', source: 'aws.events' }, undefined])(
    'by a schedule, or without an event (%j), is not made again',
    (payload) => expect(report(arn('my-shop-local-imports'), payload)).toBeUndefined(),
  );
});

it('knows the queue that a dead-letter queue belongs to', () => {
  expect(sourceQueue('dure-local-inventory-commands-dlq')).toBe('dure-local-inventory-commands');
  expect(sourceQueue('dure-local-inventory-commands-rule-dlq')).toBe('dure-local-inventory-commands');
});
