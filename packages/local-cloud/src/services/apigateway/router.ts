/** A resource's methods, by their names; `ANY` is one of them. */
export type Methods<Value> = ReadonlyMap<string, Value>;

/** What `ANY` stands for. */
const ANY = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']);

/** The method of a resource that answers a request: the one of this name, otherwise `ANY` if it covers the name. */
export function methodFor<Value>(methods: Methods<Value>, name: string): Value | undefined {
  return methods.get(name) ?? (ANY.has(name) ? methods.get('ANY') : undefined);
}

export interface Route<Value> {
  /** As it was declared: `/v1/orders/{orderId}`. */
  readonly path: string;
  readonly methods: Methods<Value>;
  /** As they were sent, percent-encoded. */
  readonly pathParameters: Readonly<Record<string, string>>;
}

/** Finds the resource of a path, as it was sent (percent-encoded, without the query); undefined if there is none. */
export type Router<Value> = (path: string) => Route<Value> | undefined;

interface Node<Value> {
  readonly path: string;
  readonly methods: Map<string, Value>;
  readonly children: Map<string, Node<Value>>;
  variable?: { readonly name: string; readonly node: Node<Value> };
  greedy?: { readonly name: string; readonly node: Node<Value> };
}

/**
 * The resource tree. A resource without methods answers nothing. Where several fit, a name goes before `{name}`, and
 * both before `{name+}`, which takes one segment or more; a slash at the end means nothing.
 * Names are compared decoded, and parameters are handed on as they were sent.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-settings-method-request.html
 */
export function createRouter<Value>(entries: readonly { path: string; method: string; value: Value }[]): Router<Value> {
  const root = newNode<Value>('/');
  for (const { path, method, value } of entries) insert(root, path).methods.set(method, value);
  return (path) => find(root, segmentsOf(path));
}

function newNode<Value>(path: string): Node<Value> {
  return { path, methods: new Map(), children: new Map() };
}

function insert<Value>(root: Node<Value>, path: string): Node<Value> {
  let node = root;
  for (const segment of segmentsOf(path)) node = childOf(node, segment);
  return node;
}

function childOf<Value>(parent: Node<Value>, segment: string): Node<Value> {
  const [, name, plus] = /^\{(.+?)(\+?)\}$/.exec(segment) ?? [];
  const path = `${parent.path === '/' ? '' : parent.path}/${segment}`;
  if (name === undefined) {
    const child = parent.children.get(segment) ?? newNode<Value>(path);
    parent.children.set(segment, child);
    return child;
  }
  const kind = plus === '+' ? 'greedy' : 'variable';
  const child = parent[kind] ?? { name, node: newNode<Value>(path) };
  parent[kind] = child;
  return child.node;
}

/** Looks at each node at most once: a node is reached by one way only. */
function find<Value>(node: Node<Value>, segments: readonly string[]): Route<Value> | undefined {
  const [segment, ...rest] = segments;
  if (segment === undefined) {
    return node.methods.size === 0 ? undefined : { path: node.path, methods: node.methods, pathParameters: {} };
  }
  const child = node.children.get(decode(segment));
  const found = child === undefined ? undefined : find(child, rest);
  if (found !== undefined) return found;
  const { variable, greedy } = node;
  if (variable !== undefined && segment !== '') {
    const below = find(variable.node, rest);
    if (below !== undefined) return withParameter(below, variable.name, segment);
  }
  if (greedy === undefined) return undefined;
  const all = find(greedy.node, []);
  return all === undefined ? undefined : withParameter(all, greedy.name, segments.join('/'));
}

function withParameter<Value>(route: Route<Value>, name: string, value: string): Route<Value> {
  return { ...route, pathParameters: { [name]: value, ...route.pathParameters } };
}

function segmentsOf(path: string): string[] {
  const segments = path.split('/').slice(1);
  return segments.at(-1) === '' ? segments.slice(0, -1) : segments;
}

/** As it is where the percent-encoding is broken. */
export function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
