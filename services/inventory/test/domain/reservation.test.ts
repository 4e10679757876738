import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decide, type Reservation, type ReservationCommand } from '../../src/domain/reservation.ts';

const lines = [
  { sku: 'MUG', quantity: 2 },
  { sku: 'CUP', quantity: 1 },
];
const expiresAt = '2026-01-05T09:45:00.000Z';
const reserve: ReservationCommand = { type: 'ReserveStock', lines, expiresAt };
const reserved: Reservation = { status: 'reserved', lines, expiresAt };
const levels = (available: Record<string, number>, shortage = 0) =>
  new Map(Object.entries(available).map(([sku, some]) => [sku, { available: some, shortage }]));
/** The levels on which a move that makes goods available depends. */
const expected = { shortage: 0 };
const enough = levels({ MUG: 2, CUP: 9 });

describe('ReserveStock', () => {
  it('reserves every line', () => {
    expect(decide(reserve, undefined, enough)).toEqual({
      event: { type: 'StockReserved', lines, expiresAt },
      reservation: reserved,
      moves: [
        { sku: 'MUG', onHand: 0, reserved: 2 },
        { sku: 'CUP', onHand: 0, reserved: 1 },
      ],
    });
  });

  it('reserves nothing when one line is short, and names the shortage', () => {
    const decision = decide(reserve, undefined, levels({ MUG: 5 }));
    expect(decision?.moves).toEqual([]);
    expect(decision?.event).toEqual({
      type: 'ReservationRefused',
      reason: 'out-of-stock',
      shortages: [{ sku: 'CUP', requested: 1, available: 0 }],
    });
  });

  it.each([
    ['reserved', reserved, { type: 'StockReserved' }],
    ['committed', { ...reserved, status: 'committed' }, { type: 'StockReserved' }],
    ['released', { status: 'released', lines }, { type: 'ReservationRefused', reason: 'already-released' }],
    ['returned', { status: 'returned', lines }, { type: 'ReservationRefused', reason: 'already-released' }],
    ['expired', { status: 'expired', lines, expiresAt }, { type: 'ReservationRefused', reason: 'expired' }],
    ['refused', { status: 'refused', lines, shortages: [] }, { type: 'ReservationRefused', reason: 'out-of-stock' }],
  ] as [string, Reservation, object][])('repeated when %s is answered and moves nothing', (_, state, event) => {
    const decision = decide(reserve, state, enough);
    expect(decision?.event).toMatchObject(event);
    expect(decision?.reservation).toBe(state);
    expect(decision?.moves).toEqual([]);
  });
});

describe('ReleaseStock', () => {
  it('releases what is reserved', () => {
    const decision = decide({ type: 'ReleaseStock' }, reserved, enough);
    expect(decision?.event).toMatchObject({ type: 'StockReleased', reason: 'released', lines });
    expect(decision?.moves).toContainEqual({ sku: 'MUG', onHand: 0, reserved: -2, expected });
  });

  it('puts back what was committed', () => {
    const decision = decide({ type: 'ReleaseStock' }, { ...reserved, status: 'committed' }, enough);
    expect(decision?.event).toMatchObject({ type: 'StockReleased', reason: 'returned' });
    expect(decision?.moves).toContainEqual({ sku: 'MUG', onHand: 2, reserved: 0, expected });
  });

  it('of nothing is recorded, so that a late ReserveStock reserves nothing', () => {
    const released = decide({ type: 'ReleaseStock' }, undefined, enough);
    expect(released?.event).toMatchObject({ reason: 'nothing-reserved', lines: [] });
    expect(decide(reserve, released?.reservation, enough)?.moves).toEqual([]);
  });
});

describe('CommitStock', () => {
  it('removes what is reserved from stock', () => {
    const decision = decide({ type: 'CommitStock' }, reserved, enough);
    expect(decision?.event).toEqual({ type: 'StockCommitted', lines });
    expect(decision?.moves).toContainEqual({ sku: 'MUG', onHand: -2, reserved: -2 });
  });

  it.each([
    [undefined, 'not-reserved'],
    [{ status: 'refused', lines, shortages: [] }, 'not-reserved'],
    [{ status: 'released', lines }, 'released'],
    [{ status: 'returned', lines }, 'released'],
  ] as [Reservation | undefined, string][])('is rejected when there is nothing to commit', (state, reason) => {
    const decision = decide({ type: 'CommitStock' }, state, enough);
    expect(decision).toMatchObject({ event: { type: 'StockCommitRefused', reason }, moves: [] });
  });
});

describe('ReturnStock', () => {
  const committed: Reservation = { status: 'committed', lines, expiresAt };
  const back = (state: Reservation | undefined, ...some: { sku: string; quantity: number }[]) =>
    decide({ type: 'ReturnStock', lines: some }, state, enough);

  it('puts back a part of what had left, and is answered again without moving', () => {
    const first = back(committed, { sku: 'MUG', quantity: 1 });
    expect(first).toMatchObject({
      event: { type: 'StockReturned', lines: [{ sku: 'MUG', quantity: 1 }] },
      reservation: { status: 'committed', returned: [{ sku: 'MUG', quantity: 1 }] },
      moves: [{ sku: 'MUG', onHand: 1, reserved: 0, expected }],
    });
    const again = back(first?.reservation, { sku: 'MUG', quantity: 2 });
    expect(again).toEqual({ event: first?.event, reservation: first?.reservation, moves: [] });
  });

  it('of everything ends the reservation', () => {
    expect(back(committed, ...lines)?.reservation).toMatchObject({ status: 'returned', returned: lines });
  });

  it('never puts back more than had left', () => {
    const some = [
      { sku: 'MUG', quantity: 9 },
      { sku: 'PLATE', quantity: 1 },
    ];
    expect(back(committed, ...some)?.moves).toEqual([{ sku: 'MUG', onHand: 2, reserved: 0, expected }]);
  });

  it('leaves the rest for a release', () => {
    const some = back(committed, { sku: 'MUG', quantity: 2 });
    expect(decide({ type: 'ReleaseStock' }, some?.reservation, enough)?.moves).toEqual([
      { sku: 'CUP', onHand: 1, reserved: 0, expected },
    ]);
  });

  it.each([[undefined], [reserved], [{ status: 'released', lines }]] as [Reservation | undefined][])(
    'moves nothing when nothing had left',
    (state) => {
      expect(back(state, ...lines)).toEqual({
        event: { type: 'StockReturned', lines: [] },
        reservation: state,
        moves: [],
      });
    },
  );
});

it('does not expire what is held for a confirmed order', () => {
  const held = decide({ type: 'hold' }, reserved, enough);
  expect(held).toEqual({ reservation: { ...reserved, held: true }, moves: [] });
  expect(decide({ type: 'hold' }, held?.reservation, enough)).toBeUndefined();
  expect(decide({ type: 'hold' }, undefined, enough)).toBeUndefined();
  expect(decide({ type: 'expire', now: expiresAt }, held?.reservation, enough)).toBeUndefined();
  expect(decide({ type: 'CommitStock' }, held?.reservation, enough)?.event).toMatchObject({ type: 'StockCommitted' });
});

it('expires only what is reserved and overdue', () => {
  expect(decide({ type: 'expire', now: '2026-01-05T09:44:59.000Z' }, reserved, enough)).toBeUndefined();
  expect(decide({ type: 'expire', now: expiresAt }, reserved, enough)?.event).toMatchObject({ reason: 'expired' });
  expect(decide({ type: 'expire', now: expiresAt }, { ...reserved, status: 'committed' }, enough)).toBeUndefined();
});

describe('an expired reservation', () => {
  const expired: Reservation = { status: 'expired', lines, expiresAt };

  it('is renewed when its order is confirmed, as long as stock allows', () => {
    expect(decide({ type: 'hold' }, expired, enough)).toEqual({
      event: { type: 'StockReserved', lines, expiresAt },
      reservation: { ...reserved, held: true },
      moves: [
        { sku: 'MUG', onHand: 0, reserved: 2 },
        { sku: 'CUP', onHand: 0, reserved: 1 },
      ],
    });
    expect(decide({ type: 'hold' }, expired, levels({ MUG: 2 }))).toBeUndefined();
  });

  it('is removed from stock when the goods have left all the same', () => {
    expect(decide({ type: 'CommitStock' }, expired, enough)).toEqual({
      event: { type: 'StockCommitted', lines },
      reservation: { status: 'committed', lines, expiresAt },
      moves: [
        { sku: 'MUG', onHand: -2, reserved: 0 },
        { sku: 'CUP', onHand: -1, reserved: 0 },
      ],
    });
  });

  it('becomes a shortage as far as stock is missing, and a repeated command gets the same answer', () => {
    const missing = [
      { sku: 'MUG', quantity: 1 },
      { sku: 'CUP', quantity: 1 },
    ];
    const decision = decide({ type: 'CommitStock' }, expired, levels({ MUG: 1 }));
    expect(decision).toEqual({
      event: { type: 'StockCommitted', lines, missing },
      reservation: { status: 'committed', lines, expiresAt, missing },
      moves: [
        { sku: 'MUG', onHand: -1, reserved: 0, shortage: 1, expected: { available: 1, shortage: 0 } },
        { sku: 'CUP', onHand: -0, reserved: 0, shortage: 1, expected: { available: 0, shortage: 0 } },
      ],
    });
    const again = decide({ type: 'CommitStock' }, decision?.reservation, enough);
    expect(again).toEqual({ event: decision?.event, reservation: decision?.reservation, moves: [] });
  });

  it('is released for good by its order: late commands take nothing', () => {
    const released = decide({ type: 'ReleaseStock' }, expired, enough);
    expect(released).toMatchObject({ event: { type: 'StockReleased', reason: 'expired' }, moves: [] });
    expect(decide({ type: 'hold' }, released?.reservation, enough)).toBeUndefined();
    expect(decide({ type: 'CommitStock' }, released?.reservation, enough)?.moves).toEqual([]);
  });
});

it('reduces a shortage by returned goods before they can be sold', () => {
  const decision = decide({ type: 'ReleaseStock' }, reserved, levels({ MUG: 0, CUP: 0 }, 1));
  expect(decision?.moves).toEqual([
    { sku: 'MUG', onHand: -1, reserved: -2, shortage: -1, expected: { shortage: 1 } },
    { sku: 'CUP', onHand: -1, reserved: -1, shortage: -1, expected: { shortage: 1 } },
  ]);
});

/** Any commands of any orders, in any order and as often as may be. */
const command = fc.record({
  order: fc.integer({ min: 0, max: 3 }),
  type: fc.constantFrom('ReserveStock', 'ReleaseStock', 'CommitStock', 'ReturnStock', 'hold', 'expire'),
  quantity: fc.integer({ min: 1, max: 4 }),
});

it('never oversells, never goes negative, and what is reserved is what the open reservations hold', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 60 }), fc.nat(8), (commands, start) => {
      const stock = { onHand: start, reserved: 0, shortage: 0 };
      const reservations = new Map<number, Reservation | undefined>();
      for (const { order, type, quantity } of commands) {
        const given = toCommand(type, quantity);
        const level = { available: stock.onHand - stock.reserved, shortage: stock.shortage };
        const decision = decide(given, reservations.get(order), new Map([['MUG', level]]));
        if (decision === undefined) continue;
        reservations.set(order, decision.reservation);
        for (const move of decision.moves) {
          stock.onHand += move.onHand;
          stock.reserved += move.reserved;
          stock.shortage += move.shortage ?? 0;
        }
        const all = [...reservations.values()];
        expect(stock.reserved).toBe(held(all, 'reserved'));
        expect(stock.onHand - stock.shortage).toBe(start - held(all, 'committed') + cameBack(all));
        expect(stock.onHand).toBeGreaterThanOrEqual(stock.reserved);
        expect(stock.shortage).toBeGreaterThanOrEqual(0);
        // While goods are short, none can be sold.
        expect(Math.min(stock.shortage, stock.onHand - stock.reserved)).toBe(0);
      }
    }),
  );
});

function toCommand(type: string, quantity: number): ReservationCommand {
  if (type === 'ReserveStock') return { type, lines: [{ sku: 'MUG', quantity }], expiresAt };
  if (type === 'expire') return { type, now: expiresAt };
  if (type === 'ReturnStock') return { type, lines: [{ sku: 'MUG', quantity }] };
  return { type: type as 'CommitStock' | 'ReleaseStock' | 'hold' };
}

const cameBack = (all: (Reservation | undefined)[]) =>
  all
    .filter((reservation) => reservation?.status === 'committed')
    .flatMap((reservation) => (reservation && 'returned' in reservation ? (reservation.returned ?? []) : []))
    .reduce((sum, line) => sum + line.quantity, 0);

const held = (all: (Reservation | undefined)[], status: string) =>
  all
    .filter((reservation) => reservation?.status === status)
    .flatMap((reservation) => reservation?.lines ?? [])
    .reduce((sum, line) => sum + line.quantity, 0);
