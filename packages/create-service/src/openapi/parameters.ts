import { below, followed, listOf, type Node, nodeOf, type Part } from './document.ts';
import { call, type Expression, value, wrap } from './expression.ts';
import { marked } from './marked.ts';
import { Unsupported } from './notes.ts';
import { type Context, convert } from './schema.ts';

export type Fields = readonly (readonly [name: string, Expression])[];

export interface Parameters {
  readonly params: Fields;
  readonly query: Fields;
  /** What the document gives as examples, as texts. */
  readonly examples: Readonly<Record<string, string>>;
  readonly headers: ReadonlyMap<string, { readonly required: boolean }>;
}

/** Headers that HTTP, the platform or the contract deals with. */
const DEALT_WITH = [
  'accept',
  'authorization',
  'content-type',
  'idempotency-key',
  'if-match',
  'if-none-match',
  'x-api-key',
  'traceparent',
  'x-correlation-id',
  'x-request-id',
];

/**
 * The parameters of an operation and of its path. What no contract can say is left out where it may be, and noted.
 * @throws Unsupported for a required one that is left out
 */
export function parametersOf(given: readonly Part[], names: ReadonlyMap<string, string>, context: Context): Parameters {
  const params: [string, Expression][] = [];
  const query: [string, Expression][] = [];
  const examples: Record<string, string> = {};
  const headers = new Map<string, { required: boolean }>();
  for (const part of given) {
    const { node } = followed(context.document, part);
    const [name, place] = [String(node['name']), String(node['in'])];
    const required = node['required'] === true;
    if (place === 'header') {
      headers.set(name.toLowerCase(), { required });
      if (!DEALT_WITH.includes(name.toLowerCase()))
        context.notes.add(part.pointer, 'a header of its own is no part of a contract, and is left out');
    } else if (place === 'cookie')
      context.notes.add(part.pointer, 'a cookie is no part of a contract, and is left out');
    else add(part, node, name, place, required);
  }
  const missing = [...names.values()].find((name) => !params.some(([known]) => known === name));
  for (const name of missing === undefined ? [] : [...names.values()]) {
    if (!params.some(([known]) => known === name)) params.push([name, call('string')]);
  }
  return { params, query, examples, headers };

  function add(part: Part, node: Node, name: string, place: string, required: boolean): void {
    try {
      const schema = nodeOf(node['schema']);
      if (node['schema'] === undefined)
        throw new Unsupported(part.pointer, 'a parameter that is JSON cannot stand in a path or a query');
      const inner = { node: schema, pointer: below(part.pointer, 'schema') };
      const text = asText(convert(inner, context), part.pointer, (ref) => context.components.get(ref)!);
      const own = place === 'path' ? names.get(name) : name;
      if (own === undefined) return;
      const field = marked(own, text, (ref) => context.components.get(ref));
      const { default: preset } = followed(context.document, inner).node;
      const example =
        node['example'] ??
        nodeOf(Object.values(nodeOf(node['examples']))[0])['value'] ??
        schema['example'] ??
        listOf(schema['examples'])[0];
      if (example !== undefined && typeof example !== 'object') examples[own] = String(example);
      if (place === 'path') params.push([own, field]);
      else query.push([own, required ? field : withDefault(field, preset)]);
    } catch (error) {
      if (!(error instanceof Unsupported) || required) throw error;
      context.notes.add(part.pointer, `left out: ${error.note.what}`);
    }
  }
}

function withDefault(field: Expression, preset: unknown): Expression {
  if (preset === undefined || typeof preset === 'object') return wrap('optional', field);
  const isChoice = 'call' in field && field.call === 'enum';
  return call('_default', { schema: field }, value(isChoice ? String(preset) : preset));
}

/** What a path or a query has is a text: a number is one that is written, and a switch is the word `true` or `false`. */
function asText(schema: Expression, pointer: string, schemaOf: (ref: string) => Expression): Expression {
  if ('ref' in schema) return asText(schemaOf(schema.ref), pointer, schemaOf);
  if ('wrap' in schema) return { ...schema, of: asText(schema.of, pointer, schemaOf) };
  const [first] = schema.args ?? [];
  const { checks = [] } = schema;
  switch (schema.call) {
    case 'int':
    case 'int32':
      return { ...call('coerce.number'), checks: [call(schema.call), ...checks] };
    case 'number':
      return { ...call('coerce.number'), checks };
    case 'boolean':
      return call('enum', value(['true', 'false']));
    case 'literal': {
      const texts = [first !== undefined && 'value' in first ? first.value : ''].flat().map(String);
      return call('enum', value(texts));
    }
    case 'nullable':
      if (first !== undefined && 'schema' in first) return asText(first.schema, pointer, schemaOf);
      break;
    case 'unknown':
      return call('string');
    case 'array':
    case 'tuple':
    case 'object':
    case 'strictObject':
    case 'looseObject':
    case 'catchall':
    case 'record':
    case 'union':
    case 'discriminatedUnion':
    case 'null':
      break;
    default:
      return schema;
  }
  throw new Unsupported(
    pointer,
    'a list, an object or a choice of types in a path or a query is no part of a contract',
  );
}
