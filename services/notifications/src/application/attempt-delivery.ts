import type { Call } from '@dure/contracts/binding/call';
import { Conflict, retryOnConflict } from '@dure/contracts/binding/commit';
import { signWebhook } from '@dure/contracts/binding/webhook';
import { type PostWebhook } from '@dure/contracts/binding/webhook-post';
import { type Attempt, begin, type Delivery, type Endpoint, judge, settle, signingSecrets } from '../domain/webhook.ts';
import { isPaused, isTaken, type Lane, learn, patienceWith, placeOf, putOff, whileTried } from '../domain/lane.ts';
import { type DeliveryId, type FanningOut, summonInTime } from './webhooks.ts';

export interface Attempting extends FanningOut {
  readonly post: PostWebhook;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Longer than an attempt and what is written around it: after a death the place is free again. */
const SLOT_LEASE_MS = 30_000;

export type AttemptOutcome = 'delivered' | 'retry' | 'put-off' | 'failed' | 'disabled' | 'nothing';

/**
 * Attempts a delivery, if it is due. Who claims it posts it; a claim that is never settled ends after two minutes, and
 * the same webhook is posted again, with the same id. While its endpoint is paused, or others are being posted there, it
 * is put off.
 */
export async function attemptDelivery(using: Attempting, which: DeliveryId, call: Call): Promise<AttemptOutcome> {
  const { endpoints, deliveries, lanes, now } = using;
  const [endpoint, found, lane] = await Promise.all([
    endpoints.load(which.endpointId),
    deliveries.load(which.endpointId, which.deliveryId),
    lanes.load(which.endpointId),
  ]);
  if (found === undefined) return 'nothing';
  const at = instant(now());
  const claimed = begin(found, at);
  if (claimed === undefined) return 'nothing';
  const enabled = endpoint?.status === 'enabled' ? endpoint : undefined;
  const { health } = lane;
  if (enabled && isPutOff(found, lane, at)) return later(using, putOff(found, health, at), call, 'put-off');
  if (!(await save(using, claimed))) return 'nothing';
  if (enabled === undefined) return settled(using, claimed, unsent(endpoint, now()), call);
  const place = placeOf(claimed, health);
  const entered = await lanes.enter(place, { now: at, until: instant(now() + SLOT_LEASE_MS) });
  if (!entered) return later(using, putOff(claimed, health, at), call, 'put-off');
  const tried = whileTried(health, at);
  if (tried !== undefined) await lanes.note(enabled.endpointId, tried, at);
  const attempt = await post(using, enabled, claimed, patienceWith(health));
  const outcome = await settled(using, claimed, attempt, call);
  const news = learn(health, attempt);
  if (news !== undefined) await lanes.note(enabled.endpointId, news, attempt.at);
  await lanes.leave(place);
  const disabled = await judged(using, enabled.endpointId, attempt, call);
  return disabled ? 'disabled' : outcome;
}

/** A test does not mind a pause: where it is taken, it ends the pause. */
const isPutOff = (delivery: Delivery, lane: Lane, now: string): boolean =>
  (isPaused(lane.health, now) && delivery.type !== 'webhook.test') ||
  isTaken(lane, placeOf(delivery, lane.health), now);

const instant = (now: number): string => new Date(now).toISOString();

/** Whether it was ours to save. */
async function save({ deliveries }: Attempting, delivery: Delivery): Promise<boolean> {
  try {
    await deliveries.save(delivery);
    return true;
  } catch (error) {
    if (error instanceof Conflict) return false;
    throw error;
  }
}

/** Counts as answered with 410, which ends a delivery. */
const unsent = (endpoint: Endpoint | undefined, now: number): Attempt => ({
  ...{ at: instant(now), durationMs: 0, status: 410 },
  error: `The webhook endpoint is ${endpoint === undefined ? 'removed' : 'disabled'}; nothing was sent.`,
});

async function post(
  { post, now }: Attempting,
  endpoint: Endpoint,
  { deliveryId, body }: Delivery,
  timeoutMs: number,
): Promise<Attempt> {
  const started = now();
  const secrets = signingSecrets(endpoint, instant(started));
  const headers = {
    'content-type': 'application/json',
    ...signWebhook({ id: deliveryId, body, now: started }, ...secrets),
  };
  const done = () => ({ at: instant(started), durationMs: Math.max(0, Math.round(now() - started)) });
  try {
    const status = await post(endpoint.url, { body, headers }, timeoutMs);
    const taken = status >= 200 && status < 300;
    return { ...done(), status, ...(!taken && { error: `${new URL(endpoint.url).host} answered ${status}.` }) };
  } catch (error) {
    return { ...done(), error: (error instanceof Error ? error.message : String(error)).slice(0, 300) };
  }
}

async function settled(using: Attempting, claimed: Delivery, attempt: Attempt, call: Call): Promise<AttemptOutcome> {
  const next = settle(claimed, attempt);
  if (next.nextAttemptAt !== undefined) return later(using, next, call, 'retry');
  if (!(await save(using, next))) return 'nothing';
  return next.status === 'delivered' ? 'delivered' : 'failed';
}

/** Keeps a delivery for its next attempt, and has it attempted then. */
async function later<Outcome extends AttemptOutcome>(
  using: Attempting,
  next: Delivery,
  call: Call,
  outcome: Outcome,
): Promise<Outcome | 'nothing'> {
  if (!(await save(using, next))) return 'nothing';
  await summonInTime(using, next, instant(using.now()), call);
  return outcome;
}

/** Whether the attempt ended the endpoint. */
function judged({ endpoints }: Attempting, endpointId: string, attempt: Attempt, call: Call): Promise<boolean> {
  return retryOnConflict(async () => {
    const was = await endpoints.load(endpointId);
    const next = was && judge(was, attempt);
    if (was === undefined || next === undefined) return false;
    await endpoints.save({ ...call, marker: undefined }, next, { was });
    return next.status === 'disabled';
  });
}
