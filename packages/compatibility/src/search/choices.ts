import type { Node } from '../schema/schema.ts';
import type { Conjunction, Signed } from './conjunction.ts';
import { finiteValues } from './finite.ts';
import type { Formula } from './formula.ts';
import { formulaOf } from './formula-of.ts';
import type { Finder, Goal } from './found.ts';
import { atomHolds } from './holds.ts';

/** Takes what is certain out of the choices until nothing changes. @returns false when a choice has no option left */
export function propagate(finder: Finder, conjunction: Conjunction): boolean {
  for (let changed = true; changed;) {
    changed = false;
    for (const choice of [...conjunction.choices]) {
      const judged = choice.map((option) => ({ option, is: peek(finder, conjunction, option, 0) }));
      const alive = judged.filter(({ is }) => is !== false);
      const done = judged.some(({ is }) => is === true);
      if (alive.length === 0) return false;
      if (!done && alive.length === choice.length && alive.length > 1) continue;
      changed = true;
      conjunction.choices = conjunction.choices.filter((it) => it !== choice);
      if (done) continue;
      if (alive.length > 1) conjunction.choices.push(alive.map(({ option }) => option));
      else if (!conjunction.add(alive[0]!.option)) return false;
    }
  }
  return true;
}

/** Whether an option holds already, or cannot; undefined when neither is clear at a glance. */
function peek(finder: Finder, conjunction: Conjunction, { formula, sign }: Signed, depth: number): boolean | undefined {
  if (typeof formula === 'boolean') return formula === sign;
  if (depth > 12) return undefined;
  const inside = (it: Formula, of = sign) => peek(finder, conjunction, { formula: it, sign: of }, depth + 1);
  switch (formula.kind) {
    case 'not':
      return inside(formula.part, !sign);
    case 'and':
    case 'or': {
      const parts = formula.parts.map((part) => inside(part));
      const wanted = (formula.kind === 'or') === sign;
      if (parts.includes(wanted)) return wanted;
      return parts.every((it) => it === !wanted) ? !wanted : undefined;
    }
    case 'node': {
      const known = conjunction.nodes.get(formula.id);
      return known === undefined ? inside(formulaOf(formula.node, conjunction.type)) : known === sign;
    }
    case 'in': {
      const held = conjunction.candidates?.map((it) => atomHolds(it, formula) === sign);
      if (held === undefined) return undefined;
      return held.every(Boolean) ? true : held.some(Boolean) ? undefined : false;
    }
    case 'property':
      return peekProperty(finder, conjunction, formula, sign);
    default: {
      const known = conjunction.atoms.get(formula.id);
      return known === undefined ? undefined : known.sign === sign;
    }
  }
}

/** A property of few values, such as the one by which alternatives differ, is looked into at once. */
function peekProperty(
  finder: Finder,
  conjunction: Conjunction,
  formula: { readonly id: number; readonly name: string; readonly node: Node },
  sign: boolean,
): boolean | undefined {
  const known = conjunction.atoms.get(formula.id);
  if (known !== undefined) return known.sign === sign;
  const { name, node } = formula;
  const atoms = conjunction.all();
  const present = atoms.find(({ atom }) => atom.kind === 'has' && atom.name === name)?.sign;
  if (present === false) return sign;
  const goals = atoms.flatMap((it): Goal[] =>
    it.atom.kind === 'property' && it.atom.name === name ? [{ node: it.atom.node, sign: it.sign }] : [],
  );
  if (!goals.some((goal) => goal.sign && finiteValues(goal.node) !== undefined)) return undefined;
  if ((present || !sign) && finder.find([...goals, { node, sign }]) === 'none') return false;
  if (present && finder.find([...goals, { node, sign: !sign }]) === 'none') return true;
  return undefined;
}
