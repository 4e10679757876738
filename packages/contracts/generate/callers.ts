import { type Scope, scopes, scopesOf } from '../src/contracts/access.ts';
import type { EndpointContract } from '../src/contracts/contract.ts';

/** The scopes that a service needs for what it calls. */
interface Calls {
  readonly asItself: readonly Scope[];
  readonly onBehalf: readonly Scope[];
}

/**
 * What each service that calls others may do there, by the endpoints that name it as a caller.
 * @throws Error that names an endpoint whose declaration of its callers cannot be
 */
export function callersOf(endpoints: readonly EndpointContract[]): Readonly<Record<string, Calls>> {
  const services = [...new Set(endpoints.flatMap(({ callers = {} }) => Object.keys(callers)))].sort();
  return Object.fromEntries(services.map((service) => [service, callsOf(service, endpoints)]));
}

function callsOf(service: string, endpoints: readonly EndpointContract[]): Calls {
  const needed = (mode: 'as-itself' | 'on-behalf', scopesIn: (endpoint: EndpointContract) => readonly Scope[]) => {
    const all = new Set(endpoints.filter(({ callers }) => callers?.[service] === mode).flatMap(scopesIn));
    return (Object.keys(scopes) as Scope[]).filter((scope) => all.has(scope));
  };
  return { asItself: needed('as-itself', anyOf), onBehalf: needed('on-behalf', scopesNeeded) };
}

/** A service is no customer: nothing is its own. */
function anyOf(endpoint: EndpointContract): readonly Scope[] {
  const { access } = endpoint;
  if (access === 'public') throw cannot(endpoint, 'everybody may call it');
  const { any } = access;
  if (any === undefined) throw cannot(endpoint, 'nobody may call it with the data of everybody');
  return [any];
}

function scopesNeeded(endpoint: EndpointContract): readonly Scope[] {
  if (endpoint.access === 'public') throw cannot(endpoint, 'everybody may call it');
  return scopesOf(endpoint.access);
}

const cannot = ({ owner, name }: EndpointContract, why: string): Error =>
  new Error(`${owner} ${name}: it names callers, but ${why}.`);
