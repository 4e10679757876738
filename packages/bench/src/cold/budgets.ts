import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../support/machine.ts';
import type { Bundle } from './bundle.ts';

/** How large a function's bundle may be, in kB (1,000 bytes) of JavaScript; a start takes about 0.2 ms for each. */
export interface Budgets {
  /** For a function without its own. */
  readonly anyFunction: number;
  /** By service and function: `orders/api`. */
  readonly functions: Readonly<Record<string, number>>;
}

export const BUDGETS = join(ROOT, 'packages', 'bench', 'budgets.json');

export const readBudgets = (): Budgets => JSON.parse(readFileSync(BUDGETS, 'utf8')) as Budgets;

const NAMED_PACKAGES = 6;

/** One sentence per fault: bundles over their budget with their heaviest parts, and budgets without a function. */
export function overBudget(bundles: readonly Bundle[], { anyFunction, functions }: Budgets): string[] {
  const tooLarge = bundles.flatMap(({ name, size, packages }) => {
    const budget = functions[name] ?? anyFunction;
    if (size <= budget * 1000) return [];
    const heaviest = packages.slice(0, NAMED_PACKAGES).map(([part, bytes]) => `${part} ${kilobytes(bytes)}`);
    return [`${name} is ${kilobytes(size)}, its budget ${budget} kB. Heaviest: ${heaviest.join(', ')}.`];
  });
  const known = new Set(bundles.map(({ name }) => name));
  const stale = Object.keys(functions).filter((name) => !known.has(name));
  return [...tooLarge, ...stale.map((name) => `There is a budget for ${name}, and no such function.`)];
}

const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
