import type { Outcome } from './run-drill.ts';
import type { Story } from './story.ts';

const MAX_TRIES = 12;

type Failing = Pick<Outcome, 'story' | 'violations'>;

/** A violation without the order or product that it names; mail subjects contain a part of the order's id. */
const shapeOf = (violation: string): string =>
  violation
    .replace(/(order|product|shipment|parcel) \S+/g, '$1')
    .replace(/\([0-9A-F]{8,}\)/gi, '')
    .replace(/\d+/g, '#');

/**
 * Halves faults and orders as long as a violation of the same shape is found; returns the shortest such story.
 * @param again plays a story in a separate world
 */
export async function shrink(
  { story, violations }: Failing,
  again: (story: Story) => Promise<Pick<Outcome, 'violations'>>,
): Promise<Story> {
  const wanted = new Set(violations.map(shapeOf));
  let best = story;
  let tries = 0;
  const fails = async (shorter: Story): Promise<boolean> => {
    tries += 1;
    return (await again(shorter)).violations.some((violation) => wanted.has(shapeOf(violation)));
  };
  for (let improved = true; improved && tries < MAX_TRIES;) {
    improved = false;
    for (const shorter of halvesOf(best)) {
      if (tries >= MAX_TRIES) break;
      if (!(await fails(shorter))) continue;
      best = shorter;
      improved = true;
      break;
    }
  }
  return best;
}

/** Stories with half of the faults, then with half of the orders and their changes. */
function halvesOf(story: Story): Story[] {
  const halves: Story[] = [];
  const { faults, orders } = story;
  if (faults.length > 0) {
    const middle = Math.ceil(faults.length / 2);
    if (faults.length > 1) halves.push({ ...story, faults: faults.slice(0, middle) });
    halves.push({ ...story, faults: faults.length > 1 ? faults.slice(middle) : [] });
  }
  if (orders.length > 1) {
    const middle = Math.ceil(orders.length / 2);
    halves.push(withOrders(story, orders.slice(0, middle)), withOrders(story, orders.slice(middle)));
  }
  return halves;
}

function withOrders(story: Story, orders: Story['orders']): Story {
  const [from, until] = [orders[0]?.at ?? 0, orders.at(-1)?.at ?? 0];
  return { ...story, orders, changes: story.changes.filter(({ at }) => from <= at && at <= until) };
}
