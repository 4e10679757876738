import { type Live, type LiveState, nameOf, type Provided, type Release, type Required } from './release.ts';

/** A release that provides or requires a contract. */
export interface Provider {
  readonly release: Release;
  readonly state: LiveState;
  readonly provided: Provided;
}

export interface Consumer {
  readonly release: Release;
  readonly state: LiveState;
  readonly required: Required;
}

/** What runs in a stage, by contract and by service. */
export class World {
  readonly #providers = new Map<string, Provider[]>();
  readonly #consumers = new Map<string, Consumer[]>();
  readonly #services = new Map<string, Live[]>();

  constructor(live: readonly Live[]) {
    for (const it of live) {
      const { release, state } = it;
      push(this.#services, release.service, it);
      for (const provided of release.provides) push(this.#providers, nameOf(provided), { release, state, provided });
      for (const required of release.requires) push(this.#consumers, ownerOf(required), { release, state, required });
    }
  }

  /** Every release that provides a contract, those that are replaced and whose messages are still under way too. */
  providers(contract: string): readonly Provider[] {
    return this.#providers.get(contract) ?? [];
  }

  /** Who requires contracts of a service. */
  consumersOf(service: string): readonly Consumer[] {
    return this.#consumers.get(service) ?? [];
  }

  releasesOf(service: string): readonly Live[] {
    return this.#services.get(service) ?? [];
  }

  /** Releases of a service that answer. */
  runningOf(service: string): readonly Release[] {
    return this.releasesOf(service)
      .filter(isRunning)
      .map(({ release }) => release);
  }
}

export const isRunning = ({ state }: { readonly state: LiveState }): boolean => state !== 'draining';

/** `orders` of `orders/OrderPlaced` */
export const ownerOf = ({ contract }: { readonly contract: string }): string =>
  contract.slice(0, contract.indexOf('/'));

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
