import { setTimeout as delay } from 'node:timers/promises';
import { endFaults, inject, injected } from '@dure/testing/faults';
import type { Stage } from './act.ts';
import { merged } from './fault-kinds.ts';
import { patiently } from './patiently.ts';
import { type FaultWindow, type Kind, type PlanParts, REQUEST_KINDS, type Story } from './story.ts';

/** How often each fault was injected: at least, for what was done in the moment of a kill is not told. */
export type Counts = Record<string, number>;

export interface Injected {
  readonly counts: Counts;
  readonly crashes: number;
  /** How long the cloud was away in all, in milliseconds. */
  readonly awayMs: number;
  /** `performance.now()` when the last fault had ended. */
  readonly endedAt: number;
}

const SERVICES = ['DynamoDB', 'SQS', 'EventBridge', 'Step Functions'];
const INJECT_WITHIN_MS = 600_000;

/**
 * Follows the story's faults, window by window, and ends them.
 * @param told of the kinds that are at work
 */
export async function injectFaults(stage: Stage, story: Story, told: (kinds: Kind[]) => void): Promise<Injected> {
  const { world, clock } = stage;
  const counts: Counts = {};
  const note = (more: Counts): void => {
    for (const [fault, count] of Object.entries(more)) counts[fault] = (counts[fault] ?? 0) + count;
  };
  const surely = <Answer>(ask: () => Promise<Answer>): Promise<Answer> =>
    patiently('Injecting faults', performance.now() + INJECT_WITHIN_MS, ask);
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
    told(active.map(({ kind }) => kind));
  }
  note(await surely(() => endFaults(world.cloud())));
  told([]);
  return { counts, crashes, awayMs, endedAt: performance.now() };
}

const LOOK_AGAIN_MS = 5_000;

/**
 * Ends a plan that is followed although the faults are over: a request that was given up may be carried out late.
 * @param over true once nobody waits for the faults to be over any more
 */
export async function stayWithoutFaults({ world }: Stage, over: () => boolean): Promise<void> {
  while (!over()) {
    try {
      const { plan } = (await world.cloud().view('faults')) as { plan: unknown };
      if (plan !== null) {
        process.stderr.write(`\nA plan of faults came back, and was ended: ${JSON.stringify(plan).slice(0, 200)}\n`);
        await endFaults(world.cloud());
      }
    } catch {
      // It is asked again.
    }
    await delay(LOOK_AGAIN_MS);
  }
}

/** When something begins or ends. */
const momentsOf = (faults: readonly FaultWindow[]): number[] =>
  [...new Set(faults.flatMap(({ from, until }) => [from, until]))].sort((one, other) => one - other);

/**
 * As long as requests to AWS will fail some time, all go through the proxies: workers start anew once and not with each
 * window.
 */
function planOf({ faults }: Story, at: number, active: readonly FaultWindow[]): PlanParts {
  const plan = merged(active.map((window) => window.plan));
  if (!faults.some(({ kind, until }) => REQUEST_KINDS.includes(kind) && until > at)) return plan;
  return { ...plan, requests: [...(plan.requests ?? []), ...SERVICES.map((service) => ({ service }))] };
}
