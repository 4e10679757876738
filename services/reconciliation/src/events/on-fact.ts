import type { Consumed, MessageContract } from '@dure/contracts/contract';
import { type Message, on, Poison, type Subscription } from '@dure/contracts/binding/message';
import type * as z from 'zod/mini';
import type { Fact, Source, SourceEvent } from '../domain/facts.ts';

/** Subscribes to an event and reads it as a fact for the comparison; its subject is the order. */
export function onFact<M extends MessageContract, Field extends string & keyof z.output<M['schema']>>(
  source: Source,
  consumed: Consumed<M, Field>,
  factOf: (data: Pick<z.output<M['schema']>, Field>) => Fact,
): Subscription<SourceEvent> {
  return on(consumed, (message: Message<Pick<z.output<M['schema']>, Field>>) =>
    Promise.resolve(sourceEvent(source, message, factOf(message.data))),
  );
}

interface Numbered {
  readonly sequence?: number;
  readonly time: string;
}

export function sourceEvent(source: Source, { sequence, time }: Numbered, fact: Fact): SourceEvent {
  if (sequence === undefined) throw new Poison('An event of an order has no sequence.');
  return { source, sequence, time, fact };
}
