/** How long the answers of a target take: the peak counts at once, and is forgotten slowly. */
export interface Latency {
  /** Milliseconds. */
  cost: number;
  at: number;
}

const FORGOTTEN_MS = 10_000;
/** What a failure counts as, so that a target that fails fast draws nothing to it. */
export const PENALTY_MS = 5_000;

/**
 * Peak EWMA, as in Finagle and Linkerd: a longer answer counts as it is, a shorter one by how long ago the last one was.
 * Source: https://linkerd.io/2016/03/16/beyond-round-robin-load-balancing-for-latency/
 */
export function observe(latency: Latency, rtt: number, now: number): void {
  const kept = rtt > latency.cost ? 0 : Math.exp(-Math.max(0, now - latency.at) / FORGOTTEN_MS);
  latency.cost = latency.cost * kept + rtt * (1 - kept);
  latency.at = now;
}

/** What a target costs now: a cost that nothing confirms any more falls, so that a slow target is tried again. */
export const costNow = ({ cost, at }: Latency, prior: number, now: number): number =>
  prior + (cost - prior) * Math.exp(-Math.max(0, now - at) / FORGOTTEN_MS);
