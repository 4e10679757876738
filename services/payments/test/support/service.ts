import { randomUUID } from 'node:crypto';
import { afterAll } from '@jest/globals';
import type { Call } from '@dure/contracts/binding/call';
import { AuthorisePayment, CancelPayment, CapturePayment, RefundAmount } from '@dure/contracts/payments';
import { createTestTable } from '@dure/testing/dynamodb';
import { busRecord, call, lambdaContext, sqsEvent } from '@dure/testing/lambda-events';
import { outboxOf } from '@dure/testing/outbox';
import { startProvider } from './test-provider.ts';
import { amount } from './truth.ts';

export { amount, nothing, type Truth } from './truth.ts';

/** The whole service on its own table, with its own provider, whose slow answers come after `delays`. */
export async function startService(delays = { timeoutMs: 10_000, lateMs: 3_000 }) {
  const { tableName } = await createTestTable({
    indexes: [
      { name: 'due', pk: 'duePk', sk: 'dueSk' },
      { name: 'check', pk: 'checkPk', sk: 'checkSk', projection: 'keys' },
      { name: 'owed', pk: 'owedPk', sk: 'owedSk' },
    ],
  });
  const provider = await startProvider(delays);
  afterAll(() => provider.stop());
  Object.assign(process.env, {
    TABLE_NAME: tableName,
    SERVICE_NAME: 'payments',
    LOG_LEVEL: 'error',
    QUEUE_URL: 'http://127.0.0.1:9/none',
    QUEUE_DLQ_URL: 'http://127.0.0.1:9/none',
    MAX_RECEIVES: '5',
    STAGE: 'local',
    ...provider.environment,
  });
  await provider.register();
  const { handler } = await import('../../src/events/index.ts');
  const { handler: api } = await import('../../src/http/index.ts');
  const { dependencies, table } = await import('../../src/composition.ts');
  const { settlePayments } = await import('../../src/application/settle-payments.ts');
  const { scheduledCall } = await import('@dure/contracts/binding/call');

  return {
    provider,
    api,
    dependencies,
    table,
    send: (...records: ReturnType<typeof busRecord>[]) => handler(sqsEvent(...records), lambdaContext),
    /** The events of a version that were committed of an order: name, sequence, data and return address. */
    published: async (orderId: string, major = 1) =>
      (await outboxOf(table.client, tableName, orderId))
        .filter(({ type }) => type.endsWith(`.v${major}`))
        .map(({ type, sequence, data, replyto }) => ({
          name: String(type.split('.')[2]),
          sequence,
          data,
          replyto,
        })),
    truth: provider.truth,
    shown: (orderId: string) => call(api, { resource: '/v1/payments/{orderId}', params: { orderId } }),
    refund: (orderId: string, body: unknown, key: string = randomUUID()) =>
      call(api, {
        method: 'POST',
        resource: '/v1/payments/{orderId}/refunds',
        params: { orderId },
        body,
        headers: { 'Idempotency-Key': key },
      }),
    /** A run of the sweep as it would be so many minutes from now. */
    sweep: (minutes: number, expireAfterMinutes = 24 * 60) => {
      const later = (count: number) => new Date(Date.now() + count * 60_000).toISOString();
      const at: Call = { ...scheduledCall('sweep'), time: later(minutes) };
      return settlePayments({ ...dependencies, pauses: [] }, at, later(minutes - expireAfterMinutes));
    },
  };
}

type More = Partial<Parameters<typeof busRecord>[0]>;

export const authorise = (orderId: string, paymentMethod = 'pm_card_visa', more: More = {}) =>
  busRecord({ contract: AuthorisePayment, subject: orderId, data: { orderId, amount, paymentMethod }, ...more });

export const capture = (orderId: string, more: More = {}) =>
  busRecord({ contract: CapturePayment, subject: orderId, data: { orderId }, ...more });

export const refundAmount = (orderId: string, data: object, more: More = {}) =>
  busRecord({
    contract: RefundAmount,
    subject: orderId,
    data: { orderId, reason: 'a parcel was lost', ...data },
    ...more,
  });

export const cancel = (orderId: string, more: More = {}) =>
  busRecord({ contract: CancelPayment, subject: orderId, data: { orderId, reason: 'out of stock' }, ...more });
