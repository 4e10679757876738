import { randomUUID } from 'node:crypto';
import senders from '@dure/contracts/senders.json' with { type: 'json' };
import { busRecord } from '@dure/testing/lambda-events';
import type { SQSRecord } from 'aws-lambda';

/** Any event that a service of today publishes, and its owner. */
const [type = ''] = Object.entries(senders).find(([name, [sender]]) => name.split('.')[1] === sender) ?? [];
const [, owner = '', name = '', version = ''] = type.split('.');
export const OWNER = owner;

const contract = {
  owner,
  detailType: `${name}.${version}`,
  type,
  dataschema: `urn:dure:schema:${owner}:${name}:${version.slice(1)}`,
};

/** A message in the journal's queue, as its sender would send it; `envelope` says what its attributes are, where it matters. */
export function message(envelope: Record<string, unknown> = {}): SQSRecord {
  const record = busRecord({ contract, subject: `S-${randomUUID()}`, data: {} });
  const event = JSON.parse(record.body) as { detail: Detail };
  const detail: Detail = { ...event.detail, ...envelope };
  const [, owner = '', name = '', version = ''] = detail.type.split('.');
  const bus = { source: detail.source, 'detail-type': `${name}.${version}` };
  const named = { ...detail, dataschema: `urn:dure:schema:${owner}:${name}:${version.slice(1)}`, ...envelope };
  return { ...record, body: JSON.stringify({ ...event, ...bus, detail: named }) };
}

interface Detail {
  readonly source: string;
  readonly type: string;
}
