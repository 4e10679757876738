import type { Found } from '../search/found.ts';
import { Search } from '../search/search.ts';
import { Vocabulary } from '../search/vocabulary.ts';
import { readOnly, sentOnly } from './fields.ts';
import { normal } from '../schema/normal.ts';
import { type Direction, idOf, type Node, type Schema } from '../schema/schema.ts';
import { type Break, type Change, Walk } from './walk.ts';

export interface CompareOptions {
  /**
   * Paths of the fields that the other end uses, such as `lines.quantity`; all without it. Of an output these are the
   * fields that are read; of an input those that are sent besides the required ones.
   */
  readonly fields?: readonly string[];
}

export interface ReadOptions extends CompareOptions {
  /** Readers pass over fields that they do not know, even where a schema says that there are no others. */
  readonly tolerant?: boolean;
}

/**
 * What changed between two schemas, each change breaking or not for who is at the other end. A change breaks when a value
 * exists that one end makes and the other refuses: of an output the writer has the schema after, of an input the one
 * before. What cannot be decided counts as breaking.
 *
 * @throws Error when a reference leads nowhere
 * @example
 * compareSchemas({ enum: ['a'] }, { enum: ['a', 'b'] }, 'output'); // [{ at: '', what: 'enum has "b" now', breaking: true }]
 */
export function compareSchemas(
  before: Schema,
  after: Schema,
  direction: Direction,
  options: CompareOptions = {},
): Change[] {
  return compareAs(before, after, direction, options);
}

/** The same, where readers may pass over what they do not know. */
export function compareAs(before: Schema, after: Schema, direction: Direction, options: ReadOptions): Change[] {
  const pair = pairOf(before, after, direction, options);
  if (idOf(pair.old) === idOf(pair.now)) return [];
  const find = finder();
  const found = find(pair.old, pair.made, direction);
  return new Walk(find).changes({ before: pair.old, after: pair.now, at: '', direction }, found);
}

/** A value that one end makes and the other refuses. */
export function findBreak(before: Schema, after: Schema, direction: Direction, options: CompareOptions = {}): Found {
  const { old, made } = pairOf(before, after, direction, options);
  return finder()(old, made, direction);
}

interface Pair {
  readonly old: Node;
  /** Both by the fields in use alone, to be laid side by side. */
  readonly now: Node;
  /** The schema after as it is: a writer's other fields may rule a value out. */
  readonly made: Node;
}

function pairOf(before: Schema, after: Schema, direction: Direction, options: ReadOptions): Pair {
  const { fields, tolerant = false } = options;
  const [one, other] = [normal(before, tolerant), normal(after, tolerant)];
  const made = nodeOf(other);
  if (direction === 'input') return { old: nodeOf(sentOnly(one, fields)), now: made, made };
  return { old: nodeOf(readOnly(one, fields)), now: nodeOf(readOnly(other, fields)), made };
}

function finder(): Break {
  const search = new Search();
  return (old, now, direction) => {
    const [writer, reader] = direction === 'output' ? [now, old] : [old, now];
    const goals = [
      { node: writer, sign: true },
      { node: reader, sign: false },
    ];
    return search.find(goals, new Vocabulary([writer]));
  };
}

const nodeOf = (schema: Schema): Node => ({ schema, root: schema });
