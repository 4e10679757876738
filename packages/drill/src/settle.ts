import { setTimeout as delay } from 'node:timers/promises';
import { ListDeadLetters, RedriveDeadLetters } from '@dure/contracts/journal';
import { ListOrders } from '@dure/contracts/orders';
import { type Cloud, expectStatus } from '@dure/testing/cloud';
import { inject, endFaults } from '@dure/testing/faults';
import { sweep } from '@dure/testing/shop/sweeps';
import type { Functions } from './fault-kinds.ts';

export interface Settled {
  /** From the last fault until nothing moved, in milliseconds; undefined when that did not come. */
  readonly quietAfterMs?: number;
  readonly redriven: number;
  /** So many hours the clocks of the sweeps were put forward, where only the passing of time could help. */
  readonly hoursPassed: number;
  /** What still moved at the deadline. */
  readonly busy: string;
}

const LOOK_AGAIN_MS = 1_000;
/** Idle so many times in a row, with sweeps between, and still not done: only time can help. */
const PATIENCE = 5;
const OPEN = ['placed', 'confirmed', 'shipped'] as const;

/**
 * Waits until the faults' traces are gone: sweeps run, dead letters are redriven as an operator would, and where all is
 * idle and orders are still open, the sweeps' clocks go ahead by hours.
 * @param since `performance.now()` when the last fault had ended
 * @param within milliseconds from now
 */
export async function settle(
  cloud: Cloud,
  functions: Functions,
  { since, within }: { since: number; within: number },
): Promise<Settled> {
  const deadline = performance.now() + within;
  let [redriven, hoursPassed, idleTimes, busy] = [0, 0, 0, ''];
  while (performance.now() < deadline) {
    try {
      busy = await whatMoves(cloud);
      if (busy === '') {
        const swept = await runSweeps(cloud);
        const again = await redriveAll(cloud);
        redriven += again;
        const [moves, open] = [await whatMoves(cloud), await openOrders(cloud)];
        if (again === 0 && moves === '' && open === 0 && !swept) {
          const quietAfterMs = Math.round(performance.now() - since);
          if (hoursPassed > 0) await endFaults(cloud);
          return { quietAfterMs, redriven, hoursPassed, busy: '' };
        }
        busy = moves !== '' ? moves : open > 0 ? `${open} orders are open` : 'sweeps have work left';
        idleTimes += 1;
        if (idleTimes > PATIENCE && moves === '' && hoursPassed < MAX_HOURS) {
          hoursPassed = hoursPassed === 0 ? 2 : Math.min(MAX_HOURS, hoursPassed * 2);
          await passTime(cloud, functions, hoursPassed);
        }
      }
    } catch (error) {
      busy = String(error);
    }
    await delay(LOOK_AGAIN_MS);
  }
  return { redriven, hoursPassed, busy };
}

/** A plan takes a clock ahead by three days at most: what a clock that was two days ahead put off is due by then. */
const MAX_HOURS = 72;

async function passTime(cloud: Cloud, { names }: Functions, hours: number): Promise<void> {
  const clocks = names.filter((name) => name.endsWith('-sweep'));
  await inject(cloud, { clocks: clocks.map((name) => ({ function: name, seconds: hours * 3600 })) });
}

/** True where a sweep had work: as much as it does at once, or what is not yet decided, may be left. */
async function runSweeps(cloud: Cloud): Promise<boolean> {
  const answers = (await sweep(cloud)) as { payload?: { settled?: number; postponed?: number } | null }[];
  await cloud.invoke('journal-local-collectDeadLetters');
  return answers.some(({ payload }) => (payload?.settled ?? 0) + (payload?.postponed ?? 0) > 0);
}

/** An alert that could not be told is tried for twenty minutes, and no order waits for it. */
const ALERTS = /^(queue dure-local|function)[- ]alerts-/;

async function whatMoves(cloud: Cloud): Promise<string> {
  const { busy } = (await cloud.view('idle')) as { busy: string[] };
  return busy.filter((what) => !ALERTS.test(what)).join();
}

async function openOrders(cloud: Cloud): Promise<number> {
  const pages = await Promise.all(OPEN.map((status) => cloud.call(ListOrders, { query: { status, limit: 100 } })));
  return pages.reduce((sum, page) => sum + expectStatus(page, 200).body.items.length, 0);
}

/** Sends every dead letter back; answers how many. What cannot be sent is the report of a job, which runs again. */
async function redriveAll(cloud: Cloud): Promise<number> {
  const { items } = expectStatus(await cloud.call(ListDeadLetters, { query: { limit: 100 } }), 200).body;
  let sent = 0;
  for (const service of new Set(items.map((letter) => letter.service))) {
    const answer = expectStatus(await cloud.call(RedriveDeadLetters, { body: { service } }), 202);
    sent += answer.body.redriven;
  }
  return sent;
}
