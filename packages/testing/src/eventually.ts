const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 250;
const TWO_MINUTES_MS = 120_000;

interface Deadline {
  /** Milliseconds; two minutes by default, for a busy machine. */
  readonly within?: number;
}

/**
 * Retries until `probe` returns something other than undefined and false, and returns that. An error of a probe counts as
 * "not yet". Pauses grow from 10 to 250 milliseconds.
 * @throws Error at the deadline, with the probe's last error as its cause
 */
export async function eventually<Result>(
  what: string,
  probe: () => Promise<Result | undefined | false>,
  { within = TWO_MINUTES_MS }: Deadline = {},
): Promise<Result> {
  const deadline = Date.now() + within;
  let last: unknown;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(LONGEST_PAUSE_MS, pause * 1.5)) {
    try {
      const result = await probe();
      if (result !== undefined && result !== false) return result;
      last = undefined;
    } catch (error) {
      last = error;
    }
    const left = deadline - Date.now();
    if (left <= 0) throw new Error(`${what}: not within ${within} ms${reason(last)}`, { cause: last });
    await new Promise((resolve) => setTimeout(resolve, Math.min(pause, left)));
  }
}

const reason = (last: unknown) => (last instanceof Error ? `; at last: ${last.message}` : '');
