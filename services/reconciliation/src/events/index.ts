import { consumer } from '@dure/contracts/binding/consumer';
import { onAny, Poison } from '@dure/contracts/binding/message';
import { SOURCES } from '../domain/facts.ts';
import { inventory } from './inventory.ts';
import { orders } from './orders.ts';
import { payments } from './payments.ts';
import { take } from './seen.ts';
import { shipping } from './shipping.ts';

/** Events of an order that are not compared are counted all the same: without them there would be gaps. */
const others = onAny((envelope, call) => {
  const source = SOURCES.find((it) => envelope.source === `dure.${it}`);
  if (source === undefined) throw new Poison(`${envelope.source} is no service whose events are compared.`);
  return take(source, envelope, { type: 'Other' }, call);
});

export const handler = consumer('copies', [...orders, ...payments, ...inventory, ...shipping, others]);
