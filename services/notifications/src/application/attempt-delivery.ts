import type { Call } from '@dure/contracts/call';
import { Conflict, retryOnConflict } from '@dure/contracts/commit';
import { signWebhook } from '@dure/contracts/webhook';
import { type PostWebhook } from '@dure/contracts/webhook-post';
import { type Attempt, begin, type Delivery, type Endpoint, judge, settle, signingSecrets } from '../domain/webhook.ts';
import type { DeliveryId, FanningOut } from './webhooks.ts';

export interface Attempting extends FanningOut {
  readonly post: PostWebhook;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Later ones are left to the sweep, so that no message waits for hours. */
const SUMMONED_WITHIN_MS = 300_000;

export type AttemptOutcome = 'delivered' | 'retry' | 'failed' | 'disabled' | 'nothing';

/**
 * Attempts a delivery, if it is due. Who claims it posts it; a claim that is never settled ends after two minutes, and
 * the same webhook is posted again, with the same id.
 */
export async function attemptDelivery(using: Attempting, which: DeliveryId, call: Call): Promise<AttemptOutcome> {
  const { endpoints, deliveries, now } = using;
  const [endpoint, found] = await Promise.all([
    endpoints.load(which.endpointId),
    deliveries.load(which.endpointId, which.deliveryId),
  ]);
  const claimed = found && begin(found, instant(now()));
  if (claimed === undefined) return 'nothing';
  if (!(await save(using, claimed))) return 'nothing';
  if (endpoint?.status !== 'enabled') return settled(using, claimed, unsent(endpoint, now()), call);
  const attempt = await post(using, endpoint, claimed);
  const outcome = await settled(using, claimed, attempt, call);
  const disabled = await judged(using, endpoint.endpointId, attempt, call);
  return disabled ? 'disabled' : outcome;
}

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

async function post({ post, now }: Attempting, endpoint: Endpoint, { deliveryId, body }: Delivery): Promise<Attempt> {
  const started = now();
  const secrets = signingSecrets(endpoint, instant(started));
  const headers = {
    'content-type': 'application/json',
    ...signWebhook({ id: deliveryId, body, now: started }, ...secrets),
  };
  const done = () => ({ at: instant(started), durationMs: Math.max(0, Math.round(now() - started)) });
  try {
    const status = await post(endpoint.url, { body, headers });
    const taken = status >= 200 && status < 300;
    return { ...done(), status, ...(!taken && { error: `${new URL(endpoint.url).host} answered ${status}.` }) };
  } catch (error) {
    return { ...done(), error: (error instanceof Error ? error.message : String(error)).slice(0, 300) };
  }
}

async function settled(using: Attempting, claimed: Delivery, attempt: Attempt, call: Call): Promise<AttemptOutcome> {
  const next = settle(claimed, attempt);
  if (!(await save(using, next))) return 'nothing';
  if (next.nextAttemptAt === undefined) return next.status === 'delivered' ? 'delivered' : 'failed';
  const wait = Date.parse(next.nextAttemptAt) - using.now();
  // A second more: a delayed message may come a moment early, and would find nothing due.
  if (wait <= SUMMONED_WITHIN_MS) await using.summon(next, Math.max(0, Math.ceil(wait / 1000)) + 1, call);
  return 'retry';
}

/** Whether the attempt ended the endpoint. */
function judged({ endpoints }: Attempting, endpointId: string, attempt: Attempt, call: Call): Promise<boolean> {
  return retryOnConflict(async () => {
    const was = await endpoints.load(endpointId);
    const next = was && judge(was, attempt);
    if (next === undefined) return false;
    await endpoints.save({ ...call, marker: undefined }, next, { was });
    return next.status === 'disabled';
  });
}
