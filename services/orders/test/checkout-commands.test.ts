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

interface Catcher {
  readonly ErrorEquals: string[];
  readonly Next: string;
}

const text = readFileSync(new URL('../checkout.asl.json', import.meta.url), 'utf8');
const entries: Entry[] = [];
const catches: Catcher[][] = [];
JSON.parse(text, (key, value: unknown) => {
  if (key === 'Entries') entries.push(...(value as Entry[]));
  if (key === 'Catch') catches.push(value as Catcher[]);
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

  // States.ALL does not cover it. Source: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
  it('catches data beyond the limit wherever it catches all errors, and continues with the same state', () => {
    const wildcards = catches.filter((catchers) => catchers.at(-1)?.ErrorEquals.includes('States.ALL'));
    expect(wildcards).toHaveLength(7);
    for (const catchers of wildcards) {
      expect(catchers.at(-2)).toEqual({ ...catchers.at(-1), ErrorEquals: ['States.DataLimitExceeded'] });
    }
  });
});
