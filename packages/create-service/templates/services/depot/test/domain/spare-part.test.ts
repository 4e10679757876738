import { RecordSparePart } from '@dure/contracts/depot';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decide, evolve, type SparePart, type SparePartCommand } from '../../src/domain/spare-part.ts';

const time = '2026-01-05T09:30:00.000Z';
const orderId = '01890a5d-ac96-774b-bcce-b302099a8057';
const fields = RecordSparePart.example.body;
const record = { type: 'record', sparePartId: 'A-1', fields } as const;
const recordOrder = { type: 'recordOrder', sparePartId: 'A-1', fields, orderId } as const;

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
  it('tells what is recorded', () => {
    expect(run([record]).state).toEqual({ sparePartId: 'A-1', ...fields, version: 1, updatedAt: time });
  });

  it('anew replaces it', () => {
    const changed = { ...record, fields: { ...fields, label: 'Summer campaign' } };
    expect(run([record, changed]).state).toMatchObject({ label: 'Summer campaign', version: 2 });
  });

  it('the same again is no event', () => {
    expect(run([record, record]).decisions[1]?.decision).toEqual([]);
  });
});

describe('an order', () => {
  it('is recorded once', () => {
    const { state, decisions } = run([recordOrder, recordOrder]);
    expect(state).toMatchObject({ orderId, version: 1 });
    expect(decisions[1]?.decision).toEqual([]);
  });

  it('takes the place of what was recorded by hand', () => {
    expect(run([record, recordOrder]).state).toMatchObject({ orderId, version: 2 });
  });

  it('stays as it is, under any label', () => {
    const label = { ...record, fields: { ...fields, label: 'A gift' } };
    const amount = { ...record, fields: { ...fields, amount: { amount: 1, currency: 'EUR' } } };
    expect(run([recordOrder, label]).state).toMatchObject({ label: 'A gift', orderId });
    expect(run([recordOrder, amount]).decisions[1]?.decision).toBe('spare-part-of-order');
  });
});

const anyFields = fc.record({
  label: fc.constantFrom('one', 'two'),
  amount: fc.record({ amount: fc.nat(2), currency: fc.constantFrom('EUR', 'KRW') }),
});
const anyCommand: fc.Arbitrary<SparePartCommand> = fc.oneof(
  fc.record({ type: fc.constant('record' as const), sparePartId: fc.constant('A-1'), fields: anyFields }),
  fc.record({
    type: fc.constant('recordOrder' as const),
    sparePartId: fc.constant('A-1'),
    fields: anyFields,
    orderId: fc.constant(orderId),
  }),
);

it('counts each event, decides nothing twice, and never touches an order', () => {
  fc.assert(
    fc.property(fc.array(anyCommand, { maxLength: 20 }), (commands) => {
      const { decisions } = run(commands.flatMap((command) => [command, command]));
      let events = 0;
      let ofOrder: unknown;
      for (const [index, { decision, state }] of decisions.entries()) {
        if (typeof decision !== 'string') events += decision.length;
        if (index % 2 === 1 && typeof decision !== 'string') expect(decision).toEqual([]);
        expect(state?.version ?? 0).toBe(events);
        if (state?.orderId === undefined) continue;
        ofOrder ??= state.amount;
        expect(state.amount).toEqual(ofOrder);
      }
    }),
  );
});
