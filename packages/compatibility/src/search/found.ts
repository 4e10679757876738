import type { Node } from '../schema/schema.ts';
import type { Json } from './formula.ts';
import type { Vocabulary } from './vocabulary.ts';

/** A value; `none` when there can be none; or why it is not known. */
export type Found = { readonly value: Json } | 'none' | { readonly unknown: string };

/** A schema that a value has to be valid by, or may not. */
export interface Goal {
  readonly node: Node;
  readonly sign: boolean;
}

/** Finds values of the parts of a value. */
export interface Finder {
  find(goals: readonly Goal[], words?: Vocabulary): Found;
  /** The first value that is found; why not, when something is not known. */
  first<T>(options: Iterable<T>, find: (option: T) => Found): Found;
}
