/** Finds a value in an event; undefined when there is none. */
export type JsonPath = (event: unknown) => unknown;

type Step = (values: readonly unknown[]) => unknown[];

const TOKEN = /\.([A-Za-z0-9_\-/:@]+)|\[(\d+)\]|\.\*|\[\*\]|\['([^']+)'\]/;

/**
 * Compiles what EventBridge takes of JSONPath: `$`, `.name`, `['name']`, `[0]`, `.*` and `[*]`.
 * With a wildcard the result is an array. Returns undefined for anything else.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export function compileJsonPath(path: string): JsonPath | undefined {
  if (!path.startsWith('$')) return undefined;
  const steps: Step[] = [];
  let wildcard = false;
  const token = new RegExp(TOKEN, 'y');
  token.lastIndex = 1;
  while (token.lastIndex < path.length) {
    const match = token.exec(path);
    if (match === null) return undefined;
    const [, name, index, quoted] = match;
    const key = name ?? quoted;
    if (key !== undefined) steps.push((values) => values.flatMap((value) => member(value, key)));
    else if (index !== undefined) steps.push((values) => values.flatMap((value) => element(value, Number(index))));
    else {
      wildcard = true;
      steps.push((values) => values.flatMap(children));
    }
  }
  return (event) => {
    const found = steps.reduce<unknown[]>((values, step) => step(values), [event]);
    if (wildcard) return found.length === 0 ? undefined : found;
    return found[0];
  };
}

// Each answers an array of none or one, wrapped so that flatMap does not open a value that is itself an array.
function member(value: unknown, name: string): unknown[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.hasOwn(value, name) ? [(value as Record<string, unknown>)[name]] : [];
}

function element(value: unknown, index: number): unknown[] {
  return Array.isArray(value) && index < value.length ? [value[index]] : [];
}

function children(value: unknown): unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value) : [];
}
