import type { Policy, Route } from './policy.ts';
import { bucketOf, targetAt } from './split.ts';
import { costOf, isEjected, type TargetState } from './target.ts';

/** What decides about the route of a call, and its target. */
export interface CallFacts {
  /** The name of the endpoint's contract. */
  readonly operation: string;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whose call it is; undefined for nobody's. */
  readonly actor?: string | undefined;
}

/** The first route that matches. The last of a policy matches everything. */
export function routeOf({ routes }: Policy, { operation, headers }: CallFacts): Route {
  const cookies = () => headers['cookie']?.split(/; */) ?? [];
  const found = routes.find(
    ({ match }) =>
      (match.operation === '*' || match.operation === operation) &&
      Object.entries(match.header ?? {}).every(([name, value]) => headers[name] === value) &&
      Object.entries(match.cookie ?? {}).every(([name, value]) => cookies().includes(`${name}=${value}`)),
  );
  return found ?? routes.at(-1)!;
}

export interface Choice {
  readonly policy: Policy;
  readonly targets: ReadonlyMap<string, TargetState>;
  readonly facts: CallFacts;
  readonly now: number;
  readonly random: () => number;
  /** The targets of the tries before: another is taken where there is one. */
  readonly tried: readonly string[];
  /** Counts the calls of the environment. */
  readonly turn: number;
}

/**
 * The target of the next try. Weights decide where a route has them, also for an actor who shall keep a target; the balance
 * decides among the others, and where the weights' target is ejected or was tried. Where all are ejected, all are used.
 */
export function chooseTarget(choice: Choice): TargetState {
  const { policy, targets, facts, now, tried } = choice;
  const route = routeOf(policy, facts);
  const names = Array.isArray(route.to) ? route.to : Object.keys(route.to).filter((name) => weightOf(route, name) > 0);
  const all = names.map((name) => targets.get(name)!);
  const inUse = all.filter((target) => !isEjected(target, now));
  const usable = inUse.length > 0 ? inUse : all;
  if (!Array.isArray(route.to)) {
    const key = route.sticky === 'actor' ? facts.actor : undefined;
    const bucket = key === undefined ? Math.floor(choice.random() * 10_000) : bucketOf(`${policy.service} ${key}`);
    const drawn = targets.get(targetAt(route.to, bucket))!;
    if (usable.includes(drawn) && !tried.includes(drawn.name)) return drawn;
  }
  const untried = usable.filter(({ name }) => !tried.includes(name));
  return balanced(ofLevel(untried.length > 0 ? untried : usable, all, choice), choice);
}

const weightOf = ({ to }: Route, name: string): number => (to as Readonly<Record<string, number>>)[name]!;

/** A level takes 1.4 times the share of its targets that are healthy, so that one of many may be away. */
const SPARE = 1.4;

/**
 * The targets of the level that this try goes to: the first has all while most of it is healthy, and hands on what it cannot
 * take. Source: https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/load_balancing/priority
 */
function ofLevel(
  usable: readonly TargetState[],
  all: readonly TargetState[],
  { policy, now, random }: Choice,
): readonly TargetState[] {
  const levelOf = ({ name }: TargetState) => policy.targets[name]!.level;
  const levels = [...new Set(all.map(levelOf))].sort();
  if (levels.length === 1) return usable;
  let left = random();
  for (const level of levels) {
    const members = all.filter((target) => levelOf(target) === level);
    const healthy = members.filter((target) => !isEjected(target, now)).length;
    left -= (SPARE * healthy) / members.length;
    const candidates = usable.filter((target) => levelOf(target) === level);
    if (left < 0 && candidates.length > 0) return candidates;
  }
  return usable;
}

/** Up to here all are compared; of more, two that are drawn. */
const FEW = 3;

function balanced(candidates: readonly TargetState[], { policy, now, random, turn }: Choice): TargetState {
  if (policy.balance === 'round-robin') return candidates[turn % candidates.length]!;
  const load =
    policy.balance === 'least-requests'
      ? ({ pending }: TargetState) => pending
      : (target: TargetState) => costOf(target, policy.targets[target.name]!.prior, now);
  return leastOf(candidates.length > FEW ? twoOf(candidates, random) : candidates, load, random);
}

function twoOf(candidates: readonly TargetState[], random: () => number): readonly TargetState[] {
  const first = Math.floor(random() * candidates.length);
  const second = Math.floor(random() * (candidates.length - 1));
  return [candidates[first]!, candidates[second < first ? second : second + 1]!];
}

/** Of several with the least, one by chance: otherwise all environments would begin with the same. */
function leastOf(
  candidates: readonly TargetState[],
  load: (target: TargetState) => number,
  random: () => number,
): TargetState {
  const loads = candidates.map(load);
  const least = Math.min(...loads);
  const found = candidates.filter((_, index) => loads[index] === least);
  return found[found.length > 1 ? Math.floor(random() * found.length) : 0]!;
}
