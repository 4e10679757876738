/** How far a function's clock is off, in milliseconds, by `<service>/<function>`. */
export type Skews = Readonly<Record<string, number>>;

/** What goes wrong: one number per chance, until they are used up. */
export interface Luck {
  /** 0 when all goes well, below `options`. */
  draw(options: number): number;
  readonly calm: () => boolean;
}

export function luckOf(script: readonly number[]): Luck {
  let next = 0;
  return {
    draw(options) {
      const drawn = script[next];
      next += 1;
      return drawn === undefined ? 0 : drawn % options;
    },
    calm: () => next >= script.length,
  };
}

/** One in so many is a fault: `faults` are 0 when all goes well. */
export const rarely = (luck: Luck, faults: number, of: number): number => {
  const drawn = luck.draw(of);
  return drawn <= faults ? drawn : 0;
};
