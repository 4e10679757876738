import { setTimeout as wait } from 'node:timers/promises';
import type { ClientOptions, Sent, Through, Tried } from '@dure/contracts/binding/client';
import { NoAnswer, NotIdentified } from '@dure/contracts/binding/client';
import {
  adoptPolicy,
  callThrough,
  FaultInjected,
  type MeshEvent,
  NotSent,
  openService,
  type ServiceState,
  type Surroundings,
  type Try,
} from './call-through.ts';
import { fallbackOf } from './fallback.ts';
import { heed, type Heeded, nothingHeeded } from './heed.ts';
import type { PickUp } from './pick-up.ts';
import type { Policy } from './policy.ts';
import type { SharedBreakers } from './shared-breakers.ts';
import { usualPolicy } from './usual-policy.ts';

export interface MeshOptions {
  /**
   * The policies of the services that are called: what `openPickUp` picks up while the environment lives, or fixed ones by
   * service. A service without one has one target and the defaults.
   */
  readonly policies?: Pick<PickUp, 'refresh' | 'policyOf' | 'breakerOf'> | Readonly<Record<string, Policy>>;
  /** Takes what operators should see: a breaker that opens, a target that is ejected, an answer that a policy gave. */
  readonly tell: (event: MeshEvent) => void;
  /** Where the environments of this caller say that a service is away. Without it, each finds out for itself. */
  readonly shared?: SharedBreakers;
}

/** How the calls of an environment are sent: gives a client of a contract its options. */
export interface Mesh {
  through(options: ClientOptions): ClientOptions;
  /** Forgets what it knows of a service, so that its next call is like the first: a breaker is closed by hand with it. */
  forget(service: string): void;
}

/**
 * Opens the mesh of an environment, to be made once: what it knows of the services that it calls lives as long. The policy of a
 * service decides where a call goes, how long it may take, whether it is sent again and whether it is sent at all. The code that
 * calls knows nothing of it. A call that is not sent is a `NoAnswer`.
 *
 * @example
 * ```ts
 * import { client } from '@dure/contracts/binding/client';
 * import { GetThing } from '@dure/contracts/things';
 * import { openMesh } from '@dure/mesh';
 *
 * const { through } = openMesh({ tell: console.warn });
 *
 * export const getThing = client(GetThing, ['size'], through({ baseUrl: 'http://localhost:4000/things/local' }));
 * ```
 */
export function openMesh({ policies = {}, tell, shared }: MeshOptions): Mesh {
  const services = new Map<string, Known>();
  /** What is under way besides calls. */
  const writing = new Set<Promise<void>>();
  const surroundings: Surroundings = { now: Date.now, random: Math.random, wait: (ms) => wait(ms), tell: told };
  const { refresh, policyOf, breakerOf } = isPickUp(policies) ? policies : fixed(policies);

  function told(event: MeshEvent): void {
    tell(event);
    if (event.type === 'breaker-opened' && shared !== undefined) {
      alsoAwait(shared.report(event, services.get(event.service)!.state.policy.breaker));
    }
  }

  function alsoAwait(work: Promise<void> | undefined): void {
    if (work === undefined) return;
    writing.add(work);
    void work.then(() => writing.delete(work));
  }

  function stateOf(service: string): ServiceState {
    const published = policyOf(service);
    let known = services.get(service);
    if (known === undefined) {
      known = { state: openService(published ?? usualPolicy(service), surroundings), heeded: nothingHeeded() };
      services.set(service, known);
    } else if (published !== undefined && published !== known.state.policy) {
      adoptPolicy(known.state, published, surroundings.now());
    }
    const { state, heeded } = known;
    heed(state.breaker, heeded, breakerOf(service), surroundings);
    return state;
  }

  const through: Through = async ({ endpoint, headers, actor, within, attempt }: Sent, baseUrl, send) => {
    const call = {
      ...{ operation: endpoint.name, headers, actor, within, attempt },
      isRepeatable: endpoint.method === 'GET' || headers['idempotency-key'] !== undefined,
    };
    const sendTry = async (one: Try) => {
      const answer = await send({ ...one, url: one.url ?? baseUrl }).catch((error: unknown) => {
        throw error instanceof NotIdentified ? new NotSent(error.message, { cause: error }) : error;
      });
      return { status: answer.status, retryAfter: retryAfterOf(answer), answer };
    };
    const inject = (status: number) => ({ status, retryAfter: undefined, answer: faultAnswer(status) });
    // Beside the call, and awaited with it: an environment freezes after its answer, with whatever is under way.
    const picking = refresh();
    alsoAwait(shared?.join());
    const state = stateOf(endpoint.owner);
    const { policy } = state;
    /** Who only reads can go on by what the policy says. What should change something was not done, and nobody may say so. */
    const instead = (): Tried | undefined => {
      const answer = endpoint.method === 'GET' ? fallbackOf(policy, call) : undefined;
      if (answer !== undefined) tell({ type: 'fallback-given', service: policy.service, operation: endpoint.name });
      return answer;
    };
    try {
      const { answer } = await callThrough(state, surroundings, call, sendTry, inject);
      return (answer.status >= 500 ? instead() : undefined) ?? answer;
    } catch (error) {
      if (error instanceof NoAnswer) return insteadOf(error, instead);
      if (!(error instanceof NotSent || error instanceof FaultInjected)) throw error;
      // Who cannot be shown to the service is shown nothing in its place.
      if (error.cause instanceof NotIdentified) throw error.cause;
      return insteadOf(new NoAnswer(error.message, { cause: error.cause ?? error }), instead);
    } finally {
      if (picking !== undefined) await picking;
      if (writing.size > 0) await Promise.all(writing);
    }
  };

  return { through: (options) => ({ ...options, through }), forget: (service) => void services.delete(service) };
}

/** What is known of a service, and of what others said of its breaker. */
interface Known {
  readonly state: ServiceState;
  readonly heeded: Heeded;
}

type Policies = NonNullable<MeshOptions['policies']>;
type Picked = Pick<PickUp, 'refresh' | 'policyOf' | 'breakerOf'>;

const isPickUp = (policies: Policies): policies is Picked => typeof policies['refresh'] === 'function';

const fixed = (policies: Readonly<Record<string, Policy>>): Picked => ({
  ...{ refresh: () => undefined, policyOf: (service) => policies[service], breakerOf: () => ({}) },
});

function insteadOf(error: NoAnswer, instead: () => Tried | undefined): Tried {
  const answer = instead();
  if (answer === undefined) throw error;
  return answer;
}

/** Seconds alone: no service of a contract answers a date. */
function retryAfterOf({ headers }: Tried): number | undefined {
  const seconds = /^\d{1,5}$/.exec(headers.get('retry-after') ?? '')?.[0];
  return seconds === undefined ? undefined : Number(seconds) * 1_000;
}

const faultAnswer = (status: number): Tried => ({
  status,
  headers: new Headers({ 'content-type': 'application/problem+json' }),
  text: JSON.stringify({ type: 'urn:dure:problem:fault-injected', title: 'A fault that a policy injects', status }),
});
