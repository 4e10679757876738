import { KEYWORDS } from './keywords.ts';
import { normal } from './normal.ts';
import { isObject, isSchema, own, reachedBy, type Schema, stepsOf } from './schema.ts';

/** What is wrong at a place of a document, and what would be right. */
export interface SchemaFault {
  /** The way to it from the document, by names and places. */
  readonly path: Path;
  readonly detail: string;
}

export type Path = readonly (string | number)[];

/** Looks at a part of a document. */
export type Check = (value: unknown, at: Path, faults: Faults) => void;

/** So many levels a document has at most: whoever compares it walks through all of them. */
const MAX_LEVELS = 100;
const TOO_LOW = `is below ${MAX_LEVELS} others, references followed, which is too many`;
/** Nobody reads more of them. */
const MAX_FAULTS = 20;

/**
 * What is wrong in a document, if it is to be compared as a JSON Schema: in 2020-12, and with the `nullable` and the flags
 * of OpenAPI 3.0. A document without faults can be compared with any other.
 *
 * @example
 * schemaFaults({ properties: { id: { type: 'text' } } });
 * // [{ path: ['properties', 'id', 'type'], detail: 'must be one or several of array, boolean, …' }]
 */
export const schemaFaults = (document: unknown): SchemaFault[] =>
  faultsOf(document, { check: (value, at, faults) => faults.schema(value, at), rootOf: (it) => it });

interface Whole {
  readonly check: Check;
  /** The part of the document that its references lead into. */
  readonly rootOf: (document: Schema) => Schema;
}

/** The same of any document, by a check of the whole. */
export function faultsOf(document: unknown, { check, rootOf }: Whole): SchemaFault[] {
  if (levelsOf(document) > MAX_LEVELS) return [{ path: [], detail: `has ${MAX_LEVELS} levels at most` }];
  const faults = new Faults(isObject(document) ? rootOf(document) : {});
  check(document, [], faults);
  return faults.all();
}

/** What was found so far, and where a document was looked at. */
export class Faults {
  readonly #root: Schema;
  readonly #found = new Map<string, SchemaFault>();
  /** How many levels of schemas there are below each that was looked at, references followed. */
  readonly #below = new Map<unknown, number>();
  /** The level of the schema that is looked at, and the lowest one below it so far. */
  #level = 0;
  #lowest = 0;
  /** What a schema says of the same place as another: it must not come back to itself. */
  readonly #inPlace = new Map<Schema, { readonly to: Schema; readonly at: Path }[]>();

  constructor(root: Schema) {
    this.#root = root;
  }

  add(path: Path, detail: string): void {
    const key = JSON.stringify(path);
    if (!this.#found.has(key)) this.#found.set(key, { path, detail });
  }

  all(): SchemaFault[] {
    this.#findCircles();
    return [...this.#found.values()].slice(0, MAX_FAULTS);
  }

  schema(value: unknown, at: Path): void {
    if (!isSchema(value)) return this.add(at, 'must be a schema: an object, true or false');
    if (!isObject(value)) return;
    const known = this.#below.get(value);
    const level = this.#level + 1;
    if (level + (known ?? 0) > MAX_LEVELS) return this.add(at, TOO_LOW);
    this.#lowest = Math.max(this.#lowest, level + (known ?? 0));
    if (known === undefined) this.#parts(value, at, level);
  }

  #parts(schema: Schema, at: Path, level: number): void {
    const lowest = this.#lowest;
    // A schema that leads back to itself is followed once.
    this.#below.set(schema, 0);
    [this.#level, this.#lowest] = [level, level];
    for (const [keyword, part] of Object.entries(schema)) {
      if (keyword === '$ref') this.#reference(schema, part, [...at, keyword]);
      else if (Object.hasOwn(KEYWORDS, keyword)) KEYWORDS[keyword]!(part, [...at, keyword], this);
    }
    this.#below.set(schema, this.#lowest - level);
    [this.#level, this.#lowest] = [level - 1, Math.max(lowest, this.#lowest)];
    this.#keep(schema, at);
  }

  #keep(schema: Schema, at: Path): void {
    const within = (holder: unknown, path: Path) =>
      Object.entries(isObject(holder) || Array.isArray(holder) ? holder : {}).map(
        ([key, to]) => [to, [...path, Array.isArray(holder) ? Number(key) : key]] as const,
      );
    const parts = [
      ...['allOf', 'anyOf', 'oneOf', 'dependentSchemas'].flatMap((it) => within(own(schema, it), [...at, it])),
      ...['not', 'if', 'then', 'else'].map((it) => [own(schema, it), [...at, it]] as const),
    ];
    for (const [to, path] of parts) if (isObject(to)) this.#edge(schema, to, path);
  }

  #edge(from: Schema, to: Schema, at: Path): void {
    this.#inPlace.set(from, [...(this.#inPlace.get(from) ?? []), { to, at }]);
  }

  #reference(from: Schema, reference: unknown, at: Path): void {
    if (typeof reference !== 'string') return this.add(at, 'must be a text');
    // Another document is taken for what its address says.
    if (!reference.startsWith('#')) return;
    const steps = stepsOf(reference);
    const target = reachedBy(steps, this.#root);
    // What leads to an annotation leads nowhere when documents are compared.
    if (!isSchema(target) || !isSchema(reachedBy(steps, normal(this.#root))))
      return this.add(at, 'leads nowhere: must lead to a schema, as #/$defs/Name does');
    if (!isObject(target)) return;
    this.#edge(from, target, at);
    this.schema(target, steps!);
  }

  /** Names the reference of each circle that comes last in it. */
  #findCircles(): void {
    const done = new Set<Schema>();
    const visit = (schema: Schema, way: readonly { readonly from: Schema; readonly at: Path }[]): void => {
      if (done.has(schema)) return;
      for (const { to, at } of this.#inPlace.get(schema) ?? []) {
        const edges = [...way, { from: schema, at }];
        const start = edges.findIndex(({ from }) => from === to);
        const circle = start === -1 ? [] : edges.slice(start).filter((edge) => edge.at.at(-1) === '$ref');
        if (start === -1) visit(to, edges);
        else this.add(circle.at(-1)!.at, 'leads back to itself without an end');
      }
      done.add(schema);
    };
    for (const first of this.#inPlace.keys()) visit(first, []);
  }
}

/** How deep lists and objects are in one another. Not by recursion: it is asked of what may be too deep for that. */
export function levelsOf(document: unknown): number {
  let levels = 0;
  let level: unknown[] = [document];
  while (level.length > 0 && levels <= MAX_LEVELS) {
    level = level.flatMap((it) => (typeof it === 'object' && it !== null ? Object.values(it) : []));
    levels += 1;
  }
  return levels;
}
