import type { OrderLine } from '@dure/contracts/values';
import { coverShortage, type Levels, type Move, withdrawShipped } from './shortage.ts';

/** `location` is where the goods were kept when they were reserved, if known. */
export type Line = OrderLine & { readonly location?: string };

export interface Shortage {
  readonly sku: string;
  readonly requested: number;
  readonly available: number;
}

/**
 * What an order holds or held. A released reservation is never reserved again. A `held` one does not expire. `returned`
 * lists what came back after it had left, `missing` what left without being in stock.
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
      readonly missing?: readonly OrderLine[];
      readonly returned?: readonly Line[];
    }
  /** Holds nothing any more. The order may still be confirmed, and its goods may leave all the same. */
  | { readonly status: 'expired'; readonly lines: readonly Line[]; readonly expiresAt: string }
  | { readonly status: 'refused'; readonly lines: readonly Line[]; readonly shortages: readonly Shortage[] }
  | {
      readonly status: 'released' | 'returned';
      readonly lines: readonly Line[];
      readonly missing?: readonly OrderLine[];
      readonly returned?: readonly Line[];
    };

export type ReservationCommand =
  | { readonly type: 'ReserveStock'; readonly lines: readonly Line[]; readonly expiresAt: string }
  | { readonly type: 'CommitStock' }
  | { readonly type: 'ReleaseStock' }
  | { readonly type: 'ReturnStock'; readonly lines: readonly Line[] }
  /** The order is confirmed: keep the goods until the order completes or is cancelled. */
  | { readonly type: 'hold' }
  | { readonly type: 'expire'; readonly now: string };

export type ReservationEvent =
  | { readonly type: 'StockReserved'; readonly lines: readonly Line[]; readonly expiresAt: string }
  | {
      readonly type: 'ReservationRefused';
      readonly reason: 'out-of-stock' | 'already-released' | 'expired';
      readonly shortages: readonly Shortage[];
    }
  | { readonly type: 'StockCommitted'; readonly lines: readonly Line[]; readonly missing?: readonly OrderLine[] }
  | { readonly type: 'StockCommitRefused'; readonly reason: 'not-reserved' | 'released' }
  | {
      readonly type: 'StockReleased';
      readonly lines: readonly Line[];
      readonly reason: 'released' | 'expired' | 'returned' | 'nothing-reserved';
    }
  | { readonly type: 'StockReturned'; readonly lines: readonly Line[] };

/** The answer to a command, the reservation after it, and the stock movements. A repeated command moves nothing. */
export interface Decision {
  /** Omitted if no service needs it. */
  readonly event?: ReservationEvent;
  readonly reservation: Reservation | undefined;
  readonly moves: readonly Move[];
}

/** Decides on a command; undefined when nothing is to be done. `stock` holds every product that may move. */
export function decide(
  command: ReservationCommand,
  reservation: Reservation | undefined,
  stock: Levels,
): Decision | undefined {
  const decision = carryOut(command, reservation, stock);
  return decision && { ...decision, moves: decision.moves.map((move) => coverShortage(move, stock.get(move.sku))) };
}

/** The SKUs whose stock the decision needs; none when the command only moves what is held for the order. */
export function skusToRead({ type }: ReservationCommand, reservation: Reservation | undefined): readonly string[] {
  const held = reservation?.status !== 'expired' && (type === 'CommitStock' || type === 'hold');
  return held || type === 'ReserveStock' ? [] : (reservation?.lines ?? []).map(({ sku }) => sku);
}

function carryOut(
  command: ReservationCommand,
  reservation: Reservation | undefined,
  stock: Levels,
): Decision | undefined {
  switch (command.type) {
    case 'ReserveStock':
      return reservation === undefined ? reserve(command, stock) : repeatAnswer(reservation);
    case 'CommitStock':
      return commit(reservation, stock);
    case 'ReleaseStock':
      return release(reservation);
    case 'ReturnStock':
      return takeBack(command.lines, reservation);
    case 'hold':
      return hold(reservation, stock);
    case 'expire':
      return expire(reservation, command.now);
    default:
      return command satisfies never;
  }
}

type Reserve = Extract<ReservationCommand, { type: 'ReserveStock' }>;

/** Reserves all lines or none. */
function reserve({ lines, expiresAt }: Reserve, stock: Levels): Decision {
  const shortages = shortagesOf(lines, stock);
  if (shortages.length > 0) {
    return refuse('out-of-stock', { status: 'refused', lines, shortages });
  }
  return {
    event: { type: 'StockReserved', lines, expiresAt },
    reservation: { status: 'reserved', lines, expiresAt },
    moves: taken(lines),
  };
}

const shortagesOf = (lines: readonly Line[], stock: Levels): readonly Shortage[] =>
  lines
    .map(({ sku, quantity }) => ({ sku, requested: quantity, available: stock.get(sku)?.available ?? 0 }))
    .filter((line) => line.available < line.requested);

const taken = (lines: readonly Line[]): Move[] =>
  lines.map(({ sku, quantity }) => ({ sku, onHand: 0, reserved: quantity }));

/** The caller may have lost the first answer, so it gets the same one again; nothing moves. */
function repeatAnswer(reservation: Reservation): Decision {
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

/** Goods that were released meanwhile have left all the same: the caller has seen them go. */
function commit(reservation: Reservation | undefined, stock: Levels): Decision {
  switch (reservation?.status) {
    case 'reserved': {
      const { lines, expiresAt } = reservation;
      return {
        event: { type: 'StockCommitted', lines },
        reservation: { status: 'committed', lines, expiresAt },
        moves: lines.map(({ sku, quantity }) => ({ sku, onHand: -quantity, reserved: -quantity })),
      };
    }
    case 'committed': {
      const { lines, missing } = reservation;
      return { event: { type: 'StockCommitted', lines, missing }, reservation, moves: [] };
    }
    case 'expired': {
      const { lines, expiresAt } = reservation;
      const { moves, missing } = withdrawShipped(lines, stock);
      return {
        event: { type: 'StockCommitted', lines, missing },
        reservation: { status: 'committed', lines, expiresAt, missing },
        moves,
      };
    }
    case undefined:
    case 'refused':
      return { event: { type: 'StockCommitRefused', reason: 'not-reserved' }, reservation, moves: [] };
    case 'released':
    case 'returned':
      return { event: { type: 'StockCommitRefused', reason: 'released' }, reservation, moves: [] };
    default:
      return reservation satisfies never;
  }
}

/** Ends any reservation. When there is none, that is recorded, so that a late ReserveStock reserves nothing. */
function release(reservation: Reservation | undefined): Decision {
  switch (reservation?.status) {
    case 'reserved':
      return {
        event: { type: 'StockReleased', lines: reservation.lines, reason: 'released' },
        reservation: { status: 'released', lines: reservation.lines },
        moves: givenBack(reservation.lines),
      };
    case 'committed': {
      const { lines, missing, returned } = reservation;
      const back = without(lines, returned);
      return {
        event: { type: 'StockReleased', lines: back, reason: 'returned' },
        reservation: { status: 'returned', lines, missing, returned: lines },
        moves: broughtBack(back),
      };
    }
    case 'expired': {
      const { lines } = reservation;
      const event = { type: 'StockReleased', lines, reason: 'expired' } as const;
      return { event, reservation: { status: 'released', lines }, moves: [] };
    }
    case undefined:
    case 'refused':
      return {
        event: { type: 'StockReleased', lines: [], reason: 'nothing-reserved' },
        reservation: { status: 'released', lines: [] },
        moves: [],
      };
    case 'released':
    case 'returned': {
      const { lines, status } = reservation;
      const reason = lines.length === 0 ? 'nothing-reserved' : status;
      return { event: { type: 'StockReleased', lines, reason }, reservation, moves: [] };
    }
    default:
      return reservation satisfies never;
  }
}

const givenBack = (lines: readonly Line[]): Move[] =>
  lines.map(({ sku, quantity }) => ({ sku, onHand: 0, reserved: -quantity }));

const broughtBack = (lines: readonly Line[]): Move[] =>
  lines.map(({ sku, quantity }) => ({ sku, onHand: quantity, reserved: 0 }));

function expire(reservation: Reservation | undefined, now: string): Decision | undefined {
  if (reservation?.status !== 'reserved' || reservation.held || reservation.expiresAt > now) return undefined;
  const { lines, expiresAt } = reservation;
  return {
    event: { type: 'StockReleased', lines, reason: 'expired' },
    reservation: { status: 'expired', lines, expiresAt },
    moves: givenBack(lines),
  };
}

/** If a reservation expired before its order was confirmed, it is reserved again as far as stock allows. */
function hold(reservation: Reservation | undefined, stock: Levels): Decision | undefined {
  if (reservation?.status === 'reserved' && !reservation.held) {
    return { reservation: { ...reservation, held: true }, moves: [] };
  }
  if (reservation?.status !== 'expired' || shortagesOf(reservation.lines, stock).length > 0) return undefined;
  const { lines, expiresAt } = reservation;
  return {
    event: { type: 'StockReserved', lines, expiresAt },
    reservation: { status: 'reserved', lines, expiresAt, held: true },
    moves: taken(lines),
  };
}

/** Goods of an order come back once, and never more than had left. A repeated command gets the same answer. */
function takeBack(requested: readonly Line[], reservation: Reservation | undefined): Decision {
  const again = reservation !== undefined && 'returned' in reservation ? reservation.returned : undefined;
  if (reservation?.status !== 'committed' || again !== undefined) {
    return { event: { type: 'StockReturned', lines: again ?? [] }, reservation, moves: [] };
  }
  const wanted = new Map(requested.map(({ sku, quantity }) => [sku, quantity]));
  const lines = reservation.lines
    .map((line) => ({ ...line, quantity: Math.min(line.quantity, wanted.get(line.sku) ?? 0) }))
    .filter(({ quantity }) => quantity > 0);
  const all = without(reservation.lines, lines).length === 0;
  return {
    event: { type: 'StockReturned', lines },
    reservation: { ...reservation, status: all ? 'returned' : 'committed', returned: lines },
    moves: broughtBack(lines),
  };
}

/** What remains of `lines` without `taken`. */
function without(lines: readonly Line[], taken: readonly Line[] = []): readonly Line[] {
  const off = new Map(taken.map(({ sku, quantity }) => [sku, quantity]));
  return lines
    .map((line) => ({ ...line, quantity: line.quantity - (off.get(line.sku) ?? 0) }))
    .filter(({ quantity }) => quantity > 0);
}
