import { callThrough, openService, type ServiceState, type Try } from '../../src/call-through.ts';
import type { Policy } from '../../src/policy.ts';
import { virtualTime } from '../support/virtual-time.ts';

/** How a target of a service answers at a moment; undefined where nothing answers. */
export type World = (service: string, target: string, second: number, random: () => number) => Reply | undefined;
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
  const fleet = Array.from({ length: environments }, () => new Map<string, ServiceState>());
  const free = [...fleet];
  const openings: Record<string, number> = {};
  const surroundings = {
    ...time,
    tell: (event: { type: string; service: string }) => {
      if (event.type === 'breaker-opened') openings[event.service] = (openings[event.service] ?? 0) + 1;
    },
  };

  async function call(): Promise<void> {
    const place = Math.floor(time.random() * free.length);
    const environment = free[place]!;
    // Taken out, so that it has one call at a time.
    free[place] = free.at(-1)!;
    free.pop();
    const policy = policies[Math.floor(time.random() * policies.length)]!;
    const { service } = policy;
    let state = environment.get(service);
    if (state === undefined) environment.set(service, (state = openService(policy, time, environments)));
    const begun = seconds[secondNow()]!;
    begun.calls += 1;
    const send = async ({ target, within }: Try) => {
      const at = seconds[secondNow()]!;
      at.tries += 1;
      at.byTarget[target] = (at.byTarget[target] ?? 0) + 1;
      const reply = world(service, target, secondNow(), time.random);
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
  return { seconds, openings };
}
