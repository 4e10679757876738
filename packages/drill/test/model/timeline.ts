/** Time that passes when nothing else is left to do: what is to happen, by when. */
export interface Timeline {
  /** Milliseconds since 1970, by a right clock. */
  readonly now: () => number;
  /** Answers how to call it off. */
  after(milliseconds: number, happen: () => unknown): () => void;
  /** Lets everything happen until `until`, one thing after the other. */
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
