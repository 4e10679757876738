import type { Atom, Formula, Json, Type } from './formula.ts';
import { formulaOf } from './formula-of.ts';
import { atomHolds } from './holds.ts';

/** A formula, or its opposite. */
export interface Signed {
  readonly formula: Formula;
  readonly sign: boolean;
}

export interface SignedAtom {
  readonly atom: Atom;
  readonly sign: boolean;
}

/** Everything that has to hold of one value of one type: what is certain, and what is still to be chosen. */
export class Conjunction {
  readonly type: Type;
  readonly nodes: Map<number, boolean>;
  readonly atoms: Map<number, SignedAtom>;
  choices: (readonly Signed[])[];
  /** The values that are left, where they can be counted. */
  candidates: readonly Json[] | undefined;
  excluded: readonly Json[];

  constructor(type: Type, from?: Conjunction) {
    this.type = type;
    this.nodes = new Map(from?.nodes);
    this.atoms = new Map(from?.atoms);
    this.choices = [...(from?.choices ?? [])];
    this.candidates = from?.candidates;
    this.excluded = from?.excluded ?? [];
  }

  copy(): Conjunction {
    return new Conjunction(this.type, this);
  }

  /** Adds what has to hold. @returns false when it contradicts what there is */
  add({ formula, sign }: Signed): boolean {
    if (typeof formula === 'boolean') return formula === sign;
    switch (formula.kind) {
      case 'not':
        return this.add({ formula: formula.part, sign: !sign });
      case 'and':
      case 'or': {
        const options = formula.parts.map((part) => ({ formula: part, sign }));
        if ((formula.kind === 'and') === sign) return options.every((it) => this.add(it));
        this.choices.push(options);
        return true;
      }
      case 'node': {
        const before = this.nodes.get(formula.id);
        if (before !== undefined) return before === sign;
        this.nodes.set(formula.id, sign);
        return this.add({ formula: formulaOf(formula.node, this.type), sign });
      }
      default:
        return this.#addAtom(formula, sign);
    }
  }

  #addAtom(atom: Atom, sign: boolean): boolean {
    if (atom.kind === 'in') {
      if (sign) this.candidates = (this.candidates ?? atom.values).filter((it) => atomHolds(it, atom) === true);
      else this.excluded = [...this.excluded, ...atom.values];
      return this.candidates?.length !== 0;
    }
    const before = this.atoms.get(atom.id);
    this.atoms.set(atom.id, { atom, sign });
    return before === undefined || before.sign === sign;
  }

  all(): SignedAtom[] {
    return [...this.atoms.values()];
  }
}
