import { batchConsumer } from '@dure/contracts/binding/consumer';
import { onAny, Poison } from '@dure/contracts/binding/message';
import { ingestEvents } from '../application/ingest-events.ts';
import { store, times } from '../composition.ts';
import { SOURCES } from '../domain/facts.ts';
import { inventory } from './inventory.ts';
import { orders } from './orders.ts';
import { payments } from './payments.ts';
import { sourceEvent } from './on-fact.ts';
import { shipping } from './shipping.ts';

const { quietSeconds } = times();

const compared = [...orders, ...payments, ...inventory, ...shipping];

const withoutVersion = (type: string): string => type.replace(/\.v\d+$/, '');
const facts = new Set(compared.flatMap((it) => ('type' in it ? [withoutVersion(it.type)] : [])));

/** Events of an order that are not compared are counted too: without them there would be gaps. */
const others = onAny((envelope) => {
  const source = SOURCES.find((it) => envelope.source === `dure.${it}`);
  if (source === undefined) throw new Poison(`${envelope.source} is not a service whose events are compared.`);
  const type = facts.has(withoutVersion(envelope.type)) ? 'OtherVersion' : 'Other';
  return Promise.resolve(sourceEvent(source, envelope, { type }));
});

export const handler = batchConsumer('copies', [...compared, others], (asked) =>
  ingestEvents(store, asked, quietSeconds),
);
