import { stockUp } from '@dure/testing/shop/shop';
import { type Acted, actOrder, type Stage } from './act.ts';
import { type Asked, askOthers, onlyAbsence } from './ask-others.ts';
import { makeChange } from './change.ts';
import { check, type Checked } from './checks/index.ts';
import { type Injected, injectFaults, stayWithoutFaults } from './inject.ts';
import type { Tell } from './progress.ts';
import { settle, type Settled } from './settle.ts';
import { SLOWEST, startStoryClock } from './story-clock.ts';
import { absentAt, type Story } from './story.ts';
import type { World } from './world.ts';

export interface Outcome extends Checked {
  readonly story: Story;
  readonly acted: readonly Acted[];
  readonly injected: Injected;
  /** Where nothing but absence went wrong. */
  readonly asked?: Asked;
  readonly settled: Settled;
  /** Milliseconds in all. */
  readonly tookMs: number;
}

/** Everybody gives up so long after orders should have stopped to flow. */
const GIVE_UP_MS = 15 * 60_000;
/** A message that failed four times comes back after a quarter of an hour, and may fail once more. */
const QUIET_WITHIN_MS = 40 * 60_000;
const MAX_UNDER_WAY = 400;

/** Lets a story happen in a world, waits until all is quiet, and checks what there is then. */
export async function runDrill(
  world: World,
  story: Story,
  tell: Tell,
  { quietWithinMs = QUIET_WITHIN_MS }: { readonly quietWithinMs?: number } = {},
): Promise<Outcome> {
  const functions = await world.functions();
  tell.phase('filling the shop', story.orders.length);
  await stockUp(world.cloud(), ...story.products);
  const beganAt = performance.now();
  const clock = startStoryClock(world.cloud, (now) => absentAt(story, now));
  const stage: Stage = { world, clock, deadline: beganAt + story.lastsMs / SLOWEST + GIVE_UP_MS };
  tell.phase('orders flow', story.orders.length);
  let [faultsOver, allOver] = [false, false];
  const injecting = injectFaults(stage, story, tell.faults).finally(() => (faultsOver = true));
  const [acted, added, injected, asked] = await Promise.all([
    actOrders(stage, story, tell),
    makeChanges(stage, story),
    injecting,
    onlyAbsence(story) ? askOthers(stage, story, functions.services, () => faultsOver) : undefined,
    injecting.then(() => void stayWithoutFaults(stage, () => allOver)),
  ]).finally(() => {
    allOver = true;
    clock.stop();
  });
  tell.phase('waiting until all is quiet', story.orders.length);
  const settled = await settle(world.cloud(), functions, { since: injected.endedAt, within: quietWithinMs });
  tell.phase('checking', story.orders.length);
  const stock = Object.fromEntries(story.products.map(({ sku, onHand }) => [sku, onHand + (added.get(sku) ?? 0)]));
  const checked = await check(world.cloud(), acted, stock);
  const unquiet = settled.quietAfterMs === undefined ? [`it did not come to rest: ${settled.busy}`] : [];
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

/** Each at its time, but for those that wait because too many are under way. */
async function actOrders(stage: Stage, { orders }: Story, tell: Tell): Promise<Acted[]> {
  const underWay = new Set<Promise<unknown>>();
  const all: Promise<Acted>[] = [];
  for (const order of orders) {
    await stage.clock.until(order.at);
    if (underWay.size >= MAX_UNDER_WAY) await Promise.race(underWay);
    const acting = actOrder(stage, order);
    const done = acting.then(tell.order, tell.order).finally(() => underWay.delete(done));
    underWay.add(done);
    all.push(acting);
  }
  return Promise.all(all);
}

/** Answers by how much the stock of each product was changed. */
async function makeChanges(stage: Stage, { changes }: Story): Promise<Map<string, number>> {
  const added = new Map<string, number>();
  await Promise.all(
    changes.map(async (change) => {
      await stage.clock.until(change.at);
      const difference = await makeChange(stage, change);
      added.set(change.sku, (added.get(change.sku) ?? 0) + difference);
    }),
  );
  return added;
}
