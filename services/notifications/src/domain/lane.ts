import type { Attempt, Delivery } from './webhook.ts';

/** How an endpoint has answered of late. Nothing is known of one that nothing was sent to for a week. */
export interface Health {
  /** Attempts in a row that failed; missing before the first one, 0 when the last was taken. */
  readonly failures?: number;
  /** Nothing is sent before this instant (ISO 8601); from then on one delivery at a time tries the endpoint. */
  readonly pausedUntil?: string;
}

export interface Lane {
  readonly health: Health;
  /** Until when each of its slots is taken (ISO 8601), by its number. */
  readonly taken: Readonly<Record<number, string>>;
}

/** Where an attempt has its place: a slot is taken by one at a time. */
export interface Place {
  readonly lane: string;
  readonly slot: number;
}

/** So many deliveries at once go to an endpoint that took the last one; one to any other. */
const PROVEN_SLOTS = 10;

/** All paused endpoints together hold so many calls of the function: few of the five that there are on a laptop. */
const PAUSED_SLOTS = 2;
export const PAUSED_LANE = 'PAUSED';

/** An answer may take so long; of an endpoint that was never heard, so that many of them do not keep others waiting. */
const PATIENCE_MS = 10_000;
const FIRST_PATIENCE_MS = 3_000;

/** How long nothing is sent to an endpoint that did not answer, the first time, the second … */
const PAUSES_MS = [5_000, 30_000, 120_000, 300_000, 900_000] as const;

/** The longest pause, after an attempt that took all of its time. */
const LONGEST_PAUSE_MS = 900_000 + PATIENCE_MS;

/** An endpoint that answers with an error may mean the one delivery, and costs little: it is paused from here on. */
const ANSWERED_FAILURES = 5;

/** A slot that was taken is looked for again after so long; of an endpoint that was never heard, when it has been. */
const BUSY_MS = 2_000;
const FIRST_BUSY_MS = FIRST_PATIENCE_MS + 1_000;

/**
 * The latest instant (ISO 8601) at which a pause or the use of a place can end that was begun until now. What ends later
 * was begun by a clock that is ahead, and holds nobody back.
 */
export const latestEnd = (now: string): string => plus(now, LONGEST_PAUSE_MS);

export const isPaused = ({ pausedUntil = '' }: Health, now: string): boolean =>
  pausedUntil > now && pausedUntil <= latestEnd(now);

/** In which order endpoints are seen to: what takes deliveries is not kept waiting by what may not. */
export const rankOf = ({ failures, pausedUntil }: Health): number =>
  pausedUntil !== undefined ? 2 : failures === 0 ? 0 : 1;

/** Whether a place of the lane was taken when it was looked at. */
export const isTaken = ({ taken }: Lane, { lane, slot }: Place, now: string): boolean =>
  lane !== PAUSED_LANE && (taken[slot] ?? '') > now && (taken[slot] ?? '') <= latestEnd(now);

export const patienceWith = ({ failures }: Health): number =>
  failures === undefined ? FIRST_PATIENCE_MS : PATIENCE_MS;

/** The place of an attempt: of its endpoint's own, or shared with all that are paused or were until now. */
export function placeOf(
  { endpointId, deliveryId }: Pick<Delivery, 'endpointId' | 'deliveryId'>,
  health: Health,
): Place {
  if (health.pausedUntil !== undefined) return { lane: PAUSED_LANE, slot: spread(endpointId, PAUSED_SLOTS) };
  return { lane: endpointId, slot: health.failures === 0 ? spread(deliveryId, PROVEN_SLOTS) : 0 };
}

/** The last digits of a UUIDv7 are random. */
const spread = (id: string, slots: number): number => Number.parseInt(id.slice(-4), 16) % slots;

/** The health while a paused endpoint is tried: for the others its pause goes on until the answer must be there. */
export const whileTried = (health: Health, now: string): Health | undefined =>
  health.pausedUntil === undefined ? undefined : { ...health, pausedUntil: plus(now, PATIENCE_MS + 1_000) };

/** What an attempt says of its endpoint; undefined when it is no news. */
export function learn(health: Health, attempt: Attempt): Health | undefined {
  if (attempt.error === undefined) return health.failures === 0 ? undefined : { failures: 0 };
  const failures = (health.failures ?? 0) + 1;
  const step = failures - (attempt.status === undefined ? 1 : ANSWERED_FAILURES);
  if (step < 0) return { failures };
  const pause = PAUSES_MS[Math.min(step, PAUSES_MS.length - 1)]!;
  return { failures, pausedUntil: plus(attempt.at, attempt.durationMs + pause) };
}

/**
 * A delivery that is put off without an attempt: until its endpoint's pause is over or a slot may be free, and the longer
 * the older it is, so that what waits for days is looked at some twenty times and not every few minutes.
 */
export function putOff(delivery: Delivery, health: Health, now: string): Delivery {
  const busy = health.failures === undefined ? FIRST_BUSY_MS : BUSY_MS;
  const until = isPaused(health, now) ? Date.parse(health.pausedUntil!) : Date.parse(now) + busy;
  const twiceAsOld = 2 * Date.parse(now) - Date.parse(delivery.createdAt);
  const nextAttemptAt = new Date(Math.max(until, twiceAsOld)).toISOString();
  return { ...delivery, nextAttemptAt, version: delivery.version + 1 };
}

const plus = (instant: string, milliseconds: number): string =>
  new Date(Date.parse(instant) + milliseconds).toISOString();
