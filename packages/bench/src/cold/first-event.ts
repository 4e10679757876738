import { randomUUID } from 'node:crypto';
import { contracts } from '@dure/contracts/all-contracts';
import type { Contract, EndpointContract, MessageContract } from '@dure/contracts/contract';
import { busRecord, proxyEvent, sqsEvent } from '@dure/testing/lambda-events';
import type { ServiceFunction } from './functions.ts';

/**
 * A first event for the function, from its contract's example: a writing request if there is one, a message, a stream
 * record, or the event of a schedule or state machine.
 */
export function firstEvent({ name, service, file }: ServiceFunction): unknown {
  if (file.endpoints !== undefined) return requestOf(endpointsOf(service, file.endpoints));
  if (file.consumes !== undefined) return messageOf(service, file.consumes);
  const streamed = file.stream?.filter.dynamodb?.NewImage?.type?.S[0];
  if (streamed !== undefined) return streamEvent(messageNamed(service, `${streamed}.v1`));
  if (file.relay || file.stream) return streamEvent(messages.find(({ owner }) => owner === service)!);
  return OWN_INPUT[name] ?? {};
}

/** Functions that a state machine or another queue invokes. */
const OWN_INPUT: Readonly<Record<string, unknown>> = {
  'orders/workflowStep': {
    orderId: randomUUID(),
    correlationId: randomUUID(),
    causationId: randomUUID(),
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    actor: 'customer:bench',
    command: { type: 'confirm' },
  },
  'alerts/email': sqsEvent(),
  'alerts/webhook': sqsEvent(),
};

const isEndpoint = (contract: Contract): contract is EndpointContract => contract.kind === 'endpoint';
const messages = contracts.filter((contract): contract is MessageContract => !isEndpoint(contract));

const endpointsOf = (service: string, names: readonly string[]) =>
  contracts.filter(isEndpoint).filter(({ owner, name }) => owner === service && names.includes(name));

function requestOf(endpoints: readonly EndpointContract[]): unknown {
  const writing = endpoints.find(({ method }) => method === 'POST' || method === 'PUT');
  const endpoint = writing ?? endpoints[0]!;
  const { method, fullPath: resource, example, idempotencyKey, ifMatch } = endpoint;
  const headers = {
    ...(idempotencyKey !== undefined && { 'idempotency-key': randomUUID() }),
    ...(ifMatch === 'required' && { 'if-match': '"1"' }),
  };
  return proxyEvent({ method, resource, params: example.params, query: example.query, body: example.body, headers });
}

/** `StockReserved.v1` of the service itself, or `inventory/StockReserved.v1`. */
function messageNamed(service: string, reference: string): MessageContract {
  const [name = '', owner = service] = reference.split('/').reverse();
  const found = messages.find((contract) => contract.owner === owner && contract.detailType === name);
  if (found === undefined) throw new Error(`There is no message ${reference}, which ${service} should accept.`);
  return found;
}

function messageOf(service: string, [first]: readonly (string | { readonly message: string })[]): unknown {
  const reference = typeof first === 'string' ? first : (first?.message ?? '');
  const contract = reference === '*' ? messages[0]! : messageNamed(service, reference);
  const sequence = contract.kind === 'event' ? 1 : undefined;
  return sqsEvent(
    busRecord({ contract, subject: randomUUID(), sequence, data: contract.example, replyto: 'arn:bench:token' }),
  );
}

/** A stream record of a change that carries a message. */
function streamEvent(contract: MessageContract): unknown {
  const subject = randomUUID();
  const { body } = busRecord({ contract, subject, sequence: 1, data: contract.example });
  const { detail } = JSON.parse(body) as { detail: unknown };
  const texts = { pk: `THING#${subject}`, sk: 'THING', outbox: JSON.stringify([detail]) };
  const NewImage = Object.fromEntries(Object.entries(texts).map(([name, S]) => [name, { S }]));
  return { Records: [{ eventName: 'INSERT', dynamodb: { SequenceNumber: '1', NewImage } }] };
}
