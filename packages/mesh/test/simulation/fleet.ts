import {
  callThrough,
  type MeshEvent,
  openService,
  type ServiceState,
  type Surroundings,
  type Try,
} from '../../src/call-through.ts';
import { type FromOutside, heed, type Heeded, nothingHeeded } from '../../src/heed.ts';
import type { Policy } from '../../src/policy.ts';
import { fleetOpening, isQuorum } from '../../src/quorum.ts';
import { virtualTime } from '../support/virtual-time.ts';

/** How a target of a service answers at a moment; undefined where nothing answers. */
export type World = (
  service: string,
  target: string,
  second: number,
  random: () => number,
  environment: number,
) => Reply | undefined;
export interface Reply {
  readonly status: number;
  readonly takes: number;
}

export interface FleetOptions {
  readonly seed: number;
  readonly environments: number;
  readonly policies: readonly Policy[];
  readonly seconds: number;
  readonly callsPerSecond: number;
  readonly world: World;
  /** Whether environments share their breakers. */
  readonly shares?: boolean;
  /** Whether a few environments have most calls, as on Lambda, which prefers those that it used last. */
  readonly isUneven?: boolean;
}

/** What happened in one second. */
export interface Second {
  calls: number;
  tries: number;
  /** Calls that got a success. */
  answered: number;
  /** Tries by target, of all services. */
  readonly byTarget: Record<string, number>;
}

export interface Outcome {
  readonly seconds: readonly Second[];
  /** How often breakers opened, by service. */
  readonly openings: Readonly<Record<string, number>>;
  /** When the breaker of all opened, in seconds from the beginning, by service. */
  readonly together: Readonly<Record<string, readonly number[]>>;
}

/**
 * Runs a fleet of environments against services of a world, with the algorithms as they run in production. An environment has
 * one call at a time, as on Lambda; each call is of one service.
 */
export async function runFleet(options: FleetOptions): Promise<Outcome> {
  const { seed, environments, policies, callsPerSecond, world } = options;
  const time = virtualTime(seed);
  const start = time.now();
  const secondNow = () => Math.floor((time.now() - start) / 1_000);
  const seconds = Array.from({ length: options.seconds + 30 }, (): Second => ({
    ...{ calls: 0, tries: 0, answered: 0, byTarget: {} },
  }));
  const fleet = Array.from({ length: environments }, (_, number) => newEnvironment(number));
  const shared = shareBreakers(time, environments);
  const free = [...fleet];
  const openings: Record<string, number> = {};

  async function call(): Promise<void> {
    const place = options.isUneven ? busiest(free, time.random()) : Math.floor(time.random() * free.length);
    const environment = free[place]!;
    // Taken out, so that it has one call at a time.
    free[place] = free.at(-1)!;
    free.pop();
    const policy = policies[Math.floor(time.random() * policies.length)]!;
    const { service } = policy;
    let state = environment.services.get(service);
    if (state === undefined) environment.services.set(service, (state = openService(policy, time, environments)));
    if (options.shares) shared.look(environment, service, state);
    const surroundings = {
      ...time,
      tell: (event: MeshEvent) => {
        if (event.type !== 'breaker-opened') return;
        openings[service] = (openings[service] ?? 0) + 1;
        if (options.shares) shared.report(environment, policy, event.forMs);
      },
    };
    const begun = seconds[secondNow()]!;
    begun.calls += 1;
    const send = async ({ target, within }: Try) => {
      const at = seconds[secondNow()]!;
      at.tries += 1;
      at.byTarget[target] = (at.byTarget[target] ?? 0) + 1;
      const reply = world(service, target, secondNow(), time.random, environment.number);
      await time.wait(Math.min(reply?.takes ?? within, within));
      if (reply === undefined || reply.takes > within) throw new Error('no answer');
      return { status: reply.status };
    };
    const facts = { operation: 'GetThing', headers: {}, isRepeatable: true, within: 5_000, attempt: 1 };
    const { status } = await callThrough(state, surroundings, facts, send, (one) => ({ status: one })).catch(() => ({
      status: 599,
    }));
    if (status < 500) begun.answered += 1;
    free.push(environment);
  }

  const gap = 1_000 / callsPerSecond;
  for (let at = 0; at < options.seconds * 1_000; at += gap) {
    await time.goTo(start + at);
    // Nobody is free: the request waits outside, where it does no harm here.
    if (free.length > 0) void call();
  }
  await time.goTo(start + (options.seconds + 20) * 1_000);
  const together = Object.fromEntries(
    [...shared.opened].map(([service, moments]) => [service, moments.map((at) => Math.floor((at - start) / 1_000))]),
  );
  return { seconds, openings, together };
}

/** Of those that are free, the one at or after a number that is mostly low. */
function busiest(free: readonly Environment[], chance: number): number {
  const wanted = Math.floor(free.length * chance ** 3);
  let found = 0;
  for (const [place, { number }] of free.entries()) {
    if (Math.abs(number - wanted) < Math.abs(free[found]!.number - wanted)) found = place;
  }
  return found;
}

interface Environment {
  readonly number: number;
  readonly services: Map<string, ServiceState>;
  readonly heeded: Map<string, Heeded>;
  /** What it read last, and when. */
  seen: ReadonlyMap<string, FromOutside>;
  lookedAt: number;
}

const newEnvironment = (number: number): Environment => ({
  ...{ number, services: new Map(), heeded: new Map(), seen: new Map(), lookedAt: Number.NEGATIVE_INFINITY },
});

const LOOKS_EVERY_MS = 10_000;

/** The table of the caller: the same decisions as with DynamoDB, in memory. */
function shareBreakers({ now, random }: Pick<Surroundings, 'now' | 'random'>, environments: number) {
  const reports = new Map<string, Map<number, number>>();
  const kept = new Map<string, NonNullable<FromOutside['fleet']>>();
  const opened = new Map<string, number[]>();
  return {
    opened,
    report({ number }: Environment, { service, breaker }: Policy, forMs: number) {
      const by = reports.get(service) ?? new Map<number, number>();
      reports.set(service, by.set(number, now()));
      if (!isQuorum({ at: [...by.values()], environments }, breaker, now())) return;
      if ((kept.get(service)?.openUntil ?? 0) >= now()) return;
      kept.set(service, fleetOpening(forMs, now()));
      opened.set(service, [...(opened.get(service) ?? []), now()]);
      by.clear();
    },
    look(environment: Environment, service: string, { breaker }: ServiceState) {
      const heeded = environment.heeded.get(service) ?? nothingHeeded();
      environment.heeded.set(service, heeded);
      heed(breaker, heeded, environment.seen.get(service) ?? {}, { now, random });
      if (now() - environment.lookedAt < LOOKS_EVERY_MS) return;
      environment.lookedAt = now();
      environment.seen = new Map([...kept].map(([name, fleet]) => [name, { fleet }]));
    },
  };
}
