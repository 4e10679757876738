/** How tries within a window ended, in ten steps: what is older is forgotten, also while nothing is tried. */
export interface Results {
  readonly succeeded: number[];
  readonly failed: number[];
  /** The number of the latest step. */
  step: number;
}

const STEPS = 10;

export const noResults = (): Results => ({
  succeeded: Array<number>(STEPS).fill(0),
  failed: Array<number>(STEPS).fill(0),
  step: 0,
});

export function note(results: Results, windowMs: number, now: number, isSuccess: boolean): void {
  moveTo(results, windowMs, now);
  (isSuccess ? results.succeeded : results.failed)[results.step % STEPS]! += 1;
}

export function countsOf(results: Results, windowMs: number, now: number): { tries: number; failures: number } {
  moveTo(results, windowMs, now);
  let successes = 0;
  let failures = 0;
  for (let index = 0; index < STEPS; index += 1) {
    successes += results.succeeded[index]!;
    failures += results.failed[index]!;
  }
  return { tries: successes + failures, failures };
}

export function forget(results: Results): void {
  results.succeeded.fill(0);
  results.failed.fill(0);
}

function moveTo(results: Results, windowMs: number, now: number): void {
  const step = Math.floor(now / (windowMs / STEPS));
  // A clock that was set back goes on in the step that it was in.
  const passed = Math.min(STEPS, step - results.step);
  if (passed <= 0) return;
  for (let ahead = 0; ahead < passed; ahead += 1) {
    results.succeeded[(step - ahead) % STEPS] = 0;
    results.failed[(step - ahead) % STEPS] = 0;
  }
  results.step = step;
}
