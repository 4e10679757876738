import { diceOf, type Dice } from './draws.ts';
import { eachAbsent } from './each-absent.ts';
import { type Functions, PLANS } from './fault-kinds.ts';
import { makeChanges, makeOrder, makeProducts } from './order-shapes.ts';
import { type FaultWindow, type Kind, REQUEST_KINDS, type Story } from './story.ts';

export interface Wanted {
  readonly seed: number;
  readonly orders: number;
  /** Orders a second. */
  readonly rate: number;
  readonly kinds: readonly Kind[];
}

/** A fault lasts so long, and a service is absent for minutes where the drill lasts long enough. */
const SHORTEST_MS = 3_000;
const LONGEST_MS = 15_000;
const ABSENCE_MS = 120_000;
/** Of the drill's time. */
const LONGEST_SHARE = 0.25;
/** Requests to AWS fail in this share of the drill alone, for all others are slowed by the proxies that it takes. */
const REQUESTS_SHARE = 0.25;
/** So many faults at once, on average. */
const AT_ONCE = 1.2;

/** Tells the whole of a drill by its seed. */
export function makeStory({ seed, orders, rate, kinds }: Wanted, functions: Functions): Story {
  const dice = diceOf(seed);
  const lastsMs = Math.ceil((orders / rate) * 1000);
  const products = makeProducts(dice('products'), orders);
  return {
    version: 1,
    seed,
    lastsMs,
    products,
    orders: Array.from({ length: orders }, (_, index) =>
      makeOrder(dice(`order ${index}`), index, Math.floor((index / rate) * 1000), products),
    ),
    changes: makeChanges(dice('changes'), orders, lastsMs, products),
    faults: makeFaults(dice('faults'), kinds, lastsMs, functions),
  };
}

/** Tells of orders that flow at a rate while each service is absent for two minutes, one after the other. */
export function makeAbsences({ seed, rate }: Pick<Wanted, 'seed' | 'rate'>, functions: Functions): Story {
  const { faults, lastsMs } = eachAbsent(functions.services);
  return { ...makeStory({ seed, rate, orders: Math.floor((lastsMs / 1000) * rate), kinds: [] }, functions), faults };
}

/** Every kind at least once; then on, as long as orders flow. */
function makeFaults(dice: Dice, kinds: readonly Kind[], lastsMs: number, functions: Functions): FaultWindow[] {
  const faults: FaultWindow[] = [];
  let pending = shuffled(dice, kinds);
  let busyMs = 0;
  while (kinds.length > 0 && (pending.length > 0 || busyMs < AT_ONCE * lastsMs)) {
    if (pending.length === 0)
      pending = shuffled(
        dice,
        kinds.filter((kind) => kind !== 'crash' || dice.chance(0.5)),
      );
    const kind = pending.pop();
    if (kind === undefined) continue;
    const longest = Math.max(
      SHORTEST_MS,
      Math.min(kind === 'absence' ? ABSENCE_MS : LONGEST_MS, lastsMs * LONGEST_SHARE),
    );
    const duration =
      kind === 'crash' ? 0 : kind === 'absence' ? Math.floor(longest) : dice.between(SHORTEST_MS, Math.floor(longest));
    const span = REQUEST_KINDS.includes(kind) ? REQUESTS_SHARE * lastsMs : lastsMs;
    const from = dice.between(0, Math.max(0, Math.floor(span) - duration));
    faults.push({ kind, from, until: from + duration, plan: PLANS[kind](dice, functions) });
    busyMs += Math.max(duration, SHORTEST_MS);
  }
  return faults.sort((one, other) => one.from - other.from);
}

function shuffled<Item>(dice: Dice, items: readonly Item[]): Item[] {
  const left = [...items];
  return items.map(() => left.splice(dice.between(0, left.length - 1), 1)[0]!);
}
