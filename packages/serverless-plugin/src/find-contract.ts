import { ConfigurationError } from './types.ts';
import type { Catalogue, CatalogueEndpoint, CatalogueMessage } from './types.ts';
import { nearest } from './nearest.ts';

const MESSAGE_NAME = /^(?:([a-z][a-z0-9-]*)\/)?([A-Z][A-Za-z0-9]*)\.v([1-9]\d*)$/;
const ENDPOINT_NAME = /^([A-Z][A-Za-z0-9]*)(?:\.v([1-9]\d*))?$/;

/**
 * Finds the message that a service names: `Name.vN` is its own, `owner/Name.vN` another service's.
 * @throws ConfigurationError if it does not exist, or is another service's command
 */
export function findMessage(catalogue: Catalogue, service: string, name: string, where: string): CatalogueMessage {
  const messages = catalogue.filter((contract) => contract.kind !== 'endpoint');
  const [, owner = service, message = '', major = ''] = MESSAGE_NAME.exec(name) ?? [];
  const found = messages.find((it) => it.owner === owner && it.name === message && it.major === Number(major));
  if (found === undefined) throw missing('message', name, nearest(name, messageNames(messages, service)), where);
  if (found.kind === 'command' && found.owner !== service) {
    throw new ConfigurationError(
      `${where}: "${name}" is a command to ${found.owner}, and only ${found.owner} carries it out.`,
    );
  }
  return found;
}

/**
 * Finds a service's endpoint by name: `GetStock`, or `GetStock.v2` if there are several versions.
 * @throws ConfigurationError if there is none, or more than one
 */
export function findEndpoint(catalogue: Catalogue, service: string, name: string, where: string): CatalogueEndpoint {
  const endpoints = catalogue.filter((contract) => contract.kind === 'endpoint' && contract.owner === service);
  const own = endpoints as CatalogueEndpoint[];
  const [, base = '', version] = ENDPOINT_NAME.exec(name) ?? [];
  const found = own.filter((it) => it.name === base && (version === undefined || it.version === Number(version)));
  const [first, ...others] = found;
  if (first === undefined) {
    throw missing(`endpoint of ${service}`, name, nearest(name, [...new Set(own.map((it) => it.name))]), where);
  }
  if (others.length > 0) {
    const versions = found.map((it) => `"${it.name}.v${it.version}"`).join(' and ');
    throw new ConfigurationError(`${where}: "${name}" has several versions; name the ones to serve: ${versions}.`);
  }
  return first;
}

function messageNames(messages: readonly CatalogueMessage[], service: string): string[] {
  return messages
    .filter((it) => it.kind === 'event' || it.owner === service)
    .map((it) => (it.owner === service ? it.detailType : `${it.owner}/${it.detailType}`));
}

function missing(kind: string, name: string, candidates: string[], where: string): ConfigurationError {
  const quoted = candidates.map((it) => `"${it}"`).join(', ');
  const hint = candidates.length === 0 ? 'there are none yet.' : `the nearest are ${quoted}.`;
  return new ConfigurationError(`${where}: there is no ${kind} "${name}" in the contracts; ${hint}`);
}
