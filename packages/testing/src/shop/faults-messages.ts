import { randomBytes, randomUUID } from 'node:crypto';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { MessageContract } from '@dure/contracts/contract';
import type { LocalCloudProcess } from '../local-cloud-process.ts';

/** A message in EventBridge's `detail`. Loosely typed, so that a test can break it. */
export type Detail = Record<string, unknown> & { readonly id: string };

/** A valid envelope for a message; commands are from orders. */
export function messageOf(
  contract: Pick<MessageContract, 'kind' | 'owner' | 'type' | 'dataschema'>,
  subject: string,
  data: object,
): Detail {
  return {
    specversion: '1.0',
    id: randomUUID(),
    source: contract.kind === 'event' ? `dure.${contract.owner}` : 'dure.orders',
    type: contract.type,
    subject,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    dataschema: contract.dataschema,
    correlationid: randomUUID(),
    traceparent: `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`,
    actor: 'service:test',
    data,
  };
}

/** A valid envelope for a command to inventory. */
export function commandTo(name: string, subject: string, data: object): Detail {
  const type = `dure.inventory.${name}.v1`;
  const dataschema = `urn:dure:schema:inventory:${name}:1`;
  return messageOf({ kind: 'command', owner: 'inventory', type, dataschema }, subject, data);
}

/** The body that a rule makes of it for a queue. */
export const asQueued = (detail: unknown, detailType = 'ReserveStock.v1'): string =>
  JSON.stringify({ version: '0', id: randomUUID(), source: 'dure.orders', 'detail-type': detailType, detail });

/** Puts messages on the bus as their senders would. */
export async function putOnBus(
  running: Pick<LocalCloudProcess, 'endpoints'>,
  details: readonly Detail[],
  DetailType = 'ReserveStock.v1',
): Promise<void> {
  await putEntries(
    running,
    details.map((detail) => ({ Source: String(detail['source']), DetailType, Detail: JSON.stringify(detail) })),
  );
}

export interface Entry {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
}

/** Puts arbitrary entries on the bus, as a principal with all permissions can. */
export async function putEntries(
  { endpoints }: Pick<LocalCloudProcess, 'endpoints'>,
  entries: readonly Entry[],
): Promise<void> {
  const client = new EventBridgeClient({
    endpoint: endpoints['EventBridge'],
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const Entries = entries.map((entry) => ({ EventBusName: 'dure-local', ...entry }));
  const { FailedEntryCount } = await client.send(new PutEventsCommand({ Entries }));
  client.destroy();
  if (FailedEntryCount !== 0) throw new Error(`The bus refused ${FailedEntryCount} messages.`);
}
