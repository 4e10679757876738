import { createTestTable } from '@dure/testing/dynamodb';
import { type busRecord, lambdaContext, sqsEvent } from '@dure/testing/lambda-events';
import { outboxOf } from '@dure/testing/outbox';

/** The service as Lambda loads it, on its own table. */

const { tableName } = await createTestTable();
Object.assign(process.env, {
  TABLE_NAME: tableName,
  SERVICE_NAME: 'depot',
  LOG_LEVEL: 'error',
  QUEUE_URL: 'http://127.0.0.1:9/none',
  QUEUE_DLQ_URL: 'http://127.0.0.1:9/none',
  MAX_RECEIVES: '5',
});
const { handler: api } = await import('../src/http/index.ts');
const { handler: events } = await import('../src/events/index.ts');
const { store, table } = await import('../src/composition.ts');

export { api, store };

/** Delivers messages to the consumer as its queue does. */
export const deliver = (...records: ReturnType<typeof busRecord>[]) => events(sqsEvent(...records), lambdaContext);

/** What was committed to be published of a subject, oldest first. */
export const published = (subject: string) => outboxOf(table.client, tableName, subject);
