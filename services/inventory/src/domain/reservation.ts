import type { OrderLine } from '@dure/contracts/values';

/** `location` is where the goods were kept when they were reserved, if that is known. */
export type Line = OrderLine & { readonly location?: string };

export interface Shortage {
  readonly sku: string;
  readonly requested: number;
  readonly available: number;
}

/**
 * What an order holds, or held. Once it has ended it is never reserved again. What is `held` does not expire; `returned`
 * is what came back of it after it had left.
 */
export type Reservation =
  | {
      readonly status: 'reserved';
      readonly lines: readonly Line[];
      readonly expiresAt: string;
      readonly held?: boolean;
    }
  | {
      readonly status: 'committed';
      readonly lines: readonly Line[];
      readonly expiresAt: string;
      readonly returned?: readonly Line[];
    }
  | { readonly status: 'refused'; readonly lines: readonly Line[]; readonly shortages: readonly Shortage[] }
  | {
      readonly status: 'released' | 'expired' | 'returned';
      readonly lines: readonly Line[];
      readonly returned?: readonly Line[];
    };

export type ReservationCommand =
  | { readonly type: 'ReserveStock'; readonly lines: readonly Line[]; readonly expiresAt: string }
  | { readonly type: 'CommitStock' }
  | { readonly type: 'ReleaseStock' }
  | { readonly type: 'ReturnStock'; readonly lines: readonly Line[] }
  /** Its order is confirmed: it is kept until the order says what becomes of it. */
  | { readonly type: 'hold' }
  | { readonly type: 'expire'; readonly now: string };

export type ReservationEvent =
  | { readonly type: 'StockReserved'; readonly lines: readonly Line[]; readonly expiresAt: string }
  | {
      readonly type: 'ReservationRefused';
      readonly reason: 'out-of-stock' | 'already-released' | 'expired';
      readonly shortages: readonly Shortage[];
    }
  | { readonly type: 'StockCommitted'; readonly lines: readonly Line[] }
  | { readonly type: 'StockCommitRefused'; readonly reason: 'not-reserved' | 'released' | 'expired' }
  | {
      readonly type: 'StockReleased';
      readonly lines: readonly Line[];
      readonly reason: 'released' | 'expired' | 'returned' | 'nothing-reserved';
    }
  | { readonly type: 'StockReturned'; readonly lines: readonly Line[] };

/** How much a product's stock changes. */
export interface Move {
  readonly sku: string;
  readonly onHand: number;
  readonly reserved: number;
}

/** The answer to a command, the reservation after it, and what moves. A command asked again moves nothing. */
export interface Decision {
  /** Missing where nobody needs to know. */
  readonly event?: ReservationEvent;
  readonly reservation: Reservation | undefined;
  readonly moves: readonly Move[];
}

/** What is available of each product; one that is missing has none. */
export type Availability = ReadonlyMap<string, number>;

/** Decides on a command; undefined when there is nothing to say or do. */
export function decide(
  command: ReservationCommand,
  reservation: Reservation | undefined,
  stock: Availability,
): Decision | undefined {
  switch (command.type) {
    case 'ReserveStock':
      return reservation === undefined ? reserve(command, stock) : answerAgain(reservation);
    case 'CommitStock':
      return commit(reservation);
    case 'ReleaseStock':
      return release(reservation);
    case 'ReturnStock':
      return takeBack(command.lines, reservation);
    case 'hold':
      return hold(reservation);
    case 'expire':
      return expire(reservation, command.now);
    default:
      return command satisfies never;
  }
}

type Reserve = Extract<ReservationCommand, { type: 'ReserveStock' }>;

/** All lines or none. */
function reserve({ lines, expiresAt }: Reserve, stock: Availability): Decision {
  const shortages = lines
    .map(({ sku, quantity }) => ({ sku, requested: quantity, available: stock.get(sku) ?? 0 }))
    .filter((line) => line.available < line.requested);
  if (shortages.length > 0) {
    return refuse('out-of-stock', { status: 'refused', lines, shortages });
  }
  return {
    event: { type: 'StockReserved', lines, expiresAt },
    reservation: { status: 'reserved', lines, expiresAt },
    moves: lines.map(({ sku, quantity }) => ({ sku, onHand: 0, reserved: quantity })),
  };
}

/** The asker may have lost the first answer, so it gets it again; nothing moves. */
function answerAgain(reservation: Reservation): Decision {
  switch (reservation.status) {
    case 'reserved':
    case 'committed': {
      const { lines, expiresAt } = reservation;
      return { event: { type: 'StockReserved', lines, expiresAt }, reservation, moves: [] };
    }
    case 'refused':
      return refuse('out-of-stock', reservation);
    case 'released':
    case 'returned':
      return refuse('already-released', reservation);
    case 'expired':
      return refuse('expired', reservation);
    default:
      return reservation satisfies never;
  }
}

function refuse(reason: 'out-of-stock' | 'already-released' | 'expired', reservation: Reservation): Decision {
  const shortages = reservation.status === 'refused' ? reservation.shortages : [];
  return { event: { type: 'ReservationRefused', reason, shortages }, reservation, moves: [] };
}

function commit(reservation: Reservation | undefined): Decision {
  switch (reservation?.status) {
    case 'reserved': {
      const { lines, expiresAt } = reservation;
      return {
        event: { type: 'StockCommitted', lines },
        reservation: { status: 'committed', lines, expiresAt },
        moves: lines.map(({ sku, quantity }) => ({ sku, onHand: -quantity, reserved: -quantity })),
      };
    }
    case 'committed':
      return { event: { type: 'StockCommitted', lines: reservation.lines }, reservation, moves: [] };
    case undefined:
    case 'refused':
      return { event: { type: 'StockCommitRefused', reason: 'not-reserved' }, reservation, moves: [] };
    case 'expired':
      return { event: { type: 'StockCommitRefused', reason: 'expired' }, reservation, moves: [] };
    case 'released':
    case 'returned':
      return { event: { type: 'StockCommitRefused', reason: 'released' }, reservation, moves: [] };
    default:
      return reservation satisfies never;
  }
}

/** Ends whatever there is. Where there is nothing, that is remembered, so that a late ReserveStock takes nothing. */
function release(reservation: Reservation | undefined): Decision {
  switch (reservation?.status) {
    case 'reserved':
      return giveBack(reservation.lines, 'released');
    case 'committed':
      return giveBack(without(reservation.lines, reservation.returned), 'returned', reservation.lines);
    case undefined:
    case 'refused':
      return {
        event: { type: 'StockReleased', lines: [], reason: 'nothing-reserved' },
        reservation: { status: 'released', lines: [] },
        moves: [],
      };
    case 'released':
    case 'expired':
    case 'returned': {
      const { lines, status } = reservation;
      const reason = lines.length === 0 ? 'nothing-reserved' : status;
      return { event: { type: 'StockReleased', lines, reason }, reservation, moves: [] };
    }
    default:
      return reservation satisfies never;
  }
}

function giveBack(lines: readonly Line[], how: 'released' | 'expired' | 'returned', all = lines): Decision {
  return {
    event: { type: 'StockReleased', lines, reason: how },
    reservation: how === 'returned' ? { status: how, lines: all, returned: all } : { status: how, lines },
    moves: lines.map(({ sku, quantity }) =>
      how === 'returned' ? { sku, onHand: quantity, reserved: 0 } : { sku, onHand: 0, reserved: -quantity },
    ),
  };
}

function expire(reservation: Reservation | undefined, now: string): Decision | undefined {
  if (reservation?.status !== 'reserved' || reservation.held || reservation.expiresAt > now) return undefined;
  return giveBack(reservation.lines, 'expired');
}

function hold(reservation: Reservation | undefined): Decision | undefined {
  if (reservation?.status !== 'reserved' || reservation.held) return undefined;
  return { reservation: { ...reservation, held: true }, moves: [] };
}

/** An order's goods come back once, and no more than had left. Asked again, it is answered again. */
function takeBack(asked: readonly Line[], reservation: Reservation | undefined): Decision {
  const again = reservation !== undefined && 'returned' in reservation ? reservation.returned : undefined;
  if (reservation?.status !== 'committed' || again !== undefined) {
    return { event: { type: 'StockReturned', lines: again ?? [] }, reservation, moves: [] };
  }
  const wanted = new Map(asked.map(({ sku, quantity }) => [sku, quantity]));
  const lines = reservation.lines
    .map((line) => ({ ...line, quantity: Math.min(line.quantity, wanted.get(line.sku) ?? 0) }))
    .filter(({ quantity }) => quantity > 0);
  const all = without(reservation.lines, lines).length === 0;
  return {
    event: { type: 'StockReturned', lines },
    reservation: { ...reservation, status: all ? 'returned' : 'committed', returned: lines },
    moves: lines.map(({ sku, quantity }) => ({ sku, onHand: quantity, reserved: 0 })),
  };
}

/** What is left of lines when some of them are taken off. */
function without(lines: readonly Line[], taken: readonly Line[] = []): readonly Line[] {
  const off = new Map(taken.map(({ sku, quantity }) => [sku, quantity]));
  return lines
    .map((line) => ({ ...line, quantity: line.quantity - (off.get(line.sku) ?? 0) }))
    .filter(({ quantity }) => quantity > 0);
}
