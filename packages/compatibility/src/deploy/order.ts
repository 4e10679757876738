/** `before` has to be deployed earlier than `after`. */
export interface Precedence {
  readonly before: string;
  readonly after: string;
}

/**
 * The services in an order that keeps every precedence, as near to the given order as can be; or a cycle, each of
 * which waits for the next.
 */
export function orderOf(services: readonly string[], rules: readonly Precedence[]): Order {
  const order: string[] = [];
  const waits = (service: string) =>
    rules.filter(({ before, after }) => after === service && !order.includes(before)).map(({ before }) => before);
  while (order.length < services.length) {
    const left = services.filter((it) => !order.includes(it));
    const next = left.find((it) => waits(it).length === 0);
    if (next === undefined) return { cycle: cycleFrom(left[0]!, waits) };
    order.push(next);
  }
  return { order };
}

export type Order =
  | { readonly order: readonly string[]; readonly cycle?: undefined }
  | { readonly cycle: readonly string[]; readonly order?: undefined };

function cycleFrom(first: string, waits: (service: string) => readonly string[]): string[] {
  const path: string[] = [];
  let next = first;
  while (!path.includes(next)) {
    path.push(next);
    next = waits(next)[0]!;
  }
  return path.slice(path.indexOf(next));
}
