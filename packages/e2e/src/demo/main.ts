import { parseArgs } from 'node:util';
import { type Cloud, connect, json } from '@dure/testing/cloud';
import { eventually } from '@dure/testing/eventually';
import { invariantsHold } from '@dure/testing/shop/invariants';
import { fillShop } from './fill-shop.ts';
import { bad, dim, good, heading, money, say, seconds, table } from './printer.ts';
import { stories } from './stories.ts';
import { begin, followOrder, type FollowedOrder } from './follow-order.ts';

const DEFAULT_URL = 'http://localhost:4000';
const HELP = `Usage: npm run demo -- [options]

Fills the running system with products and stock, and places an order of every ending.

  --url URL   where the system runs (${DEFAULT_URL})
  --help      print this
`;
const START_MS = 60_000;
const REST_MS = 30_000;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { url: { type: 'string' }, help: { type: 'boolean', short: 'h' } } });
  if (values.help) return void process.stdout.write(HELP);
  const cloud = connect((values.url ?? DEFAULT_URL).replace(/\/$/, ''));
  await running(cloud);

  heading('The shop');
  const { products, added, toppedUp } = await fillShop(cloud);
  say(`  ${products} products in EUR, USD and KRW: ${added} added, stock filled up for ${toppedUp}`);

  const followed = await followAll(cloud, `demo-${Date.now().toString(36)}`);
  summary(followed);
  const holds = await checkInvariants(cloud, followed);
  next(cloud, followed);
  const wrong = followed.filter((one) => one.wrong !== undefined).length;
  if (wrong > 0) say(bad(`\n${wrong} of ${followed.length} orders did not end as they should.`));
  if (wrong > 0 || !holds) process.exitCode = 1;
}

/** Waits for a system that is starting. @throws Error that says what to do when there is none */
async function running(cloud: Cloud): Promise<void> {
  const isReady = async () => ((await json(`${cloud.url}/_cloud`)) as { ready: boolean }).ready || undefined;
  try {
    if (await isReady()) return;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // fetch's, where no connection is to be had
    const what = `Nothing runs at ${cloud.url}. Start it first, in another terminal: npm start`;
    throw new Error(`${what}\n(--url names another place.)`, { cause: error });
  }
  await eventually('The system starts', isReady, { within: START_MS });
}

/** Slow stories are started first and followed last. */
async function followAll(cloud: Cloud, customerId: string): Promise<FollowedOrder[]> {
  const slow = await Promise.all(stories.filter((story) => story.slow).map((story) => begin(cloud, story, customerId)));
  const followed: FollowedOrder[] = [];
  const number = () => `${followed.length + 1}/${stories.length}`;
  for (const story of stories.filter((one) => !one.slow)) {
    followed.push(await followOrder(cloud, await begin(cloud, story, customerId), number()));
  }
  for (const begun of slow) followed.push(await followOrder(cloud, begun, number()));
  return followed;
}

function summary(followed: readonly FollowedOrder[]): void {
  heading('What happened');
  const rows = followed.map(({ story, order, tookMs, wrong }) => [
    wrong === undefined ? '✓' : '✗',
    story.title,
    order.reason ? `${order.status}: ${order.reason}` : order.status,
    order.total ? money(order.total) : '',
    seconds(tookMs),
  ]);
  table([['', 'order', 'ended as', 'total', 'after'], ...rows]);
}

async function checkInvariants(cloud: Cloud, followed: readonly FollowedOrder[]): Promise<boolean> {
  heading('Checked from outside');
  try {
    await invariantsHold(cloud, { orderIds: followed.map(({ order }) => order.orderId) }, REST_MS);
    say(`  ${good('✓')} every order has ended, and every parcel`);
    say(
      `  ${good('✓')} the provider captured the total of each completed order once, refunded what did not arrive, and holds nothing else`,
    );
    say(`  ${good('✓')} goods that arrived or were lost have left the stock, and all others are back in stock`);
    say(`  ${good('✓')} the journal has every event once, without gaps`);
    return true;
  } catch (error) {
    say(`  ${bad('✗')} ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}

function next(cloud: Cloud, followed: readonly FollowedOrder[]): void {
  const find = (status: string) => followed.find(({ order }) => order.status === status) ?? followed[0];
  const [completed, cancelled, rejected] = [find('completed'), find('cancelled'), find('rejected')];
  if (completed === undefined || cancelled === undefined || rejected === undefined) return;
  const { orderId, customer } = completed.order;
  const curl = (what: string, service: string, path: string) => {
    say(`  ${dim(`# ${what}`)}`);
    say(`  curl -H "authorization: Bearer $TOKEN" "${cloud.urlOf(service, path)}"`);
  };
  heading('Look closer');
  say('  TOKEN=$(npm run --silent token -- --as operator)');
  curl('an order as it was after its first event', 'orders', `/v1/orders/${orderId}?at=1`);
  curl('the steps of its workflow, with attempts and durations', 'orders', `/v1/orders/${orderId}/workflow`);
  curl('all orders of this demo', 'orders', `/v1/orders?customerId=${customer.id}`);
  curl('all its events on the bus', 'journal', `/v1/events?correlationId=${completed.correlationId}`);
  curl('its parcels and their history', 'shipping', `/v1/shipments?orderId=${orderId}`);
  curl('a refunded payment', 'payments', `/v1/payments/${cancelled.order.orderId}`);
  curl('a search in the catalogue', 'catalog', `/v1/products?q=${encodeURIComponent('백자')}`);
  curl('the stock of a product', 'inventory', '/v1/stock/MUG-WHITE');
  say(`  ${dim('# why an order was rejected: its events, steps, payment and problems')}`);
  say(`  curl "${cloud.url}/_cloud/trace?id=${rejected.order.orderId}"`);
  say(`  ${dim('# recent deliveries to consumers')}`);
  say(`  curl "${cloud.url}/_cloud/deliveries?limit=20"`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${bad(error instanceof Error ? error.message : String(error))}\n`);
  process.exitCode = 1;
});
