import { beginCall, type Call } from '@dure/contracts/binding/call';
import { AlreadyHandled } from '@dure/contracts/binding/commit';
import type { Scheduler } from 'fast-check';
import { authorisePayment } from '../../src/application/authorise-payment.ts';
import { cancelPayment } from '../../src/application/cancel-payment.ts';
import { capturePayment } from '../../src/application/capture-payment.ts';
import { refundAmount } from '../../src/application/refund-amount.ts';
import { refundPayment } from '../../src/application/refund-payment.ts';
import { settlePayments } from '../../src/application/settle-payments.ts';
import { memoryStore } from './memory-store.ts';
import { Crash, type Fault, modelProvider } from './model-provider.ts';

export const orderId = '01890a5d-ac96-774b-bcce-b302099a8057';
export const total = { amount: 1000, currency: 'EUR' } as const;

export type Message =
  | { readonly type: 'authorise' | 'capture' | 'cancel' }
  | { readonly type: 'refund' | 'refundAmount'; readonly amount: number };

/** A sender on the bus gives the refund its own id. */
export const refundIdOf = (message: number): string => `refund-${message}`;

/** What happens at the same time; then some minutes pass. */
export interface Round {
  readonly messages: readonly Message[];
  /** Whether all that came before is delivered once more. */
  readonly redeliver: boolean;
  readonly sweep: boolean;
  readonly minutes: number;
}

interface Luck {
  /** Interleaves what happens at the same time. */
  readonly scheduler: Scheduler;
  readonly fault: () => Fault;
  /** Whether the process dies at this write. */
  readonly dies: () => boolean;
}

const CALM_ROUNDS = 4;
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * Plays rounds of one order's messages against the real use cases, with a store and a provider in memory. A message
 * whose handling dies or throws comes again, as from a queue. Then all is calm, and what is left is delivered and
 * swept.
 */
export async function simulate(rounds: readonly Round[], luck: Luck) {
  let calm = false;
  let minute = 0;
  const step = async (name: string) => {
    await luck.scheduler.schedule(Promise.resolve(), name);
    if (!calm && name.includes('save') && luck.dies()) throw new Crash(name);
  };
  const memory = memoryStore(step);
  const model = modelProvider(step, () => (calm ? 'none' : luck.fault()));
  const dependencies = { store: memory.store, provider: model.provider, pauses: [] };
  const messages: Message[] = [];
  const waiting = new Set<number>();

  const callOf = (id: string, marker?: Call['marker']): Call => {
    const time = new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
    return { ...beginCall({ marker }), id, time, log: silent };
  };

  const handle = (message: Message, call: Call): Promise<unknown> => {
    switch (message.type) {
      case 'authorise': {
        const charge = { paymentId: `payment-${call.id}`, amount: total, paymentMethod: 'pm_card_visa' };
        return authorisePayment(dependencies, call, { orderId, ...charge });
      }
      case 'capture':
        return capturePayment(dependencies, call, orderId);
      case 'cancel':
        return cancelPayment(dependencies, call, { orderId, reason: 'why', refundId: `${call.id}-${minute}` });
      case 'refund':
        return refundPayment(dependencies, call, {
          orderId,
          amount: { ...total, amount: message.amount },
          reason: 'why',
        });
      case 'refundAmount':
        return refundAmount(dependencies, call, {
          ...{ orderId, refundId: refundIdOf(Number(call.id)), reason: 'why' },
          amount: { ...total, amount: message.amount },
        });
      default:
        return message satisfies never;
    }
  };

  const deliver = async (id: number) => {
    try {
      await handle(messages[id] as Message, callOf(String(id), { pk: `INBOX#${id}` }));
      waiting.delete(id);
    } catch (error) {
      if (error instanceof AlreadyHandled) waiting.delete(id);
    }
  };

  const sweep = async () => {
    const call = callOf('sweep');
    const aDayBefore = new Date(Date.parse(call.time) - 24 * 3_600_000).toISOString();
    await settlePayments(dependencies, call, aDayBefore).catch((error: unknown) => {
      if (!(error instanceof Crash)) throw error;
    });
  };

  const pass = (minutes: number) => {
    model.pass();
    minute += minutes;
  };

  for (const round of rounds) {
    const before = round.redeliver ? [...messages.keys()] : [];
    const fresh = round.messages.map((message) => messages.push(message) - 1);
    for (const id of fresh) waiting.add(id);
    await Promise.all([...before, ...fresh].map(deliver).concat(round.sweep ? sweep() : []));
    pass(round.minutes);
  }
  calm = true;
  for (let count = 0; count < CALM_ROUNDS; count += 1) {
    await Promise.all([...waiting].map(deliver));
    await sweep();
    pass(3);
  }
  const { payment } = await memory.store.load(orderId);
  return { payment, messages, unanswered: waiting.size, published: memory.published, intents: model.intents };
}
