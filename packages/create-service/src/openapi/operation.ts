import * as z from 'zod/mini';
import { pascalCase, singular } from '../names.ts';
import type { Address } from './address.ts';
import {
  type Answer,
  answersOf,
  type Example,
  examplesOf,
  jsonContent,
  problemsOf,
  type Problems,
  type Titles,
  titleOf,
} from './answers.ts';
import { below, followed, listOf, type Node, nodeOf, type Part } from './document.ts';
import { call, evaluate, type Expression, wrap } from './expression.ts';
import { Unsupported } from './notes.ts';
import { parametersOf, type Fields } from './parameters.ts';
import { sample } from './sample.ts';
import { type Context, convert } from './schema.ts';

/** An endpoint of a contract, with its schemas as expressions. */
export interface Endpoint {
  readonly name: string;
  readonly method: string;
  readonly address: Address;
  readonly summary: string;
  readonly params: Fields;
  readonly query: Fields;
  readonly body?: Expression;
  readonly idempotencyKey?: 'required' | 'optional';
  readonly ifMatch?: 'required' | 'optional';
  readonly answers: readonly Answer[];
  readonly problems: Problems;
  readonly example: {
    readonly params?: Readonly<Record<string, unknown>>;
    readonly query?: Readonly<Record<string, unknown>>;
    readonly body?: unknown;
    readonly response?: unknown;
  };
}

interface Schemas extends Omit<Context, 'direction' | 'open'> {
  readonly service: string;
  readonly titles: Titles;
}

/** The name of an operation, as an endpoint's: `listPets`, `pets/list` → `ListPets`, `PetsList`. */
export function nameOf(operation: Node, method: string, path: string): string {
  const id = operation['operationId'];
  const words = typeof id === 'string' ? id : `${method.toLowerCase()} ${path.replaceAll('{', 'by ')}`;
  const name = pascalCase(words.replaceAll(/[^A-Za-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, ''));
  return /^[A-Z]/.test(name) ? name : `Do${name}`;
}

/**
 * An operation as an endpoint. @param shared the parameters of its path
 * @throws Unsupported for what no contract can say
 */
export function endpointOf(
  method: string,
  operation: Part,
  shared: readonly Part[],
  address: Address,
  schemas: Schemas,
): Endpoint {
  const { document, notes } = schemas;
  const { node, pointer } = operation;
  const input: Context = { ...schemas, direction: 'input', open: [] };
  const output: Context = { ...schemas, direction: 'output', open: [] };
  for (const part of ['callbacks', 'servers']) {
    if (node[part] !== undefined) notes.add(below(pointer, part), `left out: "${part}" is no part of a contract`);
  }
  if (node['security'] !== undefined)
    notes.add(below(pointer, 'security'), 'left out: who may call is the platform’s to say');
  if (node['deprecated'] === true)
    notes.add(below(pointer, 'deprecated'), 'left out: a contract is deprecated with a successor and a date');
  const { params, query, examples, headers } = parametersOf(
    allParameters(operation, shared, document),
    address.params,
    input,
  );
  const responses = { node: nodeOf(node['responses']), pointer: below(pointer, 'responses') };
  const answers = answersOf(responses, output);
  const content = bodyOf(operation, method, input);
  const given = {
    name: nameOf(node, method, address.path),
    method,
    address,
    summary: titleOf(String(node['summary'] ?? node['description'] ?? '')) || nameOf(node, method, address.path),
    ...{ params, query, answers },
    ...(content !== undefined && { body: content.schema }),
    ...keysOf(method, headers, pointer, input),
    problems: problemsOf(responses, thingOf(address, schemas.service), schemas.titles, output),
  };
  return { ...given, example: exampleOf(given, examples, content?.examples ?? [], schemas, pointer) };
}

/** What problems are named after: `pet` of `/pets/{petId}`, with the service where that is not what it is called after. */
function thingOf({ path }: Address, service: string): string {
  const words = path.split('/').filter((it) => it !== '' && !it.startsWith('{'));
  const thing = singular(words.at(-1) ?? 'resource');
  const letters = service.replaceAll(/[^a-z-]+/g, '').replaceAll(/-+$/g, '');
  return thing === singular(service) ? thing : `${letters}-${thing}`;
}

/** Those of the operation go before those of its path. */
function allParameters({ node, pointer }: Part, shared: readonly Part[], document: Node): Part[] {
  const own = listOf(node['parameters']).map((it, index) => ({
    node: nodeOf(it),
    pointer: below(pointer, 'parameters', index),
  }));
  const keyOf = (part: Part): string => {
    const { node: found } = followed(document, part);
    return `${String(found['in'])} ${String(found['name'])}`;
  };
  const keys = own.map(keyOf);
  return [...shared.filter((part) => !keys.includes(keyOf(part))), ...own];
}

function bodyOf(
  { node, pointer }: Part,
  method: string,
  context: Context,
): { readonly schema: Expression; readonly examples: readonly Example[] } | undefined {
  if (node['requestBody'] === undefined) return undefined;
  const body = followed(context.document, {
    node: nodeOf(node['requestBody']),
    pointer: below(pointer, 'requestBody'),
  });
  if (method === 'GET') throw new Unsupported(body.pointer, 'a GET has no body');
  const content = jsonContent(body, context.notes);
  if (content === undefined) return undefined;
  const schema = convert({ node: nodeOf(content.node['schema']), pointer: below(content.pointer, 'schema') }, context);
  const held = strict(schema, context);
  return { schema: body.node['required'] === true ? held : wrap('optional', held), examples: examplesOf(content) };
}

/** What a client sends is held to the fields that are known, unless the document takes others by name. */
function strict(schema: Expression, { components }: Context): Expression {
  if ('call' in schema) return schema.call === 'object' ? { ...schema, call: 'strictObject' } : schema;
  const target = 'ref' in schema ? components.get(schema.ref) : undefined;
  return target !== undefined && 'call' in target && target.call === 'object' ? { wrap: 'strict', of: schema } : schema;
}

function keysOf(
  method: string,
  headers: ReadonlyMap<string, { readonly required: boolean }>,
  pointer: string,
  { notes }: Context,
): Pick<Endpoint, 'idempotencyKey' | 'ifMatch'> {
  const how = (name: string) =>
    (headers.get(name)?.required === true ? 'required' : 'optional') as 'required' | 'optional';
  const key = headers.has('idempotency-key') || method === 'POST';
  if (method === 'PATCH' && !headers.has('if-match'))
    notes.add(pointer, 'a PATCH asks for If-Match, so that no change is lost');
  return {
    ...(key && { idempotencyKey: how('idempotency-key') }),
    ...(method === 'PATCH'
      ? { ifMatch: 'required' as const }
      : headers.has('if-match') && { ifMatch: how('if-match') }),
  };
}

type Given = Omit<Endpoint, 'example'>;

const ANSWER = 'the answer';

/** @throws Unsupported if neither the document's examples nor made ones satisfy the schemas */
function exampleOf(
  { params, query, body, answers }: Given,
  texts: Readonly<Record<string, string>>,
  bodies: readonly Example[],
  { components, notes }: Schemas,
  pointer: string,
): Endpoint['example'] {
  const schemaOf = (ref: string): Expression => components.get(ref)!;
  const first = (schema: Expression, examples: readonly Example[], what: string): unknown => {
    const zod = evaluate(schema, schemaOf);
    // An answer has the fields of its schema and no other, and an example of the document may have more.
    const fitting = (value: unknown): { readonly value: unknown } | undefined => {
      const result = z.safeParse(zod, value);
      return result.success ? { value: what === ANSWER ? result.data : value } : undefined;
    };
    for (const { pointer: at, value } of examples) {
      const found = fitting(value);
      if (found !== undefined) return found.value;
      const field = z.safeParse(zod, value).error?.issues[0]?.path.join('.') ?? '';
      notes.add(
        `${at}${field === '' ? '' : ` (${field})`}`,
        'the example does not satisfy its schema, and the contract has another',
      );
    }
    for (const given of [true, false]) {
      const found = fitting(sample(schema, { given, schemaOf }));
      if (found !== undefined) return found.value;
    }
    throw new Unsupported(pointer, `no example of ${what} could be made: give one`);
  };
  const fieldsOf = (fields: Fields): Record<string, unknown> =>
    Object.fromEntries(
      fields.flatMap(([name, schema]) => {
        const given = texts[name];
        const isOptional = 'call' in schema && ['optional', '_default'].includes(schema.call);
        if (given === undefined && isOptional) return [];
        const examples = given === undefined ? [] : [{ pointer: `${pointer}/parameters`, value: given }];
        return [[name, String(first(schema, examples, name))]];
      }),
    );
  const success = answers[0];
  const queried = fieldsOf(query);
  return {
    ...(params.length > 0 && { params: fieldsOf(params) }),
    ...(Object.keys(queried).length > 0 && { query: queried }),
    ...(body !== undefined && { body: first(body, bodies, 'the body') }),
    ...(success?.body !== undefined && { response: first(success.body, success.examples, ANSWER) }),
  };
}

export const objectOf = (fields: Fields): Expression => call('strictObject', { fields });
