import type { Call } from '@dure/contracts/binding/call';
import { AlreadyHandled, Conflict } from '@dure/contracts/binding/commit';
import { metric } from '@dure/contracts/binding/log';
import { dueAt, inFlight } from '../domain/payment.ts';
import type { StoredPayment } from '../store.ts';
import { changePayment, type Dependencies } from './change-payment.ts';
import { type Hold, NotYetDecided, ProviderRefused, ProviderUnreachable } from './provider.ts';

/** An event that a provider reports. Only what it refers to is trusted. */
export interface ProviderNotice {
  readonly id: string;
  readonly type: string;
  /** The hold that it refers to, if any. */
  readonly reference: string | undefined;
  /** Only a person can deal with it. */
  readonly alarming: boolean;
}

/** `left`: to the invocation that began it, to the sweep, or because nothing was to be done. */
export type NoticeOutcome = 'settled' | 'left' | 'repeated';

/**
 * Uses a provider's notice as a hint: reads the payment from the provider and continues from there. Notices may come
 * twice, late, out of order or never, since the sweep finds the same.
 * @throws ProviderUnreachable when the provider does not answer, so that it sends the notice again
 */
export async function handleProviderNotice(
  dependencies: Dependencies,
  call: Call,
  notice: ProviderNotice,
): Promise<NoticeOutcome> {
  const { store, provider } = dependencies;
  if (await store.wasHandled(call)) return 'repeated';
  const { id, type, reference } = notice;
  if (reference === undefined) return 'left';
  const found = await provider.findHold(reference);
  if (found.type === 'unknown') throw new ProviderUnreachable(found.reason);
  // The account may serve other systems too: an order without a payment here is not ours.
  const stored = found.type === 'none' || found.orderId === undefined ? undefined : await store.load(found.orderId);
  if (found.type === 'none' || stored === undefined || stored.version === 0) return 'left';
  const ours = { ...call, correlationId: stored.correlationId };
  const { orderId } = stored;
  if (notice.alarming) {
    ours.log.error('the provider needs attention from a person', {
      ...metric('notice', 'alarming', 0),
      orderId,
      id,
      type,
    });
  }
  try {
    return await settle(dependencies, ours, stored, found.hold);
  } catch (error) {
    if (error instanceof AlreadyHandled) return 'repeated';
    const left = [NotYetDecided, ProviderRefused, Conflict].some((kind) => error instanceof kind);
    if (!left) throw error;
    ours.log.info('notice left to the sweep', { orderId, id, type, error });
    return 'left';
  }
}

async function settle(
  dependencies: Dependencies,
  call: Call,
  stored: StoredPayment,
  hold: Hold,
): Promise<NoticeOutcome> {
  const { orderId, payment } = stored;
  const goOn = async (expireBefore: string): Promise<NoticeOutcome> => {
    await changePayment(dependencies, call, orderId, { type: 'settle', expireBefore });
    return 'settled';
  };
  // A step that began a moment ago is continued by the invocation that began it.
  if (inFlight(payment)) return (dueAt(payment, 0) ?? '') <= call.time ? goOn('') : note(dependencies, call, stored);
  if (payment.status === 'authorised' && hold.status === 'released') return goOn(call.time);
  if (payment.status === 'voided' || payment.status === 'declined')
    await releaseHold(dependencies, call, orderId, hold);
  return note(dependencies, call, stored);
}

/** Releases a hold that will not be captured, because its payment has ended without it. */
async function releaseHold({ provider }: Dependencies, call: Call, orderId: string, hold: Hold): Promise<void> {
  const { reference, status } = hold;
  if (status !== 'held' && status !== 'taken') return;
  const answer = status === 'held' ? await provider.void(reference) : ({ type: 'taken' } as const);
  if (answer.type === 'unknown') throw new ProviderUnreachable(answer.reason);
  if (answer.type === 'voided') call.log.warn('released an unused hold', { orderId, reference });
  else
    call.log.error('the provider needs attention from a person', {
      ...metric('notice', 'alarming', 0),
      orderId,
      reference,
    });
}

async function note({ store }: Dependencies, call: Call, stored: StoredPayment): Promise<NoticeOutcome> {
  await store.save(call, stored, []);
  return 'left';
}
