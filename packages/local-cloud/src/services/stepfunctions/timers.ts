const LONGEST_TIMER = 2 ** 31 - 1;

/** Calls back after any number of milliseconds, also beyond what setTimeout can count. Answers how to cancel. */
export function after(milliseconds: number, callback: () => void): () => void {
  const due = performance.now() + milliseconds;
  let timer: NodeJS.Timeout;
  const arm = () => {
    const left = due - performance.now();
    timer = left > LONGEST_TIMER ? setTimeout(arm, LONGEST_TIMER) : setTimeout(callback, Math.max(0, left));
  };
  arm();
  return () => clearTimeout(timer);
}

/** Lets other work go first. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
