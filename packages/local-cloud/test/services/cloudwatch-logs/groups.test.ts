import { DatabaseSync } from 'node:sqlite';
import { expect, it } from '@jest/globals';
import { openLogGroups } from '../../../src/services/cloudwatch-logs/groups.ts';
import { createLogs } from '../../../src/services/cloudwatch-logs/logs.ts';
import { openSubscriptions } from '../../../src/services/cloudwatch-logs/subscriptions.ts';

function open() {
  const database = new DatabaseSync(':memory:');
  const [accountId, region] = ['000000000000', 'us-east-1'];
  const subscriptions = openSubscriptions({ database, accountId, invokeAsync: () => undefined, log: () => undefined });
  const metricsOf: string[] = [];
  const logs = createLogs({
    ...{ groups: openLogGroups(database), subscriptions, accountId, region },
    store: { write: () => undefined, search: () => [], close: () => undefined },
    metricFilters: { deleteOf: (logGroup) => void metricsOf.push(logGroup) },
  });
  const destinationArn = `arn:aws:lambda:${region}:${accountId}:function:reader`;
  const subscribe = () => subscriptions.put({ logGroup: '/g', name: 'one', pattern: '', destinationArn });
  return { logs, subscriptions, metricsOf, subscribe };
}

it('a log group takes its filters with it, by a stack as by a call', async () => {
  const { logs, subscriptions, metricsOf, subscribe } = open();
  const type = logs.resourceTypes['AWS::Logs::LogGroup']!;
  const resource = { name: '/g', properties: {} } as Parameters<typeof type.create>[0];
  await type.create(resource);
  subscribe();
  await type.remove({ ...resource, physicalId: '/g' });
  expect([subscriptions.of('/g'), metricsOf]).toEqual([[], ['/g']]);
  await logs.handle('CreateLogGroup', { logGroupName: '/g' });
  subscribe();
  await logs.handle('DeleteLogGroup', { logGroupName: '/g' });
  expect([subscriptions.of('/g'), metricsOf]).toEqual([[], ['/g', '/g']]);
});
