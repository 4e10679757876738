import { idOf, isObject, isSchema, list, type Node, object, resolved } from '../schema/schema.ts';
import { mapOf } from './formula.ts';
import { matches } from './patterns.ts';

/**
 * What a writer knows at one place of its values. Its schema may be open, but it writes only fields that its schema
 * names at that place, anywhere in it; any, where the schema names none or says what others are.
 */
export class Vocabulary {
  readonly key: string;
  readonly names = new Set<string>();
  readonly required = new Set<string>();
  readonly patterns: string[] = [];
  readonly #inside = new Map<string | number, Vocabulary>();
  readonly #nodes: readonly Node[];
  /** Says which other names there may be, or how many. */
  says = false;

  constructor(nodes: readonly Node[]) {
    this.#nodes = [...new Map(inPlace(nodes).map((node) => [idOf(node), node])).values()];
    this.key = this.#nodes.map(idOf).sort().join(',');
    for (const { schema } of this.#nodes) if (isObject(schema)) this.#learn(schema);
  }

  #learn(schema: Record<string, unknown>): void {
    const dependent = Object.entries(object(schema['dependentRequired']));
    const named = [
      ...Object.keys(object(schema['properties'])),
      ...list(schema['required']),
      ...dependent.flatMap(([name, needs]) => [name, ...list(needs)]),
      ...Object.keys(object(schema['dependentSchemas'])),
    ];
    for (const name of named) this.names.add(String(name));
    for (const name of list(schema['required'])) this.required.add(String(name));
    this.patterns.push(...Object.keys(object(schema['patternProperties'])));
    const others = [schema['additionalProperties'], schema['unevaluatedProperties']];
    if (others.some((it) => isSchema(it) && it !== false) || isSchema(schema['propertyNames'])) this.says = true;
    if ('const' in schema || 'enum' in schema || 'minProperties' in schema) this.says = true;
  }

  #kept(place: string | number, nodes: () => Node[]): Vocabulary {
    const found = this.#inside.get(place) ?? new Vocabulary(nodes());
    this.#inside.set(place, found);
    return found;
  }

  /** Whether any name may be written. */
  get isFree(): boolean {
    return this.says || (this.names.size === 0 && this.patterns.length === 0);
  }

  allows(name: string): boolean {
    return this.isFree || this.names.has(name) || this.patterns.some((pattern) => matches(pattern, name));
  }

  property(name: string): Vocabulary {
    return this.#kept(name, () =>
      this.#nodes.flatMap(({ schema, root }) => {
        if (!isObject(schema)) return [];
        const named = mapOf(schema, 'properties', root).filter(([it]) => it === name);
        const matching = mapOf(schema, 'patternProperties', root).filter(([it]) => matches(it, name));
        const rest = ['additionalProperties', 'unevaluatedProperties'].map((keyword) => schema[keyword]);
        const found = [...named, ...matching].map(([, node]) => node);
        return found.length > 0 ? found : rest.filter(isSchema).map((it) => ({ schema: it, root }));
      }),
    );
  }

  element(index: number): Vocabulary {
    return this.#kept(index, () =>
      this.#nodes.flatMap(({ schema, root }) => {
        if (!isObject(schema)) return [];
        const prefix = list(schema['prefixItems']);
        const rest = [schema['items'], schema['unevaluatedItems']];
        const own = index < prefix.length ? [prefix[index]] : rest;
        return [...own, schema['contains']].filter(isSchema).map((it) => ({ schema: it, root }));
      }),
    );
  }
}

/** A place that says nothing of what is written there. */
export const FREE = new Vocabulary([]);

/** The nodes, and all that speak of the same place. */
function inPlace(nodes: readonly Node[], seen = new Set<unknown>()): Node[] {
  return nodes.flatMap((node): Node[] => {
    const { schema, root } = node;
    if (!isObject(schema) || seen.has(schema)) return [];
    seen.add(schema);
    const inner = [
      ...['allOf', 'anyOf', 'oneOf'].flatMap((keyword) => list(schema[keyword])),
      ...['if', 'then', 'else', 'not'].map((keyword) => schema[keyword]),
      ...Object.values(object(schema['dependentSchemas'])),
    ].filter(isSchema);
    const target = typeof schema['$ref'] === 'string' ? [resolved(node)] : [];
    return [node, ...inPlace([...inner.map((it) => ({ schema: it, root })), ...target], seen)];
  });
}
