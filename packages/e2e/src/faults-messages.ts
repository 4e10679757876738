import { randomBytes, randomUUID } from 'node:crypto';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { LocalCloudProcess } from './local-cloud-process.ts';

/** A message as it stands in EventBridge's `detail`. Loose, so that a test can break it. */
export type Detail = Record<string, unknown> & { readonly id: string };

/** An envelope for a command to inventory, right in all respects. */
export function commandTo(name: string, subject: string, data: object): Detail {
  return {
    specversion: '1.0',
    id: randomUUID(),
    source: 'dure.orders',
    type: `dure.inventory.${name}.v1`,
    subject,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    dataschema: `urn:dure:schema:inventory:${name}:1`,
    correlationid: randomUUID(),
    traceparent: `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`,
    actor: 'service:test',
    data,
  };
}

/** What a rule makes of it for a queue. */
export const asQueued = (detail: unknown, detailType = 'ReserveStock.v1'): string =>
  JSON.stringify({ version: '0', id: randomUUID(), source: 'dure.orders', 'detail-type': detailType, detail });

/** Puts messages on the bus, past all services. */
export async function putOnBus(
  { endpoints }: Pick<LocalCloudProcess, 'endpoints'>,
  details: readonly Detail[],
  DetailType = 'ReserveStock.v1',
): Promise<void> {
  const client = new EventBridgeClient({
    endpoint: endpoints['EventBridge'],
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const Entries = details.map((detail) => ({
    EventBusName: 'dure-local',
    Source: 'dure.orders',
    DetailType,
    Detail: JSON.stringify(detail),
  }));
  const { FailedEntryCount } = await client.send(new PutEventsCommand({ Entries }));
  client.destroy();
  if (FailedEntryCount !== 0) throw new Error(`The bus refused ${FailedEntryCount} messages.`);
}
