import type { Attempt, Delivery } from './webhook.ts';

/** How an endpoint has responded lately. Empty for an endpoint to which nothing was sent for a week. */
export interface Health {
  /** Consecutive failed attempts; missing before the first attempt, 0 when the last one was accepted. */
  readonly failures?: number;
  /** Nothing is sent before this instant (ISO 8601); after it one delivery at a time tries the endpoint. */
  readonly pausedUntil?: string;
}

export interface Lane {
  readonly health: Health;
  /** By slot number: until when it is taken (ISO 8601). */
  readonly taken: Readonly<Record<number, string>>;
}

/** The slot of an attempt: one attempt at a time can take it. */
export interface Slot {
  readonly lane: string;
  readonly slot: number;
}

/** Concurrent deliveries to an endpoint that accepted the last one; any other endpoint gets one. */
const PROVEN_SLOTS = 10;

/** All paused endpoints share this many concurrent calls of the function, of which a laptop has five. */
const PAUSED_SLOTS = 2;
export const PAUSED_LANE = 'PAUSED';

/** How long a response may take; shorter for an endpoint that never responded, so that many such do not delay others. */
const TIMEOUT_MS = 10_000;
const FIRST_PATIENCE_MS = 3_000;

/** The pauses of an endpoint that did not respond: after the first failure, the second … */
const PAUSES_MS = [5_000, 30_000, 120_000, 300_000, 900_000] as const;

/** Two invocations read their clocks at different moments, and clocks of healthy machines differ a little. */
const CLOCK_TOLERANCE_MS = 60_000;

/** The longest pause, after an attempt that took its whole time-out. */
const LONGEST_PAUSE_MS = 900_000 + TIMEOUT_MS + CLOCK_TOLERANCE_MS;

/** An error response may concern a single delivery and costs little, so the endpoint is paused only from this count on. */
const ANSWERED_FAILURES = 5;

/** The delay before a taken slot is tried again; longer for an endpoint that never responded. */
const BUSY_MS = 2_000;
const FIRST_BUSY_MS = FIRST_PATIENCE_MS + 1_000;

/**
 * The latest instant (ISO 8601) at which a pause or the use of a slot that began until now can end. A later end comes from a
 * clock that is ahead, and is ignored.
 */
export const latestEnd = (now: string): string => plus(now, LONGEST_PAUSE_MS);

export const isPaused = ({ pausedUntil = '' }: Health, now: string): boolean =>
  pausedUntil > now && pausedUntil <= latestEnd(now);

/** The order in which endpoints are processed: those that accept deliveries do not wait for those that may not. */
export const priorityOf = ({ failures, pausedUntil }: Health): number =>
  pausedUntil !== undefined ? 2 : failures === 0 ? 0 : 1;

/** Whether a slot of the lane was taken when it was read. */
export const isTaken = ({ taken }: Lane, { lane, slot }: Slot, now: string): boolean =>
  lane !== PAUSED_LANE && (taken[slot] ?? '') > now && (taken[slot] ?? '') <= latestEnd(now);

export const timeoutFor = ({ failures }: Health): number => (failures === undefined ? FIRST_PATIENCE_MS : TIMEOUT_MS);

/** The slot of an attempt: of its endpoint, or shared by all endpoints that are paused or were until now. */
export function slotFor({ endpointId, deliveryId }: Pick<Delivery, 'endpointId' | 'deliveryId'>, health: Health): Slot {
  if (health.pausedUntil !== undefined) return { lane: PAUSED_LANE, slot: spread(endpointId, PAUSED_SLOTS) };
  return { lane: endpointId, slot: health.failures === 0 ? spread(deliveryId, PROVEN_SLOTS) : 0 };
}

/** The last digits of a UUIDv7 are random. */
const spread = (id: string, slots: number): number => Number.parseInt(id.slice(-4), 16) % slots;

/** The health while a paused endpoint is tried: for other deliveries its pause lasts until the response must have come. */
export const healthDuringTrial = (health: Health, now: string): Health | undefined =>
  health.pausedUntil === undefined ? undefined : { ...health, pausedUntil: plus(now, TIMEOUT_MS + 1_000) };

/** The endpoint's health after an attempt; undefined when it is unchanged. */
export function updateHealth(health: Health, attempt: Attempt): Health | undefined {
  if (attempt.error === undefined) return health.failures === 0 ? undefined : { failures: 0 };
  const failures = (health.failures ?? 0) + 1;
  const step = failures - (attempt.status === undefined ? 1 : ANSWERED_FAILURES);
  if (step < 0) return { failures };
  const pause = PAUSES_MS[Math.min(step, PAUSES_MS.length - 1)]!;
  return { failures, pausedUntil: plus(attempt.at, attempt.durationMs + pause) };
}

/**
 * Postpones a delivery without an attempt: until its endpoint's pause is over or a slot may be free. The older the delivery,
 * the longer, so that one that waits for days is checked some twenty times instead of every few minutes.
 */
export function postpone(delivery: Delivery, health: Health, now: string): Delivery {
  const busy = health.failures === undefined ? FIRST_BUSY_MS : BUSY_MS;
  const until = isPaused(health, now) ? Date.parse(health.pausedUntil!) : Date.parse(now) + busy;
  const twiceAsOld = 2 * Date.parse(now) - Date.parse(delivery.createdAt);
  const nextAttemptAt = new Date(Math.max(until, twiceAsOld)).toISOString();
  return { ...delivery, nextAttemptAt, version: delivery.version + 1 };
}

const plus = (instant: string, milliseconds: number): string =>
  new Date(Date.parse(instant) + milliseconds).toISOString();
