import { RecordSparePart } from '@dure/contracts/depot';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { evolve, recordSparePart, type SparePart, type SparePartFields } from '../../src/domain/spare-part.ts';

const time = '2026-01-05T09:30:00.000Z';
const fields = RecordSparePart.example.body;

/** The spare part after its fields were recorded one after the other, and what each of them led to. */
function record(...recordings: readonly SparePartFields[]) {
  let state: SparePart | undefined;
  const decisions = recordings.map((recording) => {
    const decision = recordSparePart(state, 'A-1', recording);
    if (typeof decision !== 'string') for (const event of decision) state = evolve(state, event, time);
    return { decision, state };
  });
  return { state, decisions };
}

describe('recording', () => {
  it('returns what is recorded', () => {
    expect(record(fields).state).toEqual({ sparePartId: 'A-1', ...fields, version: 1, updatedAt: time });
  });

  it('anew replaces it', () => {
    expect(record(fields, { ...fields, label: 'Summer campaign' }).state).toMatchObject({
      label: 'Summer campaign',
      version: 2,
    });
  });

  it('a repetition causes no event', () => {
    expect(record(fields, fields).decisions[1]?.decision).toEqual([]);
  });
});

it('keeps the currency of an amount', () => {
  const amount = (currency: string) => ({ ...fields, amount: { amount: 1, currency } });
  expect(record(fields, amount('KRW')).decisions[1]?.decision).toBe('spare-part-currency');
  expect(record(fields, amount('EUR')).state).toMatchObject({ amount: { amount: 1, currency: 'EUR' } });
});

const anyFields = fc.record({
  label: fc.constantFrom('one', 'two'),
  amount: fc.record({ amount: fc.nat(2), currency: fc.constantFrom('EUR', 'KRW') }),
});

it('counts each event, decides nothing twice, and never changes a currency', () => {
  fc.assert(
    fc.property(fc.array(anyFields, { maxLength: 20 }), (recordings) => {
      const { decisions } = record(...recordings.flatMap((recording) => [recording, recording]));
      let events = 0;
      for (const [index, { decision, state }] of decisions.entries()) {
        if (typeof decision !== 'string') events += decision.length;
        if (index % 2 === 1 && typeof decision !== 'string') expect(decision).toEqual([]);
        expect(state?.version ?? 0).toBe(events);
        expect(state?.amount.currency).toBe(decisions[0]?.state?.amount.currency);
      }
    }),
  );
});
