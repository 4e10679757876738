import type { Found } from '../search/found.ts';
import { declared, presenceChanges } from './presence.ts';
import { keywordChanges, leftOver, only, short, SINGLE } from './rules.ts';
import {
  type Direction,
  idOf,
  isObject,
  isSchema,
  list,
  type Node,
  object,
  own,
  resolved,
  type Schema,
} from '../schema/schema.ts';

export interface Change {
  /** `data.lines[].quantity` */
  readonly at: string;
  readonly what: string;
  readonly breaking: boolean;
  /** The other end lacks a field that may be absent: worth a warning. */
  readonly missing?: true;
}

/** Two schemas at one place. */
interface Step {
  readonly before: Node;
  readonly after: Node;
  readonly at: string;
  readonly direction: Direction;
}

/** Looks for a value that one end makes and the other does not take. */
export type Break = (before: Node, after: Node, direction: Direction) => Found;

/** Lists what changed, and marks as breaking what may be the cause of a break at its place. */
export class Walk {
  readonly #break: Break;
  /** What is being compared further out: a schema that leads to itself comes to an end. */
  readonly #active = new Set<string>();
  #cut = 0;

  constructor(find: Break) {
    this.#break = find;
  }

  /** @param found of the place that holds this one: without a break there, there is none here */
  changes(step: Step, found?: Found): Change[] {
    const [before, after] = written(step.before, step.after);
    const key = `${idOf(before)} ${idOf(after)} ${step.direction} ${found === 'none'}`;
    if (idOf(before) === idOf(after)) return [];
    if (this.#active.has(key)) {
      this.#cut += 1;
      return [];
    }
    const [outermost, cut] = [this.#active.size === 0, this.#cut];
    this.#active.add(key);
    const here = found ?? this.#break(before, after, step.direction);
    const changes = this.#inside({ ...step, before, after }, here);
    this.#active.delete(key);
    const explained = changes.some(({ breaking }) => breaking) || (this.#cut > cut && !outermost);
    if (here === 'none' || explained) return changes;
    return [...changes, { at: step.at, what: unexplained(here, step.direction), breaking: true }];
  }

  #inside(step: Step, found: Found): Change[] {
    const [one, other] = [step.before.schema, step.after.schema];
    const broken = found !== 'none';
    if (!isObject(one) || !isObject(other)) {
      const what =
        other === true ? 'may be anything now' : other === false ? 'may be nothing now' : 'is restricted now';
      return [{ at: step.at, what, breaking: broken }];
    }
    return [
      ...keywordChanges(one, other).map(({ keyword, what }) => {
        return { at: step.at, what, breaking: broken && this.#breaksBy(keyword, step) };
      }),
      ...presenceChanges(one, other).map(({ name, what, breaks, gone }): Change => {
        const breaking = broken && breaks[step.direction];
        return { at: below(step.at, name), what, breaking, ...(gone && !breaking ? { missing: true } : {}) };
      }),
      ...this.#children(step, one, other, broken),
    ];
  }

  /** Whether what the reader says by one keyword alone refuses something. */
  #breaksBy(keyword: string, { before, after, direction }: Step): boolean {
    const reader = direction === 'input' ? after : before;
    const schema = only(object(reader.schema), keyword);
    if (schema === undefined) return false;
    const alone = { schema, root: reader.root };
    const [old, now] = direction === 'input' ? [before, alone] : [alone, after];
    return this.#break(old, now, direction) !== 'none';
  }

  #children({ before, after, at, direction }: Step, one: Schema, other: Schema, broken: boolean): Change[] {
    const into = (a: unknown, b: unknown, place: string, way = direction): Change[] => {
      if (!isSchema(a) || !isSchema(b)) return [];
      const [old, now] = [
        { schema: a, root: before.root },
        { schema: b, root: after.root },
      ];
      return this.changes({ before: old, after: now, at: place, direction: way }, broken ? undefined : 'none');
    };
    const maps = (keyword: string, place: (name: string) => string): Change[] => {
      const [a, b] = [object(one[keyword]), object(other[keyword])];
      return Object.keys({ ...a, ...b }).flatMap((name) =>
        into(own(a, name) ?? true, own(b, name) ?? true, place(name)),
      );
    };
    const properties = [...declared(one)].filter((name) => declared(other).has(name));
    const inside = (schema: Schema, name: string) => own(object(schema['properties']), name) ?? true;
    return [
      ...properties.flatMap((name) => into(inside(one, name), inside(other, name), below(at, name))),
      ...maps('patternProperties', () => below(at, '*')),
      ...maps('dependentSchemas', () => at),
      ...SINGLE.flatMap((keyword) =>
        into(one[keyword], other[keyword], placeOf(keyword, at), keyword === 'not' ? turned(direction) : direction),
      ),
      ...this.#prefix(one, other, at, into),
      ...['allOf', 'anyOf', 'oneOf'].flatMap((keyword) =>
        this.#members(keyword, { before, after, at, direction }, broken, into),
      ),
    ];
  }

  #prefix(one: Schema, other: Schema, at: string, into: (a: unknown, b: unknown, place: string) => Change[]): Change[] {
    const [old, now] = [list(one['prefixItems']), list(other['prefixItems'])];
    return Array.from({ length: Math.max(old.length, now.length) }, (_, index) =>
      into(old[index] ?? one['items'] ?? true, now[index] ?? other['items'] ?? true, `${at}[${index}]`),
    ).flat();
  }

  /** What is listed is a set: members that are alike on both sides are no change, whatever their order. */
  #members(
    keyword: string,
    { before, after, at, direction }: Step,
    broken: boolean,
    into: (a: unknown, b: unknown, place: string) => Change[],
  ): Change[] {
    const nodes = ({ schema, root }: Node) => membersOf(object(schema), keyword).map((it) => ({ schema: it, root }));
    const [gone, added] = leftOver(nodes(before), nodes(after), idOf);
    if (gone.length === added.length) return gone.flatMap((it, index) => into(it.schema, added[index]!.schema, at));
    const breaking = broken && this.#breaksBy(keyword, { before, after, at, direction });
    const saidOf = (node: Node, what: string, reader: Direction): Change => ({
      at,
      what: `${keyword} ${what} ${nameOf(node.schema)}`,
      breaking: breaking && (keyword !== 'allOf' || direction === reader),
    });
    return [
      ...gone.map((it) => saidOf(it, 'has no longer', 'output')),
      ...added.map((it) => saidOf(it, 'has in addition', 'input')),
    ];
  }
}

/** A reference with something beside it is one more of what all hold. */
function membersOf(schema: Schema, keyword: string): readonly (Schema | boolean)[] {
  const listed = list(schema[keyword]).filter(isSchema);
  return keyword === 'allOf' && '$ref' in schema ? [...listed, { $ref: schema['$ref'] }] : listed;
}

/** Both, with what references lead to in their place; but not where one says the same and something beside it. */
function written(before: Node, after: Node): [Node, Node] {
  const [one, other] = [says(before), says(after)];
  const same = object(before.schema)['$ref'] === object(after.schema)['$ref'];
  if (same && (one.length > 1 || other.length > 1)) return [before, after];
  return [target(before), target(after)];
}

const says = ({ schema }: Node): string[] =>
  Object.keys(object(schema)).filter((key) => !['$defs', 'definitions', 'components'].includes(key));

function target(node: Node): Node {
  let result = node;
  for (let count = 0; count < 100 && isObject(result.schema); count += 1) {
    const keywords = says(result);
    if (keywords.length === 0) return { schema: true, root: result.root };
    if (keywords.length > 1 || keywords[0] !== '$ref') return result;
    result = resolved(result);
  }
  return result;
}

function unexplained(found: Exclude<Found, 'none'>, direction: Direction): string {
  if ('unknown' in found) return `cannot be shown to be compatible (${found.unknown})`;
  return direction === 'input' ? `${short(found.value)} is no longer taken` : `may be ${short(found.value)} now`;
}

const turned = (direction: Direction): Direction => (direction === 'input' ? 'output' : 'input');
const below = (at: string, name: string): string => (at === '' ? name : `${at}.${name}`);

function placeOf(keyword: string, at: string): string {
  if (keyword === 'items' || keyword === 'unevaluatedItems') return `${at}[]`;
  return keyword === 'additionalProperties' || keyword === 'unevaluatedProperties' ? below(at, '*') : at;
}

const nameOf = (schema: unknown): string =>
  isObject(schema) && typeof schema['$ref'] === 'string' ? schema['$ref'].split('/').at(-1)! : short(schema);
