import { seededRandom, type RandomChoices } from './seeded-random.ts';
import { eachServiceAbsent } from './each-service-absent.ts';
import { type Functions, PLANS } from './fault-kinds.ts';
import { makeChanges, makeOrder, makeProducts } from './order-shapes.ts';
import { type FaultWindow, type Kind, REQUEST_KINDS, type Story } from './story.ts';

export interface StoryOptions {
  readonly seed: number;
  readonly orders: number;
  /** Orders per second. */
  readonly rate: number;
  readonly kinds: readonly Kind[];
}

/** The shortest fault; absences last minutes if the drill is long enough. */
const SHORTEST_MS = 3_000;
const LONGEST_MS = 15_000;
const ABSENCE_MS = 120_000;
/** As a fraction of the drill's duration. */
const LONGEST_SHARE = 0.25;
/** Requests to AWS fail in this fraction of the drill only, since the proxies slow all others down. */
const REQUESTS_SHARE = 0.25;
/** The average number of simultaneous faults. */
const AT_ONCE = 1.2;

/** Generates a whole drill from its seed. */
export function makeStory({ seed, orders, rate, kinds }: StoryOptions, functions: Functions): Story {
  const dice = seededRandom(seed);
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

/** Generates orders at a constant rate while each service is absent for two minutes, one after the other. */
export function makeAbsences({ seed, rate }: Pick<StoryOptions, 'seed' | 'rate'>, functions: Functions): Story {
  const { faults, lastsMs } = eachServiceAbsent(functions.services);
  return { ...makeStory({ seed, rate, orders: Math.floor((lastsMs / 1000) * rate), kinds: [] }, functions), faults };
}

/** Every kind at least once, then more, as long as orders flow. */
function makeFaults(dice: RandomChoices, kinds: readonly Kind[], lastsMs: number, functions: Functions): FaultWindow[] {
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

function shuffled<Item>(dice: RandomChoices, items: readonly Item[]): Item[] {
  const left = [...items];
  return items.map(() => left.splice(dice.between(0, left.length - 1), 1)[0]!);
}
