import type { WebhookEventType } from '@dure/contracts/notifications';

/** A signing secret; `until` (ISO 8601) is set when a newer one has replaced it. */
export interface Secret {
  /** By which a repeated request finds the secret that it was shown; for an endpoint's first secret, the endpoint's id. */
  readonly id?: string;
  readonly value: string;
  readonly until?: string;
}

export type DisabledReason = 'gone' | 'failing' | 'operator';

/** A third party's URL, and the events that it subscribes to. */
export interface Endpoint {
  readonly endpointId: string;
  readonly url: string;
  readonly events: readonly WebhookEventType[];
  readonly description?: string;
  readonly status: 'enabled' | 'disabled';
  readonly disabledReason?: DisabledReason;
  /** Since when every attempt failed; missing while all is well. */
  readonly failingSince?: string;
  readonly secrets: readonly Secret[];
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Counts the changes of the endpoint, and its published events. */
  readonly version: number;
  readonly sequence: number;
}

export interface Attempt {
  readonly at: string;
  readonly durationMs: number;
  /** The receiver's status, if it responded. */
  readonly status?: number;
  readonly error?: string;
}

export interface Delivery {
  readonly endpointId: string;
  /** The event's id, so that it is the same for every attempt: `webhook-id`. */
  readonly deliveryId: string;
  readonly type: WebhookEventType | 'webhook.test';
  readonly orderId?: string;
  /** The same for every attempt. */
  readonly body: string;
  readonly status: 'pending' | 'delivered' | 'failed';
  readonly attempts: readonly Attempt[];
  /** Set while it is pending. During an attempt, when the delivery is retried if the attempt never ends. */
  readonly nextAttemptAt?: string;
  readonly createdAt: string;
  readonly version: number;
}

const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];

/**
 * The delays after each failed attempt, about three days in total.
 * Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#deliverability-and-reliability
 */
export const RETRY_AFTER_MS: readonly number[] = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];

/** How long a rotated secret still signs. */
export const ROTATION_MS = 24 * HOUR;

/** An endpoint that has accepted nothing for this long is disabled. */
export const DEAD_AFTER_MS = 5 * 24 * HOUR;

/** Longer than an attempt and the writes around it. */
export const ATTEMPT_LEASE_MS = 2 * MINUTE;

const GONE = 410;

const after = (instant: string, milliseconds: number): string =>
  new Date(Date.parse(instant) + milliseconds).toISOString();

/** The delivery during an attempt; undefined when it is not due, or finished. */
export function begin(delivery: Delivery, now: string): Delivery | undefined {
  const { status, nextAttemptAt = '' } = delivery;
  if (status !== 'pending' || nextAttemptAt > now) return undefined;
  return { ...delivery, nextAttemptAt: after(now, ATTEMPT_LEASE_MS), version: delivery.version + 1 };
}

/** The delivery after an attempt: delivered, to be retried, or failed for good. */
export function settle(delivery: Delivery, attempt: Attempt): Delivery {
  const { nextAttemptAt: _lease, ...rest } = delivery;
  const next = { ...rest, attempts: [...delivery.attempts, attempt], version: delivery.version + 1 };
  if (attempt.error === undefined) return { ...next, status: 'delivered' };
  const pause = delivery.type === 'webhook.test' ? undefined : RETRY_AFTER_MS[delivery.attempts.length];
  if (attempt.status === GONE || pause === undefined) return { ...next, status: 'failed' };
  return { ...next, nextAttemptAt: after(attempt.at, pause) };
}

/** The endpoint after an attempt; undefined when it is unchanged. */
export function judge(endpoint: Endpoint, attempt: Attempt): Endpoint | undefined {
  if (endpoint.status === 'disabled') return undefined;
  const { failingSince, ...well } = endpoint;
  const changed = { updatedAt: attempt.at, version: endpoint.version + 1 };
  if (attempt.error === undefined) return failingSince === undefined ? undefined : { ...well, ...changed };
  const since = failingSince ?? attempt.at;
  const dead = Date.parse(attempt.at) - Date.parse(since) >= DEAD_AFTER_MS;
  if (attempt.status === GONE || dead) {
    return disable({ ...endpoint, failingSince: since }, attempt.status === GONE ? 'gone' : 'failing', attempt.at);
  }
  return failingSince === undefined ? { ...endpoint, failingSince: since, ...changed } : undefined;
}

/** The endpoint as disabled, with an event to publish. */
export const disable = (endpoint: Endpoint, disabledReason: DisabledReason, updatedAt: string): Endpoint => ({
  ...endpoint,
  ...{ status: 'disabled', disabledReason, updatedAt },
  ...{ version: endpoint.version + 1, sequence: endpoint.sequence + 1 },
});

export function enable(endpoint: Endpoint, updatedAt: string): Endpoint {
  const { failingSince: _since, disabledReason: _reason, ...well } = endpoint;
  return { ...well, status: 'enabled', updatedAt, version: endpoint.version + 1 };
}

/** The new secret signs from now on, and the previous one for a day; older ones no longer sign. */
export function rotate(endpoint: Endpoint, secret: Secret, now: string): Endpoint {
  const [current] = endpoint.secrets;
  const secrets = [secret, ...(current ? [{ ...current, until: after(now, ROTATION_MS) }] : [])];
  return { ...endpoint, secrets, updatedAt: now, version: endpoint.version + 1 };
}

/** The secrets that sign now, newest first. */
export const signingSecrets = ({ secrets }: Endpoint, now: string): string[] =>
  secrets.filter(({ until }) => until === undefined || until > now).map(({ value }) => value);
