import * as z from 'zod/mini';

/** A JSON Schema, or a piece of one. */
export type JsonSchema = Record<string, unknown>;

/** Which schemas stand by name instead of being written out where they are used. */
export type Names = z.core.$ZodRegistry<{ id: string }>;

export interface SchemaOptions {
  readonly names: Names;
  /** `input`: what may be sent, defaults optional, unknown fields of open objects allowed. `output`: what is answered. */
  readonly io: 'input' | 'output';
  /** JSON Schema 2020-12 by default. */
  readonly target?: 'draft-2020-12' | 'draft-07';
}

/**
 * The JSON Schema of a zod schema, named parts in `$defs` (`definitions` in draft 7). What JSON Schema cannot say,
 * such as a rule over two fields, is added to the description in the words of the rule's error.
 */
export function toJsonSchema(schema: z.ZodMiniType, { names, io, target }: SchemaOptions): JsonSchema {
  const override = ({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodType; jsonSchema: JsonSchema }) => {
    Object.assign(jsonSchema, z.globalRegistry.get(zodSchema));
    const rules = rulesOf(zodSchema);
    if (rules.length > 0) jsonSchema['description'] = sentence([jsonSchema['description'], ...rules]);
  };
  return { ...z.toJSONSchema(schema, { io, target, metadata: names, override }) };
}

/** The errors of the rules that were given as functions. */
function rulesOf(schema: z.core.$ZodType): string[] {
  return (schema._zod.def.checks ?? []).flatMap((check) => {
    const { check: kind, error } = check._zod.def as z.core.$ZodCheckDef & { error?: z.core.$ZodErrorMap };
    if (kind !== 'custom') return [];
    const said = error?.({ code: 'custom', input: undefined, path: [] } as never);
    return [typeof said === 'string' ? said : (said?.message ?? 'a rule that JSON Schema cannot say')];
  });
}

const sentence = (parts: readonly unknown[]): string =>
  parts.filter((part) => typeof part === 'string' && part !== '').join('; ');

/** Schemas of one document that refer to one another under `prefix`, such as `#/components/schemas/`. */
export class SharedSchemas {
  readonly #prefix: string;
  readonly #byName = new Map<string, JsonSchema>();

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** Takes the definitions out of a schema into the shared ones and answers what remains. */
  share(schema: JsonSchema): JsonSchema {
    const { $schema: _dialect, $defs, definitions, ...rest } = schema;
    const parts = Object.entries(($defs ?? definitions ?? {}) as Record<string, JsonSchema>);
    const renamed = new Map(parts.map(([name, part]) => [name, this.#freeName(name, part)]));
    for (const [name, part] of parts) this.#byName.set(renamed.get(name) ?? name, this.#refer(part, renamed));
    return this.#refer(rest, renamed);
  }

  /** Adds a schema under its own name and returns the reference to it. */
  add(name: string, schema: JsonSchema): JsonSchema {
    this.#byName.set(name, schema);
    return this.ref(name);
  }

  ref(name: string): JsonSchema {
    if (!this.#byName.has(name)) throw new Error(`There is no schema ${name} to refer to.`);
    return { $ref: this.#prefix + name };
  }

  all(): Record<string, JsonSchema> {
    return Object.fromEntries([...this.#byName].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** What is sent and what is answered may differ in one part (defaults): then the second comer gets another name. */
  #freeName(name: string, part: JsonSchema): string {
    for (let count = 1; ; count += 1) {
      const candidate = count === 1 ? name : `${name}${count}`;
      const known = this.#byName.get(candidate);
      const same = new Map([[name, candidate]]);
      if (known === undefined || JSON.stringify(known) === JSON.stringify(this.#refer(part, same))) return candidate;
    }
  }

  #refer(schema: JsonSchema, renamed: ReadonlyMap<string, string>): JsonSchema {
    return referring(schema, (reference) => {
      const name = reference.replace(/^#\/(?:\$defs|definitions)\//, '');
      return name === reference ? reference : this.#prefix + (renamed.get(name) ?? name);
    });
  }
}

/** A copy with its references rewritten. A reviver of JSON would take five times as long. */
const referring = <Part>(part: Part, to: (reference: string) => string): Part => {
  if (typeof part !== 'object' || part === null) return part;
  if (Array.isArray(part)) return part.map((one: unknown) => referring(one, to)) as Part;
  const entries = Object.entries(part).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    entries.map(([key, value]: [string, unknown]) => [
      key,
      key === '$ref' && typeof value === 'string' ? to(value) : referring(value, to),
    ]),
  ) as Part;
};
