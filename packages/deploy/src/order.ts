import { DeployError } from './deploy-error.ts';

interface Ordered {
  readonly name: string;
  readonly dependsOn: readonly string[];
}

/** The first cycle of dependencies, as the names along it, the first again at the end; undefined if there is none. */
export function findCycle(services: readonly Ordered[]): string[] | undefined {
  const dependencies = new Map(services.map(({ name, dependsOn }) => [name, dependsOn]));
  const done = new Set<string>();
  const follow = (name: string, way: readonly string[]): string[] | undefined => {
    if (way.includes(name)) return [...way.slice(way.indexOf(name)), name];
    if (done.has(name)) return undefined;
    for (const next of dependencies.get(name) ?? []) {
      const cycle = follow(next, [...way, name]);
      if (cycle !== undefined) return cycle;
    }
    done.add(name);
    return undefined;
  };
  for (const { name } of services) {
    const cycle = follow(name, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

/**
 * The named services, or all of them. Unlike on a laptop, their dependencies are not included.
 * @throws DeployError that lists the services, if one is unknown
 */
export function select<Service extends Ordered>(
  services: readonly Service[],
  only: readonly string[] | undefined,
): Service[] {
  if (only === undefined) return [...services];
  const names = services.map(({ name }) => name);
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new DeployError(`There is no service "${unknown}". There are ${names.join(', ')}.`);
  return services.filter(({ name }) => only.includes(name));
}

/** The same services with reversed dependencies: dependants come before a service. */
export function reversed<Service extends Ordered>(services: readonly Service[]): Service[] {
  return services.map((service) => ({
    ...service,
    dependsOn: services.filter(({ dependsOn }) => dependsOn.includes(service.name)).map(({ name }) => name),
  }));
}
