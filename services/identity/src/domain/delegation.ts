import callers from '@dure/contracts/callers.json' with { type: 'json' };
import type { Actor } from './claims.ts';
import { OAuthError } from './oauth-error.ts';

/** What a service may do by the contracts of the endpoints that name it as a caller. */
export interface ServiceCalls {
  /** In its own name. */
  readonly asItself: readonly string[];
  /** For its caller, as far as the caller may. */
  readonly onBehalf: readonly string[];
}

const CALLS: Readonly<Record<string, ServiceCalls>> = callers;

/** The services that call others: each has an identity. */
export const callingServices: readonly string[] = Object.keys(CALLS);

export const serviceCalls = (service: string): ServiceCalls | undefined =>
  Object.hasOwn(CALLS, service) ? CALLS[service] : undefined;

/** A call goes through this many services at most: a loop ends, and a token stays short. */
const MAX_ACTORS = 3;

/**
 * Who acts now, and for whom it does if that is a service itself: the last one stands outside.
 * @throws OAuthError invalid_request for too many
 * Source: https://www.rfc-editor.org/rfc/rfc8693#section-4.1
 */
export function actingFor(service: string, before: unknown): Actor {
  const actors = [service];
  for (let actor = before; actor !== undefined; actor = (actor as Actor | null)?.act) {
    const { sub } = (actor ?? {}) as Partial<Actor>;
    if (typeof sub !== 'string') throw new OAuthError('invalid_request', 'Who acts in the subject token is not said.');
    if (actors.length === MAX_ACTORS) {
      throw new OAuthError('invalid_request', `The call has gone through ${MAX_ACTORS} services already.`);
    }
    actors.push(sub);
  }
  return actors.reduceRight<Actor | undefined>((act, sub) => ({ sub, ...(act && { act }) }), undefined)!;
}

/**
 * The scopes of a token for a caller: what is asked for, or else everything that the service may do, as far as the caller
 * may. It can be nothing: then whoever is called says what is missing.
 * @throws OAuthError invalid_scope for what the service may not do for anybody
 */
export function exchangedScopes(
  service: readonly string[],
  caller: readonly string[],
  asked: string | undefined,
): readonly string[] {
  const names = asked === undefined ? service : asked.split(' ').filter((name) => name !== '');
  if (names.some((name) => !service.includes(name))) {
    throw new OAuthError('invalid_scope', 'The service calls nothing that needs such a scope, by its contracts.');
  }
  return service.filter((name) => names.includes(name) && caller.includes(name));
}
