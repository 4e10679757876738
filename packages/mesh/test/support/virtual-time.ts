import type { MeshEvent, Surroundings } from '../../src/call-through.ts';

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly ring: () => void;
}

/** A clock that goes only as far as somebody waits, and chance that a seed decides. */
export interface VirtualTime extends Surroundings {
  readonly events: MeshEvent[];
  /** Rings what is due until this moment, each after all that the one before caused. */
  readonly goTo: (moment: number) => Promise<void>;
}

export function virtualTime(seed = 1, start = 1_000_000_000_000): VirtualTime {
  let now = start;
  let order = 0;
  const timers: Timer[] = [];
  const events: MeshEvent[] = [];
  const before = (one: Timer, other: Timer) => one.at - other.at || one.order - other.order;
  return {
    events,
    now: () => now,
    random: mulberry32(seed),
    tell: (event) => void events.push(event),
    wait: (milliseconds) =>
      new Promise((resolve) => push(timers, { at: now + milliseconds, order: (order += 1), ring: resolve }, before)),
    async goTo(moment) {
      await settled();
      while (timers.length > 0 && timers[0]!.at <= moment) {
        const timer = pop(timers, before);
        now = timer.at;
        timer.ring();
        // Several at one moment go on together.
        while (timers.length > 0 && timers[0]!.at === now) pop(timers, before).ring();
        await settled();
      }
      now = moment;
    },
  };
}

/** All microtasks are done before a macrotask begins. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Source: https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A binary heap: hundreds of thousands of timers are waited for. */
function push<One>(heap: One[], one: One, order: (a: One, b: One) => number): void {
  heap.push(one);
  for (let at = heap.length - 1; at > 0;) {
    const parent = (at - 1) >> 1;
    if (order(heap[at]!, heap[parent]!) >= 0) return;
    [heap[at], heap[parent]] = [heap[parent]!, heap[at]!];
    at = parent;
  }
}

function pop<One>(heap: One[], order: (a: One, b: One) => number): One {
  const first = heap[0]!;
  const last = heap.pop()!;
  if (heap.length === 0) return first;
  heap[0] = last;
  for (let at = 0; ;) {
    const left = 2 * at + 1;
    const right = left + 1;
    let least = at;
    if (left < heap.length && order(heap[left]!, heap[least]!) < 0) least = left;
    if (right < heap.length && order(heap[right]!, heap[least]!) < 0) least = right;
    if (least === at) return first;
    [heap[at], heap[least]] = [heap[least]!, heap[at]!];
    at = least;
  }
}
