import type { Call } from '@dure/contracts/binding/call';
import type { Consumed, MessageContract } from '@dure/contracts/contract';
import { type Message, on, Poison, type Subscription } from '@dure/contracts/binding/message';
import type * as z from 'zod/mini';
import { ingestEvent } from '../application/ingest-event.ts';
import { store, times } from '../composition.ts';
import type { Fact, Source } from '../domain/facts.ts';

const { quietSeconds } = times();

/** Subscribes to an event and records it as a fact for the comparison; its subject is the order. */
export function onFact<M extends MessageContract, Field extends string & keyof z.output<M['schema']>>(
  source: Source,
  consumed: Consumed<M, Field>,
  factOf: (data: Pick<z.output<M['schema']>, Field>) => Fact,
): Subscription {
  return on(consumed, (message: Message<Pick<z.output<M['schema']>, Field>>, call) =>
    ingestFact(source, message, factOf(message.data), call),
  );
}

interface Numbered {
  readonly subject: string;
  readonly sequence?: number;
  readonly time: string;
}

export function ingestFact(source: Source, { subject, sequence, time }: Numbered, it: Fact, call: Call): Promise<void> {
  if (sequence === undefined) throw new Poison('An event of an order has no sequence.');
  return ingestEvent(store, call, subject, { source, sequence, time, fact: it }, quietSeconds);
}
