const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 250;
const A_MINUTE_MS = 60_000;

interface Deadline {
  /** Milliseconds; a minute where nothing is said, for a machine that has much else to do. */
  readonly within?: number;
}

/**
 * Tries until `probe` returns something else than undefined, and returns that. What a probe throws counts as "not
 * yet". Pauses grow from 10 to 250 milliseconds.
 * @throws Error at the deadline, caused by the last thing that the probe threw
 */
export async function eventually<Result>(
  what: string,
  probe: () => Promise<Result | undefined>,
  { within = A_MINUTE_MS }: Deadline = {},
): Promise<Result> {
  const deadline = Date.now() + within;
  let last: unknown;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(LONGEST_PAUSE_MS, pause * 1.5)) {
    try {
      const result = await probe();
      if (result !== undefined) return result;
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
