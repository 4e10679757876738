import { randomUUID } from 'node:crypto';
import { busRecord } from '@dure/local-cloud/testing/lambda-events';
import type { SQSRecord } from 'aws-lambda';

const contract = {
  owner: 'inventory',
  detailType: 'StockAdjusted.v1',
  type: 'dure.inventory.StockAdjusted.v1',
  dataschema: 'urn:dure:schema:inventory:StockAdjusted:1',
};

/** A message in the journal's queue; `envelope` says what its attributes are, where it matters. */
export function message(envelope: Record<string, unknown> = {}): SQSRecord {
  const record = busRecord({ contract, subject: `S-${randomUUID()}`, data: {} });
  const event = JSON.parse(record.body) as { detail: object };
  return { ...record, body: JSON.stringify({ ...event, detail: { ...event.detail, ...envelope } }) };
}
