import { randomUUID } from 'node:crypto';
import { createTestTable } from '@dure/testing/dynamodb';
import { call } from '@dure/testing/lambda-events';
import { outboxOf } from '@dure/testing/outbox';

/** The service as Lambda loads it, on its own table. */

const { tableName } = await createTestTable();
Object.assign(process.env, {
  ...{ TABLE_NAME: tableName, SERVICE_NAME: 'control-plane', LOG_LEVEL: 'error' },
  ...{ QUEUE_URL: 'http://127.0.0.1:9/none', QUEUE_DLQ_URL: 'http://127.0.0.1:9/none', MAX_RECEIVES: '5' },
});
const { handler: api } = await import('../src/http/index.ts');
const composition = await import('../src/composition.ts');

export { api, composition };

/** What was committed to be published of a subject, oldest first. */
export const published = (subject: string) => outboxOf(composition.table.client, tableName, subject);

export const newService = (): string => `shop-${randomUUID().slice(0, 8)}`;

type Headers = Readonly<Record<string, string>>;

const seen = (revision: number | undefined): Headers => (revision === undefined ? {} : { 'If-Match': `"${revision}"` });

export const get = (resource: string, params = {}, query = {}) =>
  call(api, { resource: `/v1${resource}`, params, query });

export const put = (resource: string, params: Record<string, string>, body: object, revision?: number) =>
  call(api, { method: 'PUT', resource: `/v1${resource}`, params, body, headers: seen(revision) });

export const post = (
  resource: string,
  params: Record<string, string>,
  body: object,
  revision?: number,
  headers: Headers = {},
) =>
  call(api, { method: 'POST', resource: `/v1${resource}`, params, body, headers: { ...seen(revision), ...headers } });
