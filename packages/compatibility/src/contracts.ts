import { compareEndpoints } from './endpoints/compare-endpoints.ts';
import type { EndpointSchema } from './endpoints/endpoint.ts';
import { operationsOf } from './endpoints/openapi.ts';
import { compareSchemas } from './compare/compare-schemas.ts';
import type { Direction, Schema } from './schema/schema.ts';
import type { Change } from './compare/walk.ts';

/** Generated files by path, as text. */
type Files = ReadonlyMap<string, string>;

/** A change of one contract. */
export interface ContractChange extends Change {
  /** `inventory/StockReserved.v1`, `orders POST /v1/orders` */
  readonly contract: string;
}

type Part = { readonly direction: Direction; readonly schema: Schema } | { readonly endpoint: EndpointSchema };

/**
 * What changed between two sets of generated files, message by message and operation by operation. Adding a contract
 * is compatible, taking one away breaks. Examples and descriptions are no change.
 */
export function compareContracts(before: Files, after: Files): ContractChange[] {
  const same = new Set([...before].filter(([path, text]) => after.get(path) === text).map(([path]) => path));
  const [old, now] = [partsOf(before, same), partsOf(after, same)];
  const contracts = [...new Set([...old.keys(), ...now.keys()])].sort();
  return contracts.flatMap((contract): ContractChange[] => {
    const [one, other] = [old.get(contract), now.get(contract)];
    if (one === undefined) return [{ contract, at: '', what: 'is new', breaking: false }];
    if (other === undefined) return [{ contract, at: '', what: 'is gone', breaking: true }];
    return compareParts(one, other).map((change) => ({ contract, ...change }));
  });
}

function compareParts(before: Part, after: Part): Change[] {
  if ('endpoint' in before && 'endpoint' in after) return compareEndpoints(before.endpoint, after.endpoint);
  if ('schema' in before && 'schema' in after) return compareSchemas(before.schema, after.schema, before.direction);
  return [];
}

/** What files hold, without those that are the same before and after. */
function partsOf(files: Files, same: ReadonlySet<string>): Map<string, Part> {
  const commands = commandsOf(files);
  const found = new Map<string, Part>();
  for (const [path, text] of files) {
    // What is written for people, such as the matrix of who may do what, is beside the documents.
    if (same.has(path) || !path.endsWith('.json')) continue;
    const [folder, owner = '', file] = path.split('/');
    const schema = JSON.parse(text) as Schema;
    if (folder === 'json-schema' && file !== undefined) {
      const contract = `${owner}/${file.slice(0, -'.json'.length)}`;
      found.set(contract, { direction: commands.has(contract) ? 'input' : 'output', schema });
    } else if (path === 'json-schema/envelope.json') {
      found.set('envelope', { direction: 'output', schema });
    } else if (folder === 'openapi') {
      for (const endpoint of operationsOf(schema)) {
        const name = `${owner.slice(0, -'.json'.length)} ${endpoint.method} ${endpoint.path}`;
        found.set(name, { endpoint });
      }
    }
  }
  return found;
}

/** Names of the messages that are sent to their owner. */
function commandsOf(files: Files): Set<string> {
  const { messages } = JSON.parse(files.get('index.json') ?? '{"messages":[]}') as {
    messages: readonly { kind: string; owner: string; name: string; major: number }[];
  };
  const commands = messages.filter(({ kind }) => kind === 'command');
  return new Set(commands.map(({ owner, name, major }) => `${owner}/${name}.v${major}`));
}
