import type { Schema } from '../src/index.ts';

type Any = Record<string, unknown>;

/**
 * Whether a value has only fields that its writer knows: at each place those that the schema names there, anywhere in
 * it; any, where it names none or says what others are. Written apart from what it tests.
 */
export function writes(value: unknown, document: Schema): boolean {
  return knows(value, [document], document);
}

function knows(value: unknown, schemas: readonly unknown[], root: Schema): boolean {
  const here = closure(schemas, root);
  if (Array.isArray(value)) {
    return value.every((element, index) =>
      knows(
        element,
        here.flatMap((it) => elementsOf(it, index)),
        root,
      ),
    );
  }
  if (typeof value !== 'object' || value === null) return true;
  const names = new Set(here.flatMap(namesOf));
  const patterns = here.flatMap((it) => Object.keys((it['patternProperties'] ?? {}) as Any));
  const free = here.some(saysOthers) || (names.size === 0 && patterns.length === 0);
  return Object.entries(value).every(
    ([name, inner]) =>
      (free || names.has(name) || patterns.some((it) => new RegExp(it, 'u').test(name))) &&
      knows(
        inner,
        here.flatMap((it) => valuesOf(it, name)),
        root,
      ),
  );
}

function closure(schemas: readonly unknown[], root: Schema, seen = new Set<unknown>()): Any[] {
  return schemas.flatMap((schema): Any[] => {
    if (typeof schema !== 'object' || schema === null || seen.has(schema)) return [];
    seen.add(schema);
    const at = schema as Any;
    const inner = [
      ...['allOf', 'anyOf', 'oneOf'].flatMap((keyword) => (at[keyword] ?? []) as unknown[]),
      ...['if', 'then', 'else', 'not'].map((keyword) => at[keyword]),
      ...Object.values((at['dependentSchemas'] ?? {}) as Any),
      ...(typeof at['$ref'] === 'string' ? [(root['$defs'] as Any)[at['$ref'].split('/').at(-1)!]] : []),
    ];
    return [at, ...closure(inner, root, seen)];
  });
}

const namesOf = (at: Any): string[] => [
  ...Object.keys((at['properties'] ?? {}) as Any),
  ...((at['required'] ?? []) as string[]),
  ...Object.entries((at['dependentRequired'] ?? {}) as Record<string, string[]>).flatMap(([name, it]) => [name, ...it]),
  ...Object.keys((at['dependentSchemas'] ?? {}) as Any),
];

const saysOthers = (at: Any): boolean =>
  ['additionalProperties', 'unevaluatedProperties'].some((it) => it in at && at[it] !== false) ||
  ['propertyNames', 'const', 'enum', 'minProperties'].some((it) => it in at);

function elementsOf(at: Any, index: number): unknown[] {
  const prefix = (at['prefixItems'] ?? []) as unknown[];
  return [...(index < prefix.length ? [prefix[index]] : [at['items'], at['unevaluatedItems']]), at['contains']];
}

function valuesOf(at: Any, name: string): unknown[] {
  const patterns = Object.entries((at['patternProperties'] ?? {}) as Any);
  const found = [
    ...(Object.hasOwn((at['properties'] ?? {}) as Any, name) ? [(at['properties'] as Any)[name]] : []),
    ...patterns.filter(([pattern]) => new RegExp(pattern, 'u').test(name)).map(([, it]) => it),
  ];
  return found.length > 0 ? found : [at['additionalProperties'], at['unevaluatedProperties']];
}
