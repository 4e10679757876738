import type { Policy } from './policy.ts';

/**
 * The policy of a service that has none of its own: one target, where the stage knows it to be, and the defaults of a
 * document. It is written out, so that a function that only calls does not bundle what reads documents.
 */
export const usualPolicy = (service: string): Policy => ({
  ...{ service, revision: 0, targets: { stage: { prior: 40, level: 0 } } },
  ...{ routes: [{ match: { operation: '*' }, to: ['stage'] }], balance: 'peak-ewma', bulkhead: 20 },
  timeout: { try: 2_000, total: 5_000 },
  retry: { max: 2, ratio: 0.2, fleetMinPerSecond: 10, on: ['no-answer', 502, 503, 504], backOff: 50 },
  breaker: {
    ...{ consecutive: 5, failureRate: 0.5, minimum: 20, window: 30_000 },
    ...{ open: 10_000, maxOpen: 300_000, probes: 3, quorum: 0.2 },
  },
  outlier: { maxEjected: 0.5 },
});
