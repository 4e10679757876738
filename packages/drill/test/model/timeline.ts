/** Simulated time, which passes when nothing else is left to do. */
export interface Timeline {
  /** Milliseconds since 1970, by a correct clock. */
  readonly now: () => number;
  /** Returns a function that cancels it. */
  after(milliseconds: number, happen: () => unknown): () => void;
  /** Runs everything that is scheduled until `until`, in order. */
  run(until: number, done: () => boolean): Promise<void>;
}

interface Happening {
  readonly at: number;
  readonly happen: () => unknown;
}

export function createTimeline(start: number): Timeline {
  let now = start;
  const waiting: Happening[] = [];
  return {
    now: () => now,
    after(milliseconds, happen) {
      const happening = { at: now + milliseconds, happen };
      const index = waiting.findIndex(({ at }) => at > happening.at);
      waiting.splice(index < 0 ? waiting.length : index, 0, happening);
      return () => {
        const found = waiting.indexOf(happening);
        if (found >= 0) waiting.splice(found, 1);
      };
    },
    async run(until, done) {
      while (!done()) {
        const next = waiting[0];
        if (next === undefined || next.at > until) break;
        waiting.shift();
        now = next.at;
        await next.happen();
        // All that follows at once.
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}
