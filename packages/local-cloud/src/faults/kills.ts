import type { Death } from '@dure/lambda-runtime';
import type { ActivePlan } from './active-plan.ts';
import type { Kill } from './plan.ts';

/** Decides for each invocation, in the order in which they begin, whether and where it is killed. */
export function createKills(active: ActivePlan): (functionName: string) => Death | undefined {
  const begun = new Map<string, number>();
  const { kills = [] } = active.plan;
  return (functionName) => {
    const number = (begun.get(functionName) ?? 0) + 1;
    begun.set(functionName, number);
    const own = kills.filter((kill) => kill.function === functionName);
    const meant = own.find((kill) => isMeant(active, kill, kills.indexOf(kill), number));
    if (meant === undefined) return undefined;
    return meant.at === 'before-write' ? { at: meant.at, write: meant.write } : { at: meant.at };
  };
}

const isMeant = (active: ActivePlan, { invocations, probability = 0 }: Kill, index: number, number: number): boolean =>
  invocations === undefined ? active.chance(`kills[${index}]`, probability) : invocations.includes(number);
