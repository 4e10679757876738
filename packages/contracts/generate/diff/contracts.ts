import { type Change, compareSchemas, type Direction, type Schema } from './schemas.ts';

/** Generated files by path, as text. */
type Files = ReadonlyMap<string, string>;

/** A change of one contract. */
export interface ContractChange extends Change {
  /** `inventory/StockReserved.v1`, `orders POST /v1/orders` */
  readonly contract: string;
}

interface Part {
  readonly contract: string;
  /** Of an operation: `query limit`, `request`, `200`; empty for the contract itself. */
  readonly at: string;
  readonly direction: Direction;
  readonly schema: Schema;
  readonly document: Schema;
}

const METHODS = ['get', 'put', 'post', 'delete', 'patch'];

/**
 * What changed between two sets of generated files, message by message and operation by operation. Adding a contract
 * is compatible, taking one away breaks. Examples and descriptions are no change.
 */
export function compareContracts(before: Files, after: Files): ContractChange[] {
  const [old, now] = [partsOf(before), partsOf(after)];
  const keys = [...new Set([...old.keys(), ...now.keys()])].sort();
  return keys.flatMap((key): ContractChange[] => {
    const [one, other] = [old.get(key), now.get(key)];
    const { contract, at } = (one ?? other)!;
    const whole = at === '' || (old.has(contract) && now.has(contract));
    if (one === undefined) return whole ? [{ contract, at, ...added(other!) }] : [];
    if (other === undefined) return whole ? [{ contract, at, what: 'is gone', breaking: !isRefusal(at) }] : [];
    return compareSchemas(one, other, one.direction, at).map((change) => ({ contract, ...change }));
  });
}

/** A new part of an operation that was there may not be asked for of everyone. */
function added({ at, direction, schema }: Part): Pick<Change, 'what' | 'breaking'> {
  const required = at !== '' && direction === 'input' && list(schema['required']).length > 0;
  return { what: required ? 'is new and required' : 'is new', breaking: required };
}

/** An error response: removing it breaks no consumer. */
const isRefusal = (at: string): boolean => /^[345]\d\d$/.test(at);

function partsOf(files: Files): Map<string, Part> {
  const commands = commandsOf(files);
  const found: Part[] = [];
  for (const [path, text] of files) {
    const [folder, owner = '', file] = path.split('/');
    const document = JSON.parse(text) as Schema;
    const message = { at: '', schema: document, document };
    if (folder === 'json-schema' && file !== undefined) {
      const contract = `${owner}/${file.slice(0, -'.json'.length)}`;
      found.push({ contract, direction: commands.has(contract) ? 'input' : 'output', ...message });
    } else if (path === 'json-schema/envelope.json') {
      found.push({ contract: 'envelope', direction: 'output', ...message });
    } else if (folder === 'openapi') found.push(...operationsOf(owner.slice(0, -'.json'.length), document));
  }
  return new Map(found.map((part) => [`${part.contract} ${part.at}`.trim(), part]));
}

/** Names of the messages that are sent to their owner. */
function commandsOf(files: Files): Set<string> {
  const { messages } = JSON.parse(files.get('index.json') ?? '{"messages":[]}') as {
    messages: readonly { kind: string; owner: string; name: string; major: number }[];
  };
  const commands = messages.filter(({ kind }) => kind === 'command');
  return new Set(commands.map(({ owner, name, major }) => `${owner}/${name}.v${major}`));
}

function operationsOf(owner: string, document: Schema): Part[] {
  return Object.entries(document['paths'] as Record<string, Record<string, Schema>>).flatMap(([path, item]) =>
    METHODS.filter((method) => method in item).flatMap((method) =>
      partsOfOperation(`${owner} ${method.toUpperCase()} ${path}`, item[method]!, document),
    ),
  );
}

function partsOfOperation(contract: string, operation: Schema, document: Schema): Part[] {
  const part = (at: string, direction: Direction, schema: Schema): Part => ({
    contract,
    at,
    direction,
    schema,
    document,
  });
  const parameters = list(operation['parameters']).map((it) => deref(it as Schema, document));
  const body = operation['requestBody'] as Schema | undefined;
  const responses = Object.entries((operation['responses'] ?? {}) as Record<string, Schema>);
  return [
    part('', 'input', {}),
    ...parameters.map((it) =>
      part(
        `${String(it['in'])} ${String(it['name'])}`,
        'input',
        value(it['schema'] as Schema, it['required'] === true),
      ),
    ),
    ...(body === undefined ? [] : [part('request', 'input', value(jsonOf(body), true))]),
    ...responses.map(([status, it]) => part(status, 'output', jsonOf(deref(it, document)))),
  ];
}

/** What is sent or not, as a schema of an object that has it. */
function value(schema: Schema, required: boolean): Schema {
  return { properties: { value: schema }, required: required ? ['value'] : [] };
}

/** The schema of a body; an empty one without a body. */
function jsonOf({ content }: Schema): Schema {
  const [first] = Object.values((content ?? {}) as Record<string, Schema>);
  return (first?.['schema'] ?? {}) as Schema;
}

function deref(schema: Schema, document: Schema): Schema {
  if (typeof schema['$ref'] !== 'string') return schema;
  const path = schema['$ref'].replace(/^#\//, '').split('/');
  return path.reduce<unknown>((it, key) => (it as Schema)[key], document) as Schema;
}

const list = (it: unknown): readonly unknown[] => (Array.isArray(it) ? it : []);
