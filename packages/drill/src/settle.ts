import { setTimeout as delay } from 'node:timers/promises';
import { ListDeadLetters, RedriveDeadLetters } from '@dure/contracts/journal';
import { ListOrders } from '@dure/contracts/orders';
import { type Cloud, expectStatus } from '@dure/testing/cloud';
import { inject, endFaults } from '@dure/testing/faults';
import { sweep } from '@dure/testing/shop/sweeps';
import type { Functions } from './fault-kinds.ts';

export interface Settled {
  /** From the last fault until nothing moved, in milliseconds; undefined when that never happened. */
  readonly quietAfterMs?: number;
  readonly redriven: number;
  /** How far the clocks of the sweeps were advanced when only the passing of time could help, in hours. */
  readonly hoursPassed: number;
  /** What still moved at the deadline. */
  readonly busy: string;
}

interface Pace {
  readonly lookAgainMs: number;
  /** Sweeps run and dead letters are redriven so often while messages wait for their next attempt. */
  readonly roundMs: number;
}

const PACE: Pace = { lookAgainMs: 1_000, roundMs: 30_000 };
/** Idle so many times in a row, with sweeps between, and still not done: only time can help. */
const PATIENCE = 5;
const OPEN = ['placed', 'confirmed', 'shipped'] as const;

/**
 * Waits until the faults' traces are gone: sweeps run, dead letters are redriven as an operator would, also while a
 * message waits for its next attempt. If all is idle and orders are still open, the sweeps' clocks go ahead by hours.
 * @param since `performance.now()` when the last fault had ended
 * @param within milliseconds from now
 */
export async function settle(
  cloud: Cloud,
  functions: Functions,
  { since, within, pace = PACE }: { since: number; within: number; pace?: Pace },
): Promise<Settled> {
  const deadline = performance.now() + within;
  let [redriven, hoursPassed, idleTimes, busy, round] = [0, 0, 0, '', -Infinity];
  while (performance.now() < deadline) {
    try {
      busy = await whatMoves(cloud);
      if (busy === '' || performance.now() - round > pace.roundMs) {
        round = performance.now();
        const swept = await runSweeps(cloud);
        const again = await redriveAll(cloud);
        redriven += again;
        const [moves, open] = [await whatMoves(cloud), await openOrders(cloud)];
        if (again === 0 && busy === '' && moves === '' && open === 0 && !swept) {
          const quietAfterMs = Math.round(performance.now() - since);
          if (hoursPassed > 0) await endFaults(cloud);
          return { quietAfterMs, redriven, hoursPassed, busy: '' };
        }
        idleTimes += busy === '' ? 1 : 0;
        busy = moves !== '' ? moves : open > 0 ? `${open} orders are open` : 'sweeps have work left';
        if (idleTimes > PATIENCE && moves === '' && hoursPassed < MAX_HOURS) {
          hoursPassed = hoursPassed === 0 ? 2 : Math.min(MAX_HOURS, hoursPassed * 2);
          await passTime(cloud, functions, hoursPassed);
        }
      }
    } catch (error) {
      busy = String(error);
    }
    await delay(pace.lookAgainMs);
  }
  return { redriven, hoursPassed, busy };
}

/** A plan advances a clock by three days at most: by then everything is due that a clock two days ahead postponed. */
const MAX_HOURS = 72;

async function passTime(cloud: Cloud, { names }: Functions, hours: number): Promise<void> {
  const clocks = names.filter((name) => name.endsWith('-sweep'));
  await inject(cloud, { clocks: clocks.map((name) => ({ function: name, seconds: hours * 3600 })) });
}

/** Returns whether a sweep had work: more may be left than it does at once, or work that is not decided yet. */
async function runSweeps(cloud: Cloud): Promise<boolean> {
  const answers = (await sweep(cloud)) as { payload?: { settled?: number; postponed?: number } | null }[];
  await cloud.invoke('journal-local-collectDeadLetters');
  return answers.some(({ payload }) => (payload?.settled ?? 0) + (payload?.postponed ?? 0) > 0);
}

/** A failing alert is retried for twenty minutes, and no order waits for it. */
const ALERTS = /^(queue dure-local|function)[- ]alerts-/;

async function whatMoves(cloud: Cloud): Promise<string> {
  const { busy } = (await cloud.view('idle')) as { busy: string[] };
  return busy.filter((what) => !ALERTS.test(what)).join();
}

async function openOrders(cloud: Cloud): Promise<number> {
  const pages = await Promise.all(OPEN.map((status) => cloud.call(ListOrders, { query: { status, limit: 100 } })));
  return pages.reduce((sum, page) => sum + expectStatus(page, 200).body.items.length, 0);
}

/**
 * Redrives every dead letter; returns how many. Those that cannot be redriven report a failed job, which runs again.
 */
async function redriveAll(cloud: Cloud): Promise<number> {
  const { items } = expectStatus(await cloud.call(ListDeadLetters, { query: { limit: 100 } }), 200).body;
  let sent = 0;
  for (const service of new Set(items.map((letter) => letter.service))) {
    const answer = expectStatus(await cloud.call(RedriveDeadLetters, { body: { service } }), 202);
    sent += answer.body.redriven;
  }
  return sent;
}
