import { setTimeout as pause } from 'node:timers/promises';
import type { Call } from '@dure/contracts/binding/call';
import { AlreadyHandled, retryOnConflict } from '@dure/contracts/binding/commit';
import { decide, type PaymentCommand, type Rejection } from '../domain/decide.ts';
import type { PaymentEvent } from '../domain/events.ts';
import { inFlight, type InFlight, type Payment } from '../domain/payment.ts';
import { isDone } from '../domain/is-done.ts';
import { decideOutcome } from '../domain/outcome.ts';
import type { Store, StoredPayment } from '../store.ts';
import { askProvider } from './ask-provider.ts';
import { NotYetDecided, type PaymentProvider, ProviderRefused } from './provider.ts';

export interface Dependencies {
  readonly store: Store;
  readonly provider: PaymentProvider;
  /** The pauses between attempts while the provider has not decided yet; milliseconds. */
  readonly pauses: readonly number[];
}

/** A cancellation during a capture takes three requests; more than this would be a loop. */
const MAX_REQUESTS = 5;

/**
 * Runs a command on an order's payment, safe against dying at any point. The intention is written first. Then the
 * provider is asked under a key derived from the intention. Its answer is written together with the published events and
 * the call's marker. An unfinished intention is continued by a retry or by the sweep.
 * @param resultOf makes the result from which a repeated call is answered
 * @throws ProviderUnreachable, NotYetDecided: retry later; ProviderRefused: a person must look
 */
export function changePayment(
  dependencies: Dependencies,
  call: Call,
  orderId: string,
  command: PaymentCommand,
  resultOf?: (after: StoredPayment) => unknown,
): Promise<StoredPayment | { readonly rejected: Rejection }> {
  return retryOnConflict(async () => {
    const { store } = dependencies;
    const loaded = await store.load(orderId);
    const decided = decide(command, loaded.payment);
    if (typeof decided === 'string') return { rejected: decided };
    let events = decided;
    let stored = loaded;
    for (let requests = 0; requests <= MAX_REQUESTS; requests += 1) {
      const done = isDone(command, events, store.after(stored, events, call).payment);
      if (requests === 0 && !done && (await store.wasHandled(call, loaded)))
        throw new AlreadyHandled('The command was handled before.');
      stored = await (done ? store.save(call, stored, events, resultOf) : store.save(unmarked(call), stored, events));
      if (done) return stored;
      events = await nextEvents(dependencies, call, orderId, requireInFlight(stored.payment, events));
    }
    throw new Error(`The payment is ${stored.payment.status} after ${MAX_REQUESTS} requests to the provider.`);
  });
}

/** An intermediate step does not count as the call's effect. */
const unmarked = (call: Call): Call => ({ ...call, marker: undefined, state: { committed: false } });

function requireInFlight(payment: Payment, events: readonly PaymentEvent[]): InFlight {
  if (inFlight(payment)) return payment;
  const refusal = events.find((event) => event.type === 'RefundRefused');
  throw new ProviderRefused(refusal?.reason ?? `No request is possible for a payment in status ${payment.status}.`);
}

async function nextEvents(
  { provider, pauses }: Dependencies,
  call: Call,
  orderId: string,
  payment: InFlight,
): Promise<readonly PaymentEvent[]> {
  for (let tries = 0; ; tries += 1) {
    try {
      return decideOutcome(await askProvider(provider, { orderId, payment, now: call.time }), payment);
    } catch (error) {
      const milliseconds = pauses[tries];
      if (!(error instanceof NotYetDecided) || milliseconds === undefined) throw error;
      await pause(milliseconds);
    }
  }
}
