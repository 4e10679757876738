import { addresses, versionOfServer } from './address.ts';
import { below, followed, listOf, type Node, nodeOf } from './document.ts';
import type { Expression } from './expression.ts';
import { Notes, Unsupported } from './notes.ts';
import { type Endpoint, endpointOf } from './operation.ts';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const OTHER_METHODS = ['head', 'options', 'trace'];

/** What a document becomes, and what of it does not. */
export interface Converted {
  readonly title: string;
  readonly endpoints: readonly Endpoint[];
  readonly components: ReadonlyMap<string, Expression>;
  readonly notes: Notes;
}

/** The endpoints of a document. An operation that no contract can say is left out, and noted. */
export function convertDocument(service: string, document: Node): Converted {
  const notes = new Notes();
  const components = new Map<string, Expression>();
  const endpoints: Endpoint[] = [];
  const schemas = { service, document, notes, components, titles: new Map<string, string>() };
  const address = addresses(versionOfServer(nodeOf(listOf(document['servers'])[0])['url']), notes);
  if (document['webhooks'] !== undefined)
    notes.add('#/webhooks', 'left out: what calls others is declared as an event');
  if (document['security'] !== undefined || nodeOf(document['components'])['securitySchemes'] !== undefined) {
    notes.add('#/components/securitySchemes', 'left out: who may call is the platform’s to say');
  }
  for (const [path, item] of Object.entries(nodeOf(document['paths']))) {
    const pointer = below('#/paths', path);
    if (path.startsWith('x-')) continue;
    leavingOut(pointer, () => {
      const { node } = followed(document, { node: nodeOf(item), pointer });
      const shared = listOf(node['parameters']).map((it, index) => ({
        node: nodeOf(it),
        pointer: below(pointer, 'parameters', index),
      }));
      for (const method of OTHER_METHODS) {
        if (node[method] !== undefined)
          notes.add(below(pointer, method), `left out: a contract has no ${method.toUpperCase()}`);
      }
      for (const method of METHODS.filter((it) => node[it] !== undefined)) {
        leavingOut(below(pointer, method), () => {
          const operation = { node: nodeOf(node[method]), pointer: below(pointer, method) };
          const endpoint = endpointOf(method.toUpperCase(), operation, shared, address(path, pointer), schemas);
          refuseTaken(endpoint, operation.pointer);
          endpoints.push(endpoint);
        });
      }
    });
  }
  return { title: String(nodeOf(document['info'])['title'] ?? ''), endpoints, components, notes };

  function leavingOut(pointer: string, make: () => void): void {
    try {
      make();
    } catch (error) {
      if (!(error instanceof Unsupported)) throw error;
      const { note } = error;
      notes.add(pointer, `left out: ${note.what}${note.pointer === pointer ? '' : ` (${note.pointer})`}`);
    }
  }

  function refuseTaken({ name, method, address: { version, path } }: Endpoint, pointer: string): void {
    const route = (of: string): string => of.replaceAll(/\{[^}]*\}/g, '{}');
    if (method === 'GET' && ['/health', '/version'].includes(path)) {
      throw new Unsupported(pointer, `every service answers GET /v${version}${path} by itself`);
    }
    const twin = endpoints.find(
      (it) =>
        it.address.version === version &&
        (it.name === name || (it.method === method && route(it.address.path) === route(path))),
    );
    if (twin !== undefined || ['GetHealth', 'GetVersion'].includes(name)) {
      throw new Unsupported(pointer, `the name ${name}, or ${method} /v${version}${path}, is taken`);
    }
  }
}
