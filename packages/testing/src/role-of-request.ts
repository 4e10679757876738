import { contracts } from '@dure/contracts/all-contracts';
import type { EndpointContract } from '@dure/contracts/contract';
import { type ClientRole, roleFor } from './tokens.ts';

const endpoints = contracts.filter((it): it is EndpointContract => it.kind === 'endpoint');

/** The role that may send a request, by the endpoint at its path; undefined for a path of no contract, or a public one. */
export function roleOfRequest(service: string, method: string, path: string): ClientRole | undefined {
  const { pathname } = new URL(path, 'http://service');
  const endpoint = endpoints.find(
    (it) => it.owner === service && it.method === method && patternOf(it.fullPath).test(pathname),
  );
  return endpoint && roleFor(endpoint.access);
}

const patternOf = (path: string): RegExp => new RegExp(`^${path.replace(/\{[^}]+\}/g, '[^/]*')}$`);
