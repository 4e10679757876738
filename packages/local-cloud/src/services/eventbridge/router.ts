import { compilePattern } from '@dure/event-patterns';
import { parseSchedule, type Schedule } from '@dure/schedule-expressions';
import type { Archive } from './archives.ts';
import { ruleArn } from './arns.ts';
import type { Context } from './context.ts';
import type { Rule } from './rules.ts';
import { compileTarget, type Target } from './target.ts';
import type { StoredTarget } from './targets.ts';

type Matches = (event: unknown) => boolean;

export interface Route {
  readonly bus: string;
  readonly rule: string;
  readonly arn: string;
  readonly enabled: boolean;
  readonly matches: Matches;
  /** `key` differs where the schedule does. */
  readonly schedule?: Schedule & { readonly key: string };
  readonly targets: ReadonlyMap<string, Target>;
}

export interface Routed {
  readonly route: Pick<Route, 'arn' | 'rule'>;
  readonly target: Target;
}

/** Where the deliveries of another service go, by the name under which it sends. */
export type FindRoute = (name: string) => Routed | undefined;

/** What is configured, compiled once and again after each change. */
export interface Router {
  routes(bus: string): readonly Route[];
  archives(bus: string): readonly { readonly name: string; readonly matches: Matches }[];
  /** The target of a delivery, also when its rule has been disabled since; undefined when it has been removed. */
  find(bus: string, rule: string, target: string): Routed | undefined;
  /** Has the deliveries under this name of a bus, which no bus can have, found by another service. */
  addOutlet(bus: string, find: FindRoute): void;
  changed(): void;
}

/** Under this name another service sends: its event is no other bus's. */
export const isOutlet = (bus: string): boolean => bus.startsWith('/');

interface Configuration {
  rules(): Rule[];
  targets(): StoredTarget[];
  archives(): Archive[];
}

export function createRouter(context: Context, configuration: Configuration): Router {
  const compile = () => ({
    routes: Map.groupBy(compileRoutes(context, configuration), ({ bus }) => bus),
    archives: Map.groupBy(configuration.archives().map(compileArchive), ({ bus }) => bus),
  });
  let compiled: ReturnType<typeof compile> | undefined;
  const outlets = new Map<string, FindRoute>();
  const current = (): ReturnType<typeof compile> => (compiled ??= compile());
  const routes = (bus: string): readonly Route[] => current().routes.get(bus) ?? [];

  return {
    routes,
    archives: (bus) => current().archives.get(bus) ?? [],
    addOutlet: (bus, find) => void outlets.set(bus, find),
    find(bus, rule, id) {
      const outlet = outlets.get(bus);
      if (outlet !== undefined) return outlet(rule);
      const route = routes(bus).find((candidate) => candidate.rule === rule);
      const target = route?.targets.get(id);
      return route === undefined || target === undefined ? undefined : { route, target };
    },
    changed() {
      compiled = undefined;
    },
  };
}

function compileRoutes(context: Context, configuration: Configuration): Route[] {
  const targets = Map.groupBy(configuration.targets(), ({ bus, rule }) => ruleArn(context, bus, rule));
  return configuration.rules().map((rule) => {
    const arn = ruleArn(context, rule.bus, rule.name);
    const compiled = (targets.get(arn) ?? []).map(({ target }) =>
      compileTarget(context, JSON.parse(target) as Record<string, unknown>),
    );
    return {
      bus: rule.bus,
      rule: rule.name,
      arn,
      enabled: rule.state === 'ENABLED',
      matches: rule.pattern === '' ? () => false : compilePattern(rule.pattern),
      ...(rule.schedule !== null && { schedule: scheduleOf(rule.schedule, rule.scheduled_from) }),
      targets: new Map(compiled.map((target) => [target.id, target])),
    };
  });
}

const scheduleOf = (expression: string, start: number): Route['schedule'] => ({
  ...parseSchedule(expression, { start, service: 'rule' }),
  key: `${expression} ${start}`,
});

function compileArchive({ name, bus, pattern }: Archive): { name: string; bus: string; matches: Matches } {
  return { name, bus, matches: pattern === null ? () => true : compilePattern(pattern) };
}
