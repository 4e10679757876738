import type { Alert } from '../domain/alert.ts';
import type { ChannelName, Store } from '../store.ts';

/** A way to tell a person. */
export interface Channel {
  readonly name: ChannelName;
  /** Tells of the alert; `unconfigured` when nobody is named to be told. Rejects when it could not. */
  tell(alert: Alert): Promise<'told' | 'unconfigured'>;
}

/** Another invocation is telling of the same alert: wait for how that ends. */
export class BeingTold extends Error {
  override readonly name = 'BeingTold';
}

/** Longer than an invocation lives, so that nobody is told by two at once. */
const LEASE_MS = 60_000;

/**
 * Tells of an alert over a channel, once for each notification: the claim in the table is the inbox marker. An
 * invocation that dies between telling and noting it is the one case in which it is told again, with the same id.
 * @param now milliseconds since 1970
 */
export async function tell(
  store: Store,
  channel: Channel,
  alert: Alert,
  now: () => number,
): Promise<'told' | 'unconfigured' | 'repeated'> {
  const claim = await store.claim(alert, channel.name, { now: now(), until: now() + LEASE_MS });
  if (claim === 'told') return 'repeated';
  if (claim === 'busy') throw new BeingTold(`${channel.name} is being told of ${alert.id}.`);
  let outcome: 'told' | 'unconfigured';
  try {
    outcome = await channel.tell(alert);
  } catch (error) {
    await store.release(alert.id, channel.name, now());
    throw error;
  }
  await store.settle(alert.id, channel.name, outcome, now());
  return outcome;
}
