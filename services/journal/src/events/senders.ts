import type { SendersOf } from '@dure/contracts/binding/message';
import { ownerOf } from '@dure/contracts/binding/provenance';

/**
 * Who may send a message: who its contract names. A type of a newer release is its owner's to send, where that is a
 * service that is known; nobody's otherwise.
 * @param contracts services by CloudEvents type
 */
export function sendersBy(contracts: Readonly<Record<string, readonly string[]>>): SendersOf {
  const services = new Set(Object.entries(contracts).flatMap(([type, senders]) => [ownerOf(type), ...senders]));
  return (type) => {
    const known = Object.hasOwn(contracts, type) ? contracts[type] : undefined;
    return known ?? [ownerOf(type)].filter((owner) => services.has(owner));
  };
}
