import { RecordSparePart } from '@dure/contracts/depot';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decide, evolve, type SparePart, type SparePartCommand } from '../../src/domain/spare-part.ts';

const time = '2026-01-05T09:30:00.000Z';
const fields = RecordSparePart.example.body;
const record = { type: 'record', sparePartId: 'A-1', fields } as const;

/** The spare part after some commands, and what each of them led to. */
function run(commands: readonly SparePartCommand[]) {
  let state: SparePart | undefined;
  const decisions = commands.map((command) => {
    const decision = decide(command, state);
    if (typeof decision !== 'string') for (const event of decision) state = evolve(state, event, time);
    return { decision, state };
  });
  return { state, decisions };
}

describe('recording', () => {
  it('returns what is recorded', () => {
    expect(run([record]).state).toEqual({ sparePartId: 'A-1', ...fields, version: 1, updatedAt: time });
  });

  it('anew replaces it', () => {
    const changed = { ...record, fields: { ...fields, label: 'Summer campaign' } };
    expect(run([record, changed]).state).toMatchObject({ label: 'Summer campaign', version: 2 });
  });

  it('a repetition causes no event', () => {
    expect(run([record, record]).decisions[1]?.decision).toEqual([]);
  });
});

it('keeps the currency of an amount', () => {
  const amount = (currency: string) => ({ ...record, fields: { ...fields, amount: { amount: 1, currency } } });
  expect(run([record, amount('KRW')]).decisions[1]?.decision).toBe('spare-part-currency');
  expect(run([record, amount('EUR')]).state).toMatchObject({ amount: { amount: 1, currency: 'EUR' } });
});

const anyFields = fc.record({
  label: fc.constantFrom('one', 'two'),
  amount: fc.record({ amount: fc.nat(2), currency: fc.constantFrom('EUR', 'KRW') }),
});
const anyCommand: fc.Arbitrary<SparePartCommand> = fc.record({
  type: fc.constant('record' as const),
  sparePartId: fc.constant('A-1'),
  fields: anyFields,
});

it('counts each event, decides nothing twice, and never changes a currency', () => {
  fc.assert(
    fc.property(fc.array(anyCommand, { maxLength: 20 }), (commands) => {
      const { decisions } = run(commands.flatMap((command) => [command, command]));
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
