import type { Call } from '@dure/contracts/binding/call';
import { AlreadyHandled, Conflict } from '@dure/contracts/binding/commit';
import { metric } from '@dure/contracts/binding/log';
import { dueAt, inFlight } from '../domain/payment.ts';
import type { StoredPayment } from '../store.ts';
import { carryOut, type Dependencies } from './carry-out.ts';
import { type Hold, NotYetDecided, ProviderRefused, ProviderUnreachable } from './provider.ts';

/** What a provider says has happened. Nothing in it is believed but what it is about. */
export interface ProviderNotice {
  readonly id: string;
  readonly type: string;
  /** The hold that it is about; undefined when it is about none. */
  readonly reference: string | undefined;
  /** A person must look: nothing here can mend it. */
  readonly alarming: boolean;
}

/** `left` to who began it, to the sweep, or to nobody: there was nothing to do. */
export type Heeded = 'settled' | 'left' | 'repeated';

/**
 * Takes a provider's notice as a hint to look: asks the provider how the payment stands and goes on from there. Its
 * notices may come twice, late, out of order or never, for the sweep finds the same.
 * @throws ProviderUnreachable when the provider does not answer, so that the notice is to be sent again
 */
export async function heedNotice(dependencies: Dependencies, call: Call, notice: ProviderNotice): Promise<Heeded> {
  const { store, provider } = dependencies;
  if (await store.wasHandled(call)) return 'repeated';
  const { id, type, reference } = notice;
  if (reference === undefined) return 'left';
  const seen = await provider.look(reference);
  if (seen.type === 'unknown') throw new ProviderUnreachable(seen.reason);
  // The account may serve others as well: what has no payment here is none of ours.
  const stored = seen.type === 'none' || seen.orderId === undefined ? undefined : await store.load(seen.orderId);
  if (seen.type === 'none' || stored === undefined || stored.version === 0) return 'left';
  const ours = { ...call, correlationId: stored.correlationId };
  const { orderId } = stored;
  if (notice.alarming) {
    ours.log.error('a person must look at the provider', { ...metric('notice', 'alarming', 0), orderId, id, type });
  }
  try {
    return await settle(dependencies, ours, stored, seen.hold);
  } catch (error) {
    if (error instanceof AlreadyHandled) return 'repeated';
    const left = [NotYetDecided, ProviderRefused, Conflict].some((kind) => error instanceof kind);
    if (!left) throw error;
    ours.log.info('notice left to the sweep', { orderId, id, type, error });
    return 'left';
  }
}

async function settle(dependencies: Dependencies, call: Call, stored: StoredPayment, hold: Hold): Promise<Heeded> {
  const { orderId, payment } = stored;
  const goOn = async (expireBefore: string): Promise<Heeded> => {
    await carryOut(dependencies, call, orderId, { type: 'settle', expireBefore });
    return 'settled';
  };
  // What was begun a moment ago is in the hands of who began it.
  if (inFlight(payment)) return (dueAt(payment, 0) ?? '') <= call.time ? goOn('') : note(dependencies, call, stored);
  if (payment.status === 'authorised' && hold.status === 'released') return goOn(call.time);
  if (payment.status === 'voided' || payment.status === 'declined') await letGo(dependencies, call, orderId, hold);
  return note(dependencies, call, stored);
}

/** A hold that nobody will capture, for its payment has ended without it. */
async function letGo({ provider }: Dependencies, call: Call, orderId: string, hold: Hold): Promise<void> {
  const { reference, status } = hold;
  if (status !== 'held' && status !== 'taken') return;
  const answer = status === 'held' ? await provider.void(reference) : ({ type: 'taken' } as const);
  if (answer.type === 'unknown') throw new ProviderUnreachable(answer.reason);
  if (answer.type === 'voided') call.log.warn('let go of a hold that nobody waits for', { orderId, reference });
  else call.log.error('a person must look at the provider', { ...metric('notice', 'alarming', 0), orderId, reference });
}

async function note({ store }: Dependencies, call: Call, stored: StoredPayment): Promise<Heeded> {
  await store.save(call, stored, []);
  return 'left';
}
