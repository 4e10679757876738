import { admits, type Breaker, closedBreaker, failed, isOpen, released, succeeded } from './breaker.ts';
import { type CallFacts, chooseTarget } from './choose-target.ts';
import type { Policy } from './policy.ts';
import { countsOf, noResults } from './results.ts';
import { earn, openBudget, type RetryBudget, spend } from './retry-budget.ts';
import { ejectIfOutlier, isEjected, newTarget, noteTry, type TargetState, type TryEnd } from './target.ts';

/** What the environment has: a simulation brings its own. */
export interface Surroundings {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** At least 0, below 1. */
  readonly random: () => number;
  readonly wait: (milliseconds: number) => Promise<void>;
  /** Takes what operators should see. */
  readonly tell: (event: MeshEvent) => void;
}

export type MeshEvent =
  | { readonly type: 'breaker-opened'; readonly service: string; readonly forMs: number }
  | { readonly type: 'target-ejected'; readonly service: string; readonly target: string; readonly forMs: number }
  | { readonly type: 'fallback-given'; readonly service: string; readonly operation: string };

/** What one environment knows of a service that it calls. It lives as long as the environment. */
export interface ServiceState {
  policy: Policy;
  targets: ReadonlyMap<string, TargetState>;
  readonly breaker: Breaker;
  readonly budget: RetryBudget;
  pending: number;
  turn: number;
  /** How many environments share the retries of the fleet. */
  readonly fleet: number;
}

/** What an environment that knows no better takes for the number of them: the usual quota of a region. */
const LARGE_FLEET = 1_000;

export function openService(
  policy: Policy,
  { random, now }: Pick<Surroundings, 'random' | 'now'>,
  fleet = LARGE_FLEET,
): ServiceState {
  const targets = Object.entries(policy.targets).map(
    ([name, { prior }]) => [name, newTarget(name, prior, now())] as const,
  );
  return {
    ...{ policy, targets: new Map(targets), breaker: closedBreaker(), fleet },
    ...{ budget: openBudget(random, now()), pending: 0, turn: 0 },
  };
}

/**
 * Goes on by another policy. What is known of the breaker, the budget and the targets that stay is kept: a new weight makes
 * nobody forget which target is slow.
 */
export function adoptPolicy(state: ServiceState, policy: Policy, now: number): void {
  const before = state.policy;
  state.policy = policy;
  state.targets = new Map(
    Object.entries(policy.targets).map(([name, { url, prior }]) => {
      const known = before.targets[name]?.url === url ? state.targets.get(name) : undefined;
      if (known === undefined) return [name, newTarget(name, prior, now)];
      // Steps of another length have other numbers.
      if (before.breaker.window !== policy.breaker.window) known.results = noResults();
      return [name, known];
    }),
  );
}

/** A call: its facts, and what its caller allows. */
export interface MeshCall extends CallFacts {
  /** Whether it may be sent twice: it changes nothing, or has an Idempotency-Key. */
  readonly isRepeatable: boolean;
  /** Milliseconds that its caller waits. */
  readonly within: number;
  /** The number of the try that the caller itself was called with. Who was called again does not try again itself. */
  readonly attempt: number;
}

/** A try that is to be sent. */
export interface Try {
  readonly target: string;
  /** Undefined where the policy leaves it to the stage. */
  readonly url: string | undefined;
  /** From 1. */
  readonly number: number;
  /** Milliseconds for the whole answer. */
  readonly within: number;
  /** Milliseconds that are left of the whole call. */
  readonly left: number;
}

/** How a try ended. */
export interface Tried {
  readonly status: number;
  /** Milliseconds, of `Retry-After`. */
  readonly retryAfter?: number | undefined;
}

/** Nothing was sent, which says nothing of the service: it is not asked now, or `send` had no part in it. */
export class NotSent extends Error {
  override readonly name = 'NotSent';
}

/** Answered in place of the service, as its policy says, to show what its callers do then. */
export class FaultInjected extends Error {
  override readonly name = 'FaultInjected';
}

/**
 * Sends a call by the policy of its service: to the target that the route and the balance choose, again where that may help
 * and the budget allows, and not at all while the breaker is open.
 *
 * @param send sends one try; its rejection means that there was no answer, or with NotSent that nothing was sent
 * @param inject makes the answer of a fault that the policy injects
 * @returns the answer of the last try
 * @throws NotSent, or what the last `send` rejected with
 */
export async function callThrough<Answer extends Tried>(
  state: ServiceState,
  surroundings: Surroundings,
  call: MeshCall,
  send: (attempt: Try) => Promise<Answer>,
  inject: (status: number) => Answer,
): Promise<Answer> {
  const { policy } = state;
  const { now, wait, random } = surroundings;
  if (state.pending >= policy.bulkhead)
    throw new NotSent(`${policy.service} has ${state.pending} requests of this caller`);
  if (call.within <= 0) throw new NotSent(`nobody waits for ${policy.service} any more`);
  const begun = now();
  const until = begun + Math.min(call.within, policy.timeout.total);
  earn(state.budget, policy.retry, begun, state.fleet);
  state.turn += 1;
  state.pending += 1;
  try {
    const tried: string[] = [];
    for (;;) {
      const end = await tryOnce(state, surroundings, call, { tried, until }, send, inject);
      if (!('error' in end) && !mayHelp(policy, end.answer.status)) return end.answer;
      const pause = mayRetry(state, call, tried.length, until, now(), random, end);
      if (pause === undefined) {
        if ('error' in end) throw end.error;
        return end.answer;
      }
      await wait(pause);
    }
  } finally {
    state.pending -= 1;
  }
}

type End<Answer> = { readonly answer: Answer } | { readonly error: unknown };
interface Progress {
  readonly tried: string[];
  readonly until: number;
}

async function tryOnce<Answer extends Tried>(
  state: ServiceState,
  surroundings: Surroundings,
  call: MeshCall,
  { tried, until }: Progress,
  send: (attempt: Try) => Promise<Answer>,
  inject: (status: number) => Answer,
): Promise<End<Answer>> {
  const { policy, breaker } = state;
  const { now, random } = surroundings;
  const started = now();
  const owner = {};
  if (!admits(breaker, owner, started, policy.timeout.total)) {
    const from = Math.max(started, breaker.openUntil, breaker.heldUntil);
    const error = new NotSent(`${policy.service} is not asked for ${from - started} ms`);
    return { error };
  }
  const choice = { policy, targets: state.targets, facts: call, now: started, random, tried, turn: state.turn };
  const target = chooseTarget(choice);
  tried.push(target.name);
  const left = until - started;
  const attempt: Try = {
    ...{ target: target.name, url: policy.targets[target.name]!.url, number: tried.length },
    ...{ within: Math.min(policy.timeout.try, left), left },
  };
  target.pending += 1;
  let end: End<Answer>;
  try {
    end = { answer: await sendOrInject(policy, surroundings, attempt, send, inject) };
  } catch (error) {
    end = { error };
  }
  target.pending -= 1;
  if ('error' in end && end.error instanceof NotSent) released(breaker, owner);
  else judge(state, surroundings, { target, owner, started, within: attempt.within }, end);
  return end;
}

/** As `AbortSignal.timeout` has it: who tells late from broken shall tell it of a fault too. */
const LATE = new DOMException('The time is over', 'TimeoutError');

/** Sends a try, later or not at all where the policy injects a fault. */
async function sendOrInject<Answer extends Tried>(
  { fault }: Policy,
  { now, random, wait }: Surroundings,
  attempt: Try,
  send: (attempt: Try) => Promise<Answer>,
  inject: (status: number) => Answer,
): Promise<Answer> {
  const isHit =
    fault !== undefined &&
    (fault.target ?? attempt.target) === attempt.target &&
    now() < Date.parse(fault.until) &&
    random() < fault.share;
  if (!isHit) return send(attempt);
  await wait(Math.min(fault.delay, attempt.within));
  const within = attempt.within - fault.delay;
  if (within <= 0) throw new FaultInjected('no answer in time, as the policy says', { cause: LATE });
  if (fault.answer === 'none') throw new FaultInjected('no answer, as the policy says');
  return fault.answer === undefined ? send({ ...attempt, within }) : inject(fault.answer);
}

interface Made {
  readonly target: TargetState;
  /** Of the breaker's probe, if the try is one. */
  readonly owner: object;
  readonly started: number;
  readonly within: number;
}

/** What a try says of its target and of the service. */
function judge(
  state: ServiceState,
  { now, random, tell }: Surroundings,
  { target, owner, started, within }: Made,
  end: End<Tried>,
): void {
  const { policy, breaker } = state;
  const { service, breaker: settings } = policy;
  const at = now();
  const rtt = at - started;
  // Who does not wait as long as a try may take cannot say that the service is slow, nor close it to others.
  if ('error' in end && within < policy.timeout.try && rtt + TIMER_MS >= within) return released(breaker, owner);
  const result = resultOf(end);
  noteTry(target, policy, at, { result, rtt, retryAfter: 'error' in end ? undefined : end.answer.retryAfter });
  if (result === 'success') return succeeded(breaker, owner, settings);
  if (result === 'busy') return released(breaker, owner);
  const all = [...state.targets.values()];
  if (ejectIfOutlier(target, all, policy, at, random)) {
    tell({ type: 'target-ejected', service, target: target.name, forMs: target.ejectedUntil - at });
  }
  const counts = { tries: 0, failures: 0 };
  for (const one of all) {
    if (isEjected(one, at)) continue;
    const { tries, failures } = countsOf(one.results, settings.window, at);
    counts.tries += tries;
    counts.failures += failures;
  }
  if (failed(breaker, owner, settings, at, counts)) {
    tell({ type: 'breaker-opened', service, forMs: breaker.openUntil - at });
  }
}

/** A timer may ring so much early. */
const TIMER_MS = 1;

function resultOf(end: End<Tried>): TryEnd['result'] {
  if ('error' in end || end.answer.status >= 500) return 'failure';
  return end.answer.status === 429 ? 'busy' : 'success';
}

const mayHelp = ({ retry }: Policy, status: number): boolean => retry.on.includes(status);

/** @returns milliseconds until the next try, or undefined when there is none */
function mayRetry(
  state: ServiceState,
  { isRepeatable, attempt }: MeshCall,
  tries: number,
  until: number,
  now: number,
  random: () => number,
  end: End<Tried>,
): number | undefined {
  const { policy, breaker, budget, targets } = state;
  const { retry } = policy;
  // What the try was told is a better answer than that nothing is sent any more.
  if (isOpen(breaker)) return undefined;
  if (!isRepeatable || attempt > 1 || tries > retry.max) return undefined;
  if ('error' in end && (end.error instanceof NotSent || !retry.on.includes('no-answer'))) return undefined;
  const asked = 'error' in end ? 0 : (end.answer.retryAfter ?? 0);
  const pause = Math.max(asked, random() * retry.backOff * 2 ** (tries - 1));
  const expected = Math.min(...Array.from(targets.values(), ({ name }) => policy.targets[name]!.prior));
  if (now + pause + expected >= until) return undefined;
  return spend(budget) ? pause : undefined;
}
