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
  /** How long to wait for a provider that has not decided yet, try by try; milliseconds. */
  readonly pauses: readonly number[];
}

/** A cancellation during a capture takes three requests; more than this would be a circle. */
const MAX_REQUESTS = 5;

/**
 * Carries out a command on an order's payment, safe against dying at any point: the intention is written, then the
 * provider is asked under a key that the intention gives, then its answer is written together with what others are
 * told and with the call's marker. What was left standing is taken up where it stands, by a repetition or the sweep.
 * `resultOf` makes what a repetition is answered from.
 * @throws ProviderUnreachable, NotYetDecided to be tried again later; ProviderRefused for a person to look at
 */
export function carryOut(
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
      if (requests === 0 && !done && (await store.wasHandled(call))) throw new AlreadyHandled('It was done before.');
      stored = await (done ? store.save(call, stored, events, resultOf) : store.save(unmarked(call), stored, events));
      if (done) return stored;
      events = await nextEvents(dependencies, call, orderId, requireInFlight(stored.payment, events));
    }
    throw new Error(`The payment is ${stored.payment.status} after ${MAX_REQUESTS} requests to the provider.`);
  });
}

/** A step on the way does not count as the call's effect. */
const unmarked = (call: Call): Call => ({ ...call, marker: undefined, state: { committed: false } });

function requireInFlight(payment: Payment, events: readonly PaymentEvent[]): InFlight {
  if (inFlight(payment)) return payment;
  const refusal = events.find((event) => event.type === 'RefundRefused');
  throw new ProviderRefused(refusal?.reason ?? `Nothing can be done for a payment that is ${payment.status}.`);
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
