import { type Change, compareSchemas, type CompareOptions, type Direction, type Schema } from './schemas.ts';

export interface Parameter {
  readonly in: string;
  readonly name: string;
  readonly required?: boolean;
  readonly schema?: Schema;
}

export interface Response {
  readonly mediaType?: string;
  readonly schema?: Schema;
  /** The headers that every such answer has, by name. */
  readonly headers?: Readonly<Record<string, Schema>>;
}

/** An endpoint as one JSON document. Its schemas refer into its own `$defs`. */
export interface EndpointSchema {
  readonly method: string;
  readonly path: string;
  readonly parameters?: readonly Parameter[];
  readonly request?: { readonly mediaType?: string; readonly required?: boolean; readonly schema?: Schema };
  /** By status. */
  readonly responses: Readonly<Record<string, Response>>;
  readonly security?: unknown;
  readonly deprecated?: boolean;
  readonly $defs?: Readonly<Record<string, unknown>>;
}

type Part = [at: string, direction: Direction, schema: Schema];

/** What changed of an endpoint. `fields` are those of the responses that the caller reads. */
export function compareEndpoints(
  before: EndpointSchema,
  after: EndpointSchema,
  options: CompareOptions = {},
): Change[] {
  const [old, now] = [new Map(partsOf(before)), new Map(partsOf(after))];
  const keys = [...new Set([...old.keys(), ...now.keys()])].sort();
  return keys.flatMap((at): Change[] => {
    const [one, other] = [old.get(at), now.get(at)];
    if (other === undefined) return [{ at, what: 'is gone', breaking: !isRefusal(at) }];
    if (one === undefined) return [{ at, ...added(at, other) }];
    const [direction, schema] = one;
    return compareSchemas(schema, other[1], direction, options).map((it) => ({
      ...it,
      at: it.at === '' ? at : `${at} ${it.at}`,
    }));
  });
}

type Entry = [string, [Direction, Schema]];

function partsOf(document: EndpointSchema): Entry[] {
  const inside = (schema: Schema | undefined) => ({ ...schema, ...shared(document) });
  const parts: Part[] = [
    ...(document.parameters ?? []).map((it): Part => [
      `${it.in} ${it.name}`,
      'input',
      value(inside(it.schema), it.required === true),
    ]),
    ...(document.request === undefined
      ? []
      : [['request', 'input', value(inside(document.request.schema), true)] satisfies Part]),
    ...Object.entries(document.responses).map(([status, { schema }]): Part => [status, 'output', inside(schema)]),
  ];
  return parts.map(([at, direction, schema]) => [at, [direction, schema]]);
}

/** Where the references lead. */
const shared = ({ $defs, ...rest }: EndpointSchema): Schema => ({
  ...($defs === undefined ? {} : { $defs }),
  ...('components' in rest ? { components: rest.components } : {}),
});

/** A new part of an operation that was there may not be asked for of everyone. */
function added(at: string, [direction, schema]: [Direction, Schema]): Pick<Change, 'what' | 'breaking'> {
  const required = at !== '' && direction === 'input' && (schema['required'] as unknown[]).length > 0;
  return { what: required ? 'is new and required' : 'is new', breaking: required };
}

/** An error response: removing it breaks no consumer. */
const isRefusal = (at: string): boolean => /^[345]\d\d$/.test(at);

/** What is sent or not, as a schema of an object that has it. */
function value({ $defs, components, ...schema }: Schema, required: boolean): Schema {
  return { properties: { value: schema }, required: required ? ['value'] : [], $defs, components };
}
