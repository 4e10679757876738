import { type MessageContract, sourceOf } from '../src/contracts/contract.ts';
import type { Envelope } from '../src/contracts/envelope.ts';

const TIME = '2026-01-05T09:30:00.000Z';

/** A message as it goes over the bus, with the contract's own example in it. */
export function exampleEnvelope(contract: MessageContract): Envelope {
  const { orderId, sku } = contract.example as { orderId?: string; sku?: string };
  return {
    specversion: '1.0',
    id: '01890a5d-ac97-7c3e-9d2f-6a1b5e8c4d70',
    source: sourceOf(contract.senders[0]!),
    type: contract.type,
    subject: orderId ?? sku ?? 'example',
    time: TIME,
    datacontenttype: 'application/json',
    dataschema: contract.dataschema,
    ...(contract.kind === 'event' ? { sequence: 1 } : {}),
    correlationid: '01890a5d-ac96-7b2d-8c1e-5f0a4d7b3c6e',
    causationid: '01890a5d-ac96-7b2d-8c1e-5f0a4d7b3c6e',
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    actor: 'anonymous',
    data: contract.example,
  };
}
