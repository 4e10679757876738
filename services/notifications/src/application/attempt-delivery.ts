import type { Call } from '@dure/contracts/binding/call';
import { Conflict, retryOnConflict } from '@dure/contracts/binding/commit';
import { signWebhook } from '@dure/webhooks/sign';
import { type PostWebhook } from '@dure/webhooks/post';
import { type Attempt, begin, type Delivery, type Endpoint, judge, settle, signingSecrets } from '../domain/webhook.ts';
import {
  isPaused,
  isTaken,
  type Lane,
  updateHealth,
  timeoutFor,
  slotFor,
  postpone,
  healthDuringTrial,
} from '../domain/lane.ts';
import { type DeliveryId, type FanOutDependencies, scheduleIfSoon } from './fan-out-webhooks.ts';

export interface DeliveryDependencies extends FanOutDependencies {
  readonly post: PostWebhook;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Longer than an attempt and the writes around it, so that the slot of a dead invocation becomes free again. */
const SLOT_LEASE_MS = 30_000;

export type AttemptOutcome = 'delivered' | 'retry' | 'put-off' | 'failed' | 'disabled' | 'nothing';

/**
 * Attempts a delivery, if it is due. The invocation that claims it posts it. A claim that is never settled ends after two
 * minutes, and the same webhook is posted again with the same id. A delivery is postponed while its endpoint is paused or
 * has no free slot.
 */
export async function attemptDelivery(
  using: DeliveryDependencies,
  which: DeliveryId,
  call: Call,
): Promise<AttemptOutcome> {
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
  if (enabled && isPutOff(found, lane, at)) return later(using, postpone(found, health, at), call, 'put-off');
  if (!(await save(using, claimed))) return 'nothing';
  if (enabled === undefined) return settled(using, claimed, unsent(endpoint, now()), call);
  const place = slotFor(claimed, health);
  const entered = await lanes.enter(place, { now: at, until: instant(now() + SLOT_LEASE_MS) });
  if (!entered) return later(using, postpone(claimed, health, at), call, 'put-off');
  const tried = healthDuringTrial(health, at);
  if (tried !== undefined) await lanes.note(enabled.endpointId, tried, at);
  const attempt = await post(using, enabled, claimed, timeoutFor(health));
  const outcome = await settled(using, claimed, attempt, call);
  const news = updateHealth(health, attempt);
  if (news !== undefined) await lanes.note(enabled.endpointId, news, attempt.at);
  await lanes.leave(place);
  const disabled = await judged(using, enabled.endpointId, attempt, call);
  return disabled ? 'disabled' : outcome;
}

/** A test ignores a pause, and ends it if the endpoint accepts it. */
const isPutOff = (delivery: Delivery, lane: Lane, now: string): boolean =>
  (isPaused(lane.health, now) && delivery.type !== 'webhook.test') ||
  isTaken(lane, slotFor(delivery, lane.health), now);

const instant = (now: number): string => new Date(now).toISOString();

/** Returns false when another invocation has changed it. */
async function save({ deliveries }: DeliveryDependencies, delivery: Delivery): Promise<boolean> {
  try {
    await deliveries.save(delivery);
    return true;
  } catch (error) {
    if (error instanceof Conflict) return false;
    throw error;
  }
}

/** Counts like a 410 response, which ends a delivery. */
const unsent = (endpoint: Endpoint | undefined, now: number): Attempt => ({
  ...{ at: instant(now), durationMs: 0, status: 410 },
  error: `The webhook endpoint was ${endpoint === undefined ? 'removed' : 'disabled'}; nothing was sent.`,
});

async function post(
  { post, now }: DeliveryDependencies,
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

async function settled(
  using: DeliveryDependencies,
  claimed: Delivery,
  attempt: Attempt,
  call: Call,
): Promise<AttemptOutcome> {
  const next = settle(claimed, attempt);
  if (next.nextAttemptAt !== undefined) return later(using, next, call, 'retry');
  if (!(await save(using, next))) return 'nothing';
  return next.status === 'delivered' ? 'delivered' : 'failed';
}

/** Saves a delivery for its next attempt, and schedules that attempt. */
async function later<Outcome extends AttemptOutcome>(
  using: DeliveryDependencies,
  next: Delivery,
  call: Call,
  outcome: Outcome,
): Promise<Outcome | 'nothing'> {
  if (!(await save(using, next))) return 'nothing';
  await scheduleIfSoon(using, next, instant(using.now()), call);
  return outcome;
}

/** Returns whether the attempt disabled the endpoint. */
function judged(
  { endpoints }: DeliveryDependencies,
  endpointId: string,
  attempt: Attempt,
  call: Call,
): Promise<boolean> {
  return retryOnConflict(async () => {
    const was = await endpoints.load(endpointId);
    const next = was && judge(was, attempt);
    if (was === undefined || next === undefined) return false;
    await endpoints.save({ ...call, marker: undefined }, next, { was });
    return next.status === 'disabled';
  });
}
