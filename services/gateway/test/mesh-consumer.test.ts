import {
  ConfigurationPublished,
  MeshBreakerSet,
  MeshPolicyPublished,
  ReportMeshBreaker,
} from '@dure/contracts/control-plane';
import { ViewDeadline } from '@dure/contracts/gateway/configuration';
import { createTestTable } from '@dure/testing/dynamodb';
import { busRecord, lambdaContext, sqsEvent } from '@dure/testing/lambda-events';
import { openPickUp } from '@dure/mesh/pick-up';
import { outboxOf } from '@dure/testing/outbox';
import { expect, it } from '@jest/globals';

const { tableName } = await createTestTable();
// What the function has, and no more: the rest of the service needs other variables.
Object.assign(process.env, {
  ...{ TABLE_NAME: tableName, SERVICE_NAME: 'gateway', LOG_LEVEL: 'silent' },
  ...{ QUEUE_URL: 'http://127.0.0.1:9/none', QUEUE_DLQ_URL: 'http://127.0.0.1:9/none', MAX_RECEIVES: '5' },
});
const { handler } = await import('../src/events/mesh.ts');
const { reportBreaker } = await import('../src/store/report-breaker.ts');
const { table } = await import('../src/table.ts');

it('keeps what the control plane publishes, where the gateway picks it up', async () => {
  const { service, policy } = MeshPolicyPublished.example;
  const records = [
    busRecord({ contract: MeshPolicyPublished, subject: service, sequence: 42, data: MeshPolicyPublished.example }),
    busRecord({
      ...{ contract: MeshBreakerSet, subject: 'breaker/parcels', sequence: 3, data: MeshBreakerSet.example },
    }),
    busRecord({
      ...{ contract: ConfigurationPublished, subject: 'gateway/view-deadline', sequence: 1 },
      data: { service: 'gateway', name: 'view-deadline', revision: 1, json: '1500', why: 'A slow week' },
    }),
  ];
  expect(await handler(sqsEvent(...records), lambdaContext)).toEqual({ batchItemFailures: [] });
  const published = openPickUp(table, { failed: (error) => expect(error).toBeUndefined() });
  await published.refresh();
  expect(published.policyOf(service)).toMatchObject({ service, revision: 42, routes: policy.routes });
  expect(published.valueOf(ViewDeadline)).toBe(1_500);
  expect(published.breakerOf('parcels').hand).toEqual({
    ...{ revision: 3, at: expect.any(Number), openUntil: Date.parse(MeshBreakerSet.example.until!) },
  });
});

it('tells the control plane what its environments found out', async () => {
  const openedAt = Date.parse('2026-01-05T09:29:00.000Z');
  await reportBreaker(table, { service: 'parcels', openedAt, openUntil: openedAt + 20_000, reporters: 12 });
  const [command] = await outboxOf(table.client, tableName, 'parcels');
  expect(command).toMatchObject({ type: ReportMeshBreaker.type, data: ReportMeshBreaker.example });
});
