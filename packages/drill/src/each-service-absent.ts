import type { FaultWindow } from './story.ts';

/** How long each service is absent, and the pause before the next one. */
const ABSENT_MS = 120_000;
const BETWEEN_MS = 5_000;

/** Each service is absent for two minutes, one after the other. */
export function eachServiceAbsent(services: readonly string[]): {
  readonly faults: FaultWindow[];
  readonly lastsMs: number;
} {
  const faults = services.map((service, index): FaultWindow => {
    const from = BETWEEN_MS + index * (ABSENT_MS + BETWEEN_MS);
    return { kind: 'absence', from, until: from + ABSENT_MS, plan: { absent: [service] } };
  });
  return { faults, lastsMs: services.length * (ABSENT_MS + BETWEEN_MS) + BETWEEN_MS };
}
