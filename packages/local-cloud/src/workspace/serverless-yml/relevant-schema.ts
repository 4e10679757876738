type Schema = { readonly [keyword: string]: unknown };

/**
 * A JSON Schema without what can only concern properties that the configuration has nowhere. It refuses the same: a
 * property that is not there is not checked, and an alternative that requires one never fits. Compiling the whole of the
 * framework's schema takes 1.2 s and 300 MB; what a service uses of it, a twentieth.
 */
export function relevantSchema(schema: Schema, configuration: unknown): Schema {
  const keys = keysIn(configuration);
  const isAbsent = (key: string): boolean => !keys.has(key);

  const kept = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(kept);
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([keyword, part]) => [keyword, keptPart(keyword, part, value)]),
    );
  };

  const keptPart = (keyword: string, part: unknown, schemaOf: Schema): unknown => {
    // Elsewhere what is named here decides what additional properties are.
    if (keyword === 'properties' && isObject(part) && schemaOf['additionalProperties'] === false) {
      return kept(Object.fromEntries(Object.entries(part).filter(([key]) => !isAbsent(key))));
    }
    if (keyword === 'anyOf' && Array.isArray(part)) {
      const fitting = part.filter((it) => !requires(it).some(isAbsent));
      return kept(fitting.length === 0 ? part.slice(0, 1) : fitting);
    }
    return kept(part);
  };

  return kept(schema) as Schema;
}

const requires = (schema: unknown): readonly string[] =>
  isObject(schema) && Array.isArray(schema['required']) ? (schema['required'] as string[]) : [];

const isObject = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof RegExp);

/** The keys of all objects in it, at any depth. */
function keysIn(value: unknown, found = new Set<string>(), seen = new Set<object>()): ReadonlySet<string> {
  if (typeof value !== 'object' || value === null || seen.has(value)) return found;
  seen.add(value);
  for (const [key, inner] of Object.entries(value)) {
    if (!Array.isArray(value)) found.add(key);
    keysIn(inner, found, seen);
  }
  return found;
}
