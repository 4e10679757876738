import { setTimeout as delay } from 'node:timers/promises';
import { endFaults, inject, injected } from '@dure/testing/faults';
import type { Stage } from './play-order.ts';
import { merged } from './fault-kinds.ts';
import { retryUntil } from './retry-until.ts';
import { type FaultWindow, type Kind, type PlanParts, REQUEST_KINDS, type Story } from './story.ts';

/** How often each fault was injected; a lower bound, since a kill loses the counts of its last moment. */
export type Counts = Record<string, number>;

export interface Injected {
  readonly counts: Counts;
  readonly crashes: number;
  /** How long the cloud was down in total, in milliseconds. */
  readonly awayMs: number;
  /** `performance.now()` when the last fault ended. */
  readonly endedAt: number;
}

const SERVICES = ['DynamoDB', 'SQS', 'EventBridge', 'Step Functions'];
const INJECT_WITHIN_MS = 600_000;

/**
 * Applies the story's faults window by window, and ends them.
 * @param onActive called with the kinds that are active
 */
export async function injectFaults(stage: Stage, story: Story, onActive: (kinds: Kind[]) => void): Promise<Injected> {
  const { world, clock } = stage;
  const counts: Counts = {};
  const note = (more: Counts): void => {
    for (const [fault, count] of Object.entries(more)) counts[fault] = (counts[fault] ?? 0) + count;
  };
  const surely = <Answer>(ask: () => Promise<Answer>): Promise<Answer> =>
    retryUntil('Injecting faults', performance.now() + INJECT_WITHIN_MS, ask);
  let [crashes, awayMs] = [0, 0];
  for (const [index, at] of momentsOf(story.faults).entries()) {
    await clock.until(at);
    const active = story.faults.filter(({ from, until }) => from <= at && at < until);
    note(await surely(() => injected(world.cloud())));
    for (const _ of story.faults.filter(({ kind, from }) => kind === 'crash' && from === at)) {
      awayMs += await world.crash();
      crashes += 1;
    }
    await surely(() => inject(world.cloud(), { seed: (story.seed % 100_000) + index, ...planOf(story, at, active) }));
    onActive(active.map(({ kind }) => kind));
  }
  note(await surely(() => endFaults(world.cloud())));
  onActive([]);
  return { counts, crashes, awayMs, endedAt: performance.now() };
}

const LOOK_AGAIN_MS = 5_000;

/**
 * Ends a plan that becomes active after the faults are over: a request that was given up may take effect late.
 * @param over true once nothing waits for the end of the faults
 */
export async function keepFaultFree({ world }: Stage, over: () => boolean): Promise<void> {
  while (!over()) {
    try {
      const { plan } = (await world.cloud().view('faults')) as { plan: unknown };
      if (plan !== null) {
        process.stderr.write(`\nA late fault plan was ended: ${JSON.stringify(plan).slice(0, 200)}\n`);
        await endFaults(world.cloud());
      }
    } catch {
      // The next iteration asks again.
    }
    await delay(LOOK_AGAIN_MS);
  }
}

/** The moments at which a fault begins or ends. */
const momentsOf = (faults: readonly FaultWindow[]): number[] =>
  [...new Set(faults.flatMap(({ from, until }) => [from, until]))].sort((one, other) => one - other);

/**
 * As long as any request fault is still to come, all requests go through the proxies, so that workers restart once
 * instead of with each window.
 */
function planOf({ faults }: Story, at: number, active: readonly FaultWindow[]): PlanParts {
  const plan = merged(active.map((window) => window.plan));
  if (!faults.some(({ kind, until }) => REQUEST_KINDS.includes(kind) && until > at)) return plan;
  return { ...plan, requests: [...(plan.requests ?? []), ...SERVICES.map((service) => ({ service }))] };
}
