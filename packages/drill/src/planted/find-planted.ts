import { sandboxCarrier } from '@dure/testing/shop/shop';
import { makeStory } from '../make-story.ts';
import { silent } from '../progress.ts';
import { type Outcome, runDrill } from '../run-drill.ts';
import type { FaultWindow, OrderStory, Story } from '../story.ts';
import { openWorld } from '../world.ts';
import { type Planted, PLANTED } from './bugs.ts';
import { copyWorkspace } from './workspace.ts';

const SEED = 17;
const ORDERS = 24;
const RATE = 3;
/** Some of the bugs keep the system from ever becoming quiet. */
const QUIET_WITHIN_MS = 60_000;

/** Runs a small drill on a copy of the services that contains the bug. */
export async function drillWith(name: string): Promise<Outcome> {
  const planted = PLANTED[name];
  if (planted === undefined) throw new Error(`There is no bug "${name}".`);
  const { root, remove } = await copyWorkspace(planted.edits);
  try {
    const world = await openWorld(root);
    try {
      return await runDrill(world, storyFor(planted), silent, { quietWithinMs: QUIET_WITHIN_MS });
    } finally {
      await world.stop();
    }
  } finally {
    await remove();
  }
}

function storyFor({ fault, order, parcel, paymentMethod, onHand }: Planted): Story {
  const story = makeStory({ seed: SEED, orders: ORDERS, rate: RATE, kinds: [] }, { names: [], services: [] });
  const plain = ({ name, at, body }: OrderStory): OrderStory => ({
    name,
    at,
    body: { ...body, paymentMethod: paymentMethod ?? 'pm_card_visa', ...sandboxCarrier(parcel) },
    ...order,
  });
  return {
    ...story,
    products: story.products.map((product) => ({ ...product, onHand: onHand ?? product.onHand })),
    orders: story.orders.map(plain),
    changes: [],
    faults: fault === undefined ? [] : [windowOf(fault, story)],
  };
}

const windowOf = ({ kind, plan, longerMs = 0 }: NonNullable<Planted['fault']>, { lastsMs }: Story): FaultWindow => ({
  kind,
  plan,
  from: 0,
  until: lastsMs + longerMs,
});
