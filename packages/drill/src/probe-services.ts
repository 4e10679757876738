import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { ListAlerts } from '@dure/contracts/alerts';
import { ListContracts } from '@dure/contracts/registry';
import { ListProducts } from '@dure/contracts/catalog';
import { GetStock } from '@dure/contracts/inventory';
import { ListDeadLetters } from '@dure/contracts/journal';
import { ListNotifications } from '@dure/contracts/notifications';
import { healthOf } from '@dure/contracts/operations';
import { ListOrders } from '@dure/contracts/orders';
import { GetPayment } from '@dure/contracts/payments';
import { ListDrifts } from '@dure/contracts/reconciliation';
import { ListShipments } from '@dure/contracts/shipping';
import type { Cloud } from '@dure/testing/cloud';
import type { Stage } from './play-order.ts';
import { absentAt, type Story } from './story.ts';

/** The answers of the services that were present while another was absent. */
export interface ProbeResult {
  readonly requests: number;
  /** The longest response time, in milliseconds. */
  readonly slowestMs: number;
  /** Each request without an answer, or with a 5xx. */
  readonly failures: readonly string[];
}

type Ask = (cloud: Cloud, story: Story) => Promise<{ readonly status: number }>;

const ASK_AGAIN_MS = 500;
const HEALTH = 'its health';
/** A fault plan may take effect, or end, up to this long after its time. */
const SURE_MS = 1_000;

/** One read of each service's own data; "not found" counts as an answer. */
const READS: Readonly<Record<string, Ask>> = {
  alerts: (cloud) => cloud.call(ListAlerts, { query: { limit: 1 } }),
  catalog: (cloud) => cloud.call(ListProducts, { query: { limit: 1 } }),
  inventory: (cloud, { products }) => cloud.call(GetStock, { params: { sku: products[0]!.sku } }),
  journal: (cloud) => cloud.call(ListDeadLetters, { query: { limit: 1 } }),
  notifications: (cloud) => cloud.call(ListNotifications, { query: { orderId: randomUUID() } }),
  orders: (cloud) => cloud.call(ListOrders, { query: { status: 'placed', limit: 1 } }),
  payments: (cloud) => cloud.call(GetPayment, { params: { orderId: randomUUID() } }),
  reconciliation: (cloud) => cloud.call(ListDrifts, { query: { limit: 1 } }),
  registry: (cloud) => cloud.call(ListContracts, { query: { limit: 1 } }),
  shipping: (cloud) => cloud.call(ListShipments, { query: { orderId: randomUUID() } }),
};

/** Whether a story has no faults other than absence: only then must every other service answer. */
export const onlyAbsence = ({ faults }: Story): boolean =>
  faults.length > 0 && faults.every(({ kind }) => kind === 'absence');

/**
 * Keeps requesting every present service while another is absent.
 * @param over true once the story's faults have ended
 */
export async function probeServices(
  { world, clock }: Stage,
  story: Story,
  services: readonly string[],
  over: () => boolean,
): Promise<ProbeResult> {
  const failures: string[] = [];
  let [requests, slowestMs] = [0, 0];
  const ask = async (service: string, what: string, by: Ask, absent: readonly string[]): Promise<void> => {
    const from = performance.now();
    const answer = await by(world.cloud(), story).then(
      ({ status }) => (status >= 500 ? String(status) : undefined),
      (error: unknown) => String(error),
    );
    requests += 1;
    slowestMs = Math.max(slowestMs, Math.round(performance.now() - from));
    if (answer !== undefined)
      failures.push(`${service} answered ${what} with ${answer} while ${absent.join()} was absent`);
  };
  while (!over()) {
    const absent = absentAt(story, clock.now(), SURE_MS);
    const present = absent.length === 0 ? [] : services.filter((service) => !absent.includes(service));
    await Promise.all([
      delay(ASK_AGAIN_MS),
      ...present.flatMap((service) => [
        ask(service, HEALTH, (cloud) => cloud.call(healthOf(service), {}), absent),
        ...(READS[service] === undefined ? [] : [ask(service, 'a read', READS[service], absent)]),
      ]),
    ]);
  }
  return { requests, slowestMs, failures };
}
