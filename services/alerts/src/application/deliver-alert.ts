import type { Alert } from '../domain/alert.ts';
import type { ChannelName, Store } from '../store.ts';

/** A way to reach the operators. */
export interface Channel {
  readonly name: ChannelName;
  /** Sends the alert; `unconfigured` when no recipient is configured. Rejects when sending fails. */
  send(alert: Alert): Promise<'sent' | 'unconfigured'>;
}

/** Another invocation is delivering the same alert: retry once it has finished. */
export class DeliveryInProgress extends Error {
  override readonly name = 'DeliveryInProgress';
}

/** Longer than an invocation lives, so that two never deliver at once. */
const LEASE_MS = 60_000;

/** Two invocations read their clocks at different moments, and clocks of healthy machines differ a little. */
const CLOCK_TOLERANCE_MS = 60_000;

/**
 * Delivers an alert over a channel, once for each notification: the claim in the table is the inbox marker. An alert is
 * delivered twice, with the same id, only when an invocation dies after sending and before recording it.
 * @param now milliseconds since 1970
 */
export async function deliverAlert(
  store: Store,
  channel: Channel,
  alert: Alert,
  now: () => number,
): Promise<'sent' | 'unconfigured' | 'repeated'> {
  const began = now();
  const until = began + LEASE_MS;
  const claim = await store.claim(alert, channel.name, { now: began, until, latest: until + CLOCK_TOLERANCE_MS });
  if (claim === 'sent') return 'repeated';
  if (claim === 'busy') throw new DeliveryInProgress(`Alert ${alert.id} is being delivered by ${channel.name}.`);
  let outcome: 'sent' | 'unconfigured';
  try {
    outcome = await channel.send(alert);
  } catch (error) {
    await store.release(alert.id, channel.name, now());
    throw error;
  }
  await store.settle(alert.id, channel.name, outcome, now());
  return outcome;
}
