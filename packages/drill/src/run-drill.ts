import { stockUp } from '@dure/testing/shop/shop';
import { type PlayedOrder, playOrder, type Stage } from './play-order.ts';
import { type ProbeResult, probeServices, onlyAbsence } from './probe-services.ts';
import { applyChange } from './apply-change.ts';
import { check, type Checked } from './checks/index.ts';
import { type Injected, injectFaults, keepFaultFree } from './inject.ts';
import type { ProgressListener } from './progress.ts';
import { settle, type Settled } from './settle.ts';
import { SLOWEST, startStoryClock } from './story-clock.ts';
import { absentAt, type Story } from './story.ts';
import type { World } from './world.ts';

export interface Outcome extends Checked {
  readonly story: Story;
  readonly acted: readonly PlayedOrder[];
  readonly injected: Injected;
  /** Only for stories without faults other than absence. */
  readonly asked?: ProbeResult;
  readonly settled: Settled;
  /** Total duration in milliseconds. */
  readonly tookMs: number;
}

/** Clients give up this long after orders should have stopped. */
const GIVE_UP_MS = 15 * 60_000;
/** A message that failed four times comes back after a quarter of an hour, and may fail once more. */
const QUIET_WITHIN_MS = 40 * 60_000;
const MAX_UNDER_WAY = 400;

/** Plays a story in a world, waits until all is quiet, and checks the result. */
export async function runDrill(
  world: World,
  story: Story,
  progress: ProgressListener,
  { quietWithinMs = QUIET_WITHIN_MS }: { readonly quietWithinMs?: number } = {},
): Promise<Outcome> {
  const functions = await world.functions();
  progress.phase('filling the shop', story.orders.length);
  await stockUp(world.cloud(), ...story.products);
  const beganAt = performance.now();
  const clock = startStoryClock(world.cloud, (now) => absentAt(story, now));
  const stage: Stage = { world, clock, deadline: beganAt + story.lastsMs / SLOWEST + GIVE_UP_MS };
  progress.phase('orders flow', story.orders.length);
  let [faultsOver, allOver] = [false, false];
  const injecting = injectFaults(stage, story, progress.faults).finally(() => (faultsOver = true));
  const [acted, added, injected, asked] = await Promise.all([
    actOrders(stage, story, progress),
    makeChanges(stage, story),
    injecting,
    onlyAbsence(story) ? probeServices(stage, story, functions.services, () => faultsOver) : undefined,
    injecting.then(() => void keepFaultFree(stage, () => allOver)),
  ]).finally(() => {
    allOver = true;
    clock.stop();
  });
  progress.phase('waiting until all is quiet', story.orders.length);
  const settled = await settle(world.cloud(), functions, { since: injected.endedAt, within: quietWithinMs });
  progress.phase('checking', story.orders.length);
  const stock = Object.fromEntries(story.products.map(({ sku, onHand }) => [sku, onHand + (added.get(sku) ?? 0)]));
  const checked = await check(world.cloud(), acted, stock);
  const unquiet = settled.quietAfterMs === undefined ? [`it did not become quiet: ${settled.busy}`] : [];
  return {
    ...checked,
    violations: [...unquiet, ...(asked?.failures ?? []), ...checked.violations],
    story,
    acted,
    injected,
    ...(asked !== undefined && { asked }),
    settled,
    tookMs: Math.round(performance.now() - beganAt),
  };
}

/** Each order at its time, except those that wait because too many are in progress. */
async function actOrders(stage: Stage, { orders }: Story, progress: ProgressListener): Promise<PlayedOrder[]> {
  const underWay = new Set<Promise<unknown>>();
  const all: Promise<PlayedOrder>[] = [];
  for (const order of orders) {
    await stage.clock.until(order.at);
    if (underWay.size >= MAX_UNDER_WAY) await Promise.race(underWay);
    const acting = playOrder(stage, order);
    const done = acting.then(progress.order, progress.order).finally(() => underWay.delete(done));
    underWay.add(done);
    all.push(acting);
  }
  return Promise.all(all);
}

/** Returns by how much the stock of each product was changed. */
async function makeChanges(stage: Stage, { changes }: Story): Promise<Map<string, number>> {
  const added = new Map<string, number>();
  await Promise.all(
    changes.map(async (change) => {
      await stage.clock.until(change.at);
      const difference = await applyChange(stage, change);
      added.set(change.sku, (added.get(change.sku) ?? 0) + difference);
    }),
  );
  return added;
}
