import type { SendersOf } from '@dure/contracts/binding/message';
import { ownerOf } from '@dure/contracts/binding/provenance';

/**
 * The services that may send a message: those that its contract names. A type of a newer release may be sent by its
 * owner, if that is a known service, otherwise by no service.
 * @param contracts services by CloudEvents type
 */
export function sendersByType(contracts: Readonly<Record<string, readonly string[]>>): SendersOf {
  const services = new Set(Object.entries(contracts).flatMap(([type, senders]) => [ownerOf(type), ...senders]));
  return (type) => {
    const known = Object.hasOwn(contracts, type) ? contracts[type] : undefined;
    return known ?? [ownerOf(type)].filter((owner) => services.has(owner));
  };
}
