/** Skews the clock of this worker, for fault injection. Plain JavaScript, as the worker that loads it. */
const RealDate = Date;
let aheadMs = 0;

class SkewedDate extends RealDate {
  /** @param {ConstructorParameters<typeof Date>} values */
  constructor(...values) {
    if (values.length === 0) super(SkewedDate.now());
    else super(...values);
  }

  static now() {
    return RealDate.now() + aheadMs;
  }
}

/**
 * From now on `Date` is ahead by so many milliseconds, or behind. Timers and `performance` go on as they are.
 * @param {number} milliseconds
 */
export function skewClock(milliseconds) {
  aheadMs = milliseconds;
  globalThis.Date = SkewedDate;
}
