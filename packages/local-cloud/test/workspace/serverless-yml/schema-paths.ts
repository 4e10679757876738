/** JSON Schema, as far as the framework's has of it. */
export interface Schema {
  readonly $ref?: string;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly items?: Schema | readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
}

interface Root extends Schema {
  readonly definitions: Readonly<Record<string, Schema>>;
}

/** Values that CloudFormation resolves: what they are made of is no property of the framework. */
const VALUES = /^aws(?:Cf|Arn|SecretsManagerArn|ResourceCondition|ResourceDependsOn)/;
/** An event of this name keeps the schema's list of events from being empty. */
const WORKAROUND = '__schemaWorkaround__';

/** The paths of all properties that a schema names: `functions.*.events[].http.path`. */
export function propertyPaths(root: Root): Set<string> {
  const paths = new Set<string>();
  const below = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);
  const visit = (schema: Schema, path: string, open: readonly string[]): void => {
    const { $ref: reference, items = [], properties = {}, patternProperties = {}, additionalProperties } = schema;
    if (reference !== undefined) {
      const name = reference.replace('#/definitions/', '');
      if (!VALUES.test(name) && !open.includes(name)) visit(root.definitions[name]!, path, [...open, name]);
    }
    for (const part of [schema.anyOf, schema.oneOf, schema.allOf].flatMap((parts) => parts ?? []))
      visit(part, path, open);
    for (const item of [items].flat() as Schema[]) visit(item, `${path}[]`, open);
    for (const [name, inner] of Object.entries(properties)) {
      if (name === WORKAROUND) continue;
      paths.add(below(path, name));
      visit(inner, below(path, name), open);
    }
    for (const inner of Object.values(patternProperties)) visit(inner, below(path, '*'), open);
    if (typeof additionalProperties === 'object') visit(additionalProperties, below(path, '*'), open);
  };
  visit(root, '', []);
  return paths;
}
