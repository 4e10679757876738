import { readFileSync } from 'node:fs';
import { contracts } from '@dure/contracts/all-contracts';
import type { BusEvent, Envelope } from '@dure/contracts/envelope';
import { mismatchOf } from '@dure/contracts/binding/provenance';
import { describe, expect, it } from '@jest/globals';

interface Entry {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: Pick<Envelope, 'source' | 'type' | 'dataschema' | 'data'>;
}

const text = readFileSync(new URL('../checkout.asl.json', import.meta.url), 'utf8');
const entries: Entry[] = [];
JSON.parse(text, (key, value: unknown) => {
  if (key === 'Entries') entries.push(...(value as Entry[]));
  return value;
});

describe('the checkout', () => {
  it('sends commands', () => {
    expect(entries.length).toBeGreaterThan(10);
  });

  it.each(entries)('sends $DetailType as its contract lets orders', ({ Source: source, DetailType, Detail }) => {
    const contract = contracts.find((known) => known.kind === 'command' && known.type === Detail.type);
    if (contract?.kind !== 'command') throw new Error(`There is no command ${Detail.type}.`);
    const event: BusEvent = { source, 'detail-type': DetailType, detail: Detail };
    expect(mismatchOf(event, Detail as Envelope, contract.senders)).toBeUndefined();
  });
});
