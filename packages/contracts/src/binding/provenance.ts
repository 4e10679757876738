import { messageNames, sourceOf } from '../contracts/contract.ts';
import type { BusEvent, Envelope } from '../contracts/envelope.ts';

const TYPE = /^dure\.([a-z][a-z0-9-]*)\.([A-Za-z][A-Za-z0-9]*)\.v([1-9][0-9]*)$/;

/**
 * The service that owns the message of a CloudEvents `type`: `dure.inventory.StockReserved.v1` → `inventory`.
 *
 * @example
 * ```ts
 * import { ownerOf } from '@dure/contracts/binding/provenance';
 *
 * export const owner = ownerOf('dure.inventory.StockReserved.v1'); // inventory
 * ```
 */
export const ownerOf = (type: string): string => TYPE.exec(type)?.[1] ?? '';

/**
 * Why a message is not what it claims to be; undefined when the bus, the envelope and the contract agree.
 * @param senders the services that may send a message of this type
 */
export function mismatchOf(event: BusEvent, envelope: Envelope, senders: readonly string[]): string | undefined {
  const { source, type, dataschema, data } = envelope;
  const [, owner = '', name = '', major] = TYPE.exec(type) ?? [];
  const names = messageNames(owner, name, Number(major));
  const { source: from, 'detail-type': as } = event;
  if (from !== source) return `It came from ${from}, and its envelope says ${source}.`;
  if (as !== names.detailType) return `It came as ${as}, and its envelope says ${type}.`;
  if (dataschema !== names.dataschema)
    return `Its dataschema is ${dataschema}, and that of ${type} is ${names.dataschema}.`;
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return 'Its data is not an object.';
  return senderRefusal(source, type, senders);
}

/** Why a source may not send a message of this type; undefined when it may. */
export function senderRefusal(source: string, type: string, senders: readonly string[]): string | undefined {
  const allowed = senders.map(sourceOf);
  if (allowed.includes(source)) return undefined;
  return `${source} may not send ${type}: ${allowed.join(' and ') || 'nobody'} may.`;
}
