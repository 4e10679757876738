import { consumer } from '@dure/contracts/binding/consumer';
import { onAny, Poison } from '@dure/contracts/binding/message';
import { SOURCES } from '../domain/facts.ts';
import { inventory } from './inventory.ts';
import { orders } from './orders.ts';
import { payments } from './payments.ts';
import { ingestFact } from './on-fact.ts';
import { shipping } from './shipping.ts';

/** Events of an order that are not compared are counted too: without them there would be gaps. */
const others = onAny((envelope, call) => {
  const source = SOURCES.find((it) => envelope.source === `dure.${it}`);
  if (source === undefined) throw new Poison(`${envelope.source} is not a service whose events are compared.`);
  return ingestFact(source, envelope, { type: 'Other' }, call);
});

export const handler = consumer('copies', [...orders, ...payments, ...inventory, ...shipping, others]);
