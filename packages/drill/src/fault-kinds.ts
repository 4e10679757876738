import type { RandomChoices } from './seeded-random.ts';
import type { Kind, PlanParts } from './story.ts';

/** The functions that a plan may name, with their services. */
export interface Functions {
  readonly names: readonly string[];
  readonly services: readonly string[];
}

const SKEW_SECONDS = [10, 240] as const;
/** Some clocks are so wrong that something meant to last a day ends at once, or two days late. */
const WIDE_SKEW_SECONDS = [3_600, 172_800] as const;
const MILD = [3, 12] as const;

/** A percentage from a range, as a fraction. */
const share = (dice: RandomChoices, [low, high]: readonly [number, number] = MILD): number =>
  dice.between(low, high) / 100;

const requests = (dice: RandomChoices, service: string) => ({
  requests: [{ service, throttle: share(dice), fail: share(dice), loseAnswer: share(dice) }],
});

const some = <Item>(dice: RandomChoices, items: readonly Item[], probability: number): Item[] => {
  const chosen = items.filter(() => dice.chance(probability));
  return chosen.length > 0 ? chosen : [dice.pick(items)];
};

const company = (dice: RandomChoices) => ({
  down: share(dice, [5, 30]),
  lie: share(dice, [5, 20]),
  slow: share(dice, [5, 30]),
  slowMs: dice.between(500, 4_000),
});

/** One way in which this kind of fault shows. */
export const PLANS: Readonly<Record<Kind, (dice: RandomChoices, functions: Functions) => PlanParts>> = {
  duplicates: (dice) => ({ deliveries: { copies: 2, windowMs: dice.between(0, 400) } }),
  delays: (dice) => ({ deliveries: { copies: 1, windowMs: dice.between(300, 1_500) } }),
  kills: (dice, { names }) => ({
    kills: some(dice, names, 0.3).map((name) => ({
      function: name,
      probability: share(dice),
      ...(dice.chance(0.4) ? { at: 'before-answer' } : { at: 'before-write', write: dice.between(1, 3) }),
    })),
  }),
  tables: (dice) => requests(dice, 'DynamoDB'),
  queues: (dice) => requests(dice, 'SQS'),
  bus: (dice) => ({ putEvents: { refuse: share(dice, [10, 40]) }, ...requests(dice, 'EventBridge') }),
  workflow: (dice) => requests(dice, 'Step Functions'),
  provider: (dice) => ({ sandboxes: { 'payment-provider': company(dice) } }),
  carrier: (dice) => ({ sandboxes: { carrier: company(dice) } }),
  webhooks: (dice) => ({
    sandboxes: { carrier: { webhooks: { lose: share(dice, [5, 15]), repeat: share(dice, [10, 40]) } } },
  }),
  schedules: (dice) => ({ schedules: { lose: share(dice, [20, 50]), repeat: share(dice, [20, 50]) } }),
  clocks: (dice, { names }) => ({
    clocks: some(dice, names, 0.5).map((name) => {
      const [low, high] = dice.chance(0.4) ? WIDE_SKEW_SECONDS : SKEW_SECONDS;
      return { function: name, seconds: dice.between(low, high) * (dice.chance(0.5) ? 1 : -1) };
    }),
  }),
  absence: (dice, { services }) => ({ absent: [dice.pick(services)] }),
  crash: () => ({}),
};

/** Merges several simultaneous faults into a plan. */
export function merged(parts: readonly PlanParts[]): PlanParts {
  const all = <Item>(of: (part: PlanParts) => readonly Item[] | undefined): readonly Item[] =>
    parts.flatMap((part) => of(part) ?? []);
  const lists = {
    kills: all(({ kills }) => kills),
    requests: all(({ requests }) => requests),
    clocks: all(({ clocks }) => clocks),
    absent: [...new Set(all(({ absent }) => absent))],
  };
  const deliveries = parts.flatMap((part) => part.deliveries ?? []);
  const sandboxes: Record<string, object> = {};
  for (const [name, fault] of parts.flatMap((part) => Object.entries(part.sandboxes ?? {}))) {
    sandboxes[name] = { ...sandboxes[name], ...fault };
  }
  const filled = Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0));
  return {
    ...parts.reduce((one, other) => ({ ...one, ...other }), {}),
    ...filled,
    ...(Object.keys(sandboxes).length > 0 && { sandboxes }),
    ...(deliveries.length > 0 && {
      deliveries: {
        copies: Math.max(...deliveries.map(({ copies }) => copies)),
        windowMs: Math.max(...deliveries.map(({ windowMs }) => windowMs)),
      },
    }),
  };
}
