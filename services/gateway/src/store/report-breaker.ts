import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beginCall } from '@dure/contracts/binding/call';
import { envelopesOf, outboxItem, send } from '@dure/contracts/binding/outbox';
import type { Table } from '@dure/contracts/binding/table';
import { ReportMeshBreaker } from '@dure/contracts/control-plane';
import type { FleetOpening } from '@dure/mesh/shared-breakers';

/**
 * Tells the control plane that the gateway's environments found a service away together. The command changes nothing here, so
 * that it is written as it is: `commit` would be a tenth of the function, for a moment that hardly ever comes.
 */
export async function reportBreaker(
  { client, name: TableName }: Table,
  { service, openedAt, openUntil, reporters }: FleetOpening,
): Promise<void> {
  const [from, until] = [openedAt, openUntil].map((moment) => new Date(moment).toISOString()) as [string, string];
  const data = { caller: 'gateway', service, openedAt: from, openUntil: until, reporters };
  const call = beginCall({ actor: 'service:gateway/mesh' });
  const [envelope] = envelopesOf({ commands: [send(ReportMeshBreaker, service, data)] }, call);
  await client.send(new PutCommand({ TableName, Item: outboxItem(envelope!, call) }));
}
