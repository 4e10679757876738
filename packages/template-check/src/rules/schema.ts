import type { PropertyType, Resource as ResourceSpec } from '@aws-cdk/service-spec-types';
import type { Rule, Violation } from '../rule.ts';
import type { Spec } from '../spec.ts';
import { isObject } from '../template.ts';
import type { Json } from '../template.ts';

const SCHEMAS = 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-type-schemas.html';

/** A finding of one of the rules here. */
interface Finding {
  readonly rule: 'unknown' | 'missing' | 'type' | 'value';
  readonly path: string;
  readonly right: string;
}

type Properties = ResourceSpec['properties'];

export const schemaRules: readonly Rule[] = [
  {
    id: 'schema-resource-type',
    title: 'Resource types are AWS’s',
    why: 'CloudFormation refuses the template.',
    source: SCHEMAS,
    *check({ template, facts }) {
      for (const [id, { Type }] of Object.entries(template.Resources)) {
        if (facts.spec.resource(Type) !== undefined) continue;
        yield { resource: id, path: 'Type', right: `A type in AWS's schemas; there is no "${Type}".` };
      }
    },
  },
  schemaRule(
    'schema-property',
    'unknown',
    'Properties are ones that the resource has',
    'A misspelt property is refused.',
  ),
  schemaRule('schema-required', 'missing', 'Required properties are there', 'The resource could not be made.'),
  schemaRule('schema-type', 'type', 'Properties have the type that the schema says', 'The resource could not be made.'),
  schemaRule(
    'schema-value',
    'value',
    'Properties have a value that the schema lists',
    'The resource could not be made.',
  ),
];

function schemaRule(id: string, kind: Finding['rule'], title: string, why: string): Rule {
  return {
    ...{ id, title, why, source: SCHEMAS },
    *check({ template, facts }): Iterable<Violation> {
      for (const [resource, { Type, Properties = {} }] of Object.entries(template.Resources)) {
        const spec = facts.spec.resource(Type);
        if (spec === undefined) continue;
        for (const { rule, path, right } of compare(facts.spec, spec.properties, Properties, 'Properties')) {
          if (rule === kind) yield { resource, path, right };
        }
      }
    },
  };
}

function* compare(spec: Spec, properties: Properties, value: Json, path: string): Iterable<Finding> {
  if (!isObject(value)) return void (yield { rule: 'type', path, right: `An object, not ${written(value)}.` });
  for (const name of Object.keys(properties)) {
    if (properties[name]?.required && !(name in value)) {
      yield { rule: 'missing', path: `${path}.${name}`, right: `${name} is required.` };
    }
  }
  for (const [name, item] of Object.entries(value)) {
    const property = properties[name];
    const here = `${path}.${name}`;
    if (property === undefined) {
      yield { rule: 'unknown', path: here, right: `One of ${Object.keys(properties).sort().join(', ')}.` };
    } else {
      yield* compareAny(spec, [property.type, ...(property.previousTypes ?? [])], item, here);
    }
  }
}

/** Right if it is one of the types, else what is wrong by the first, which is the current one. */
function* compareAny(spec: Spec, types: readonly PropertyType[], value: Json, path: string): Iterable<Finding> {
  const findings = types.map((type) => [...compareType(spec, type, value, path)]);
  if (findings.some((list) => list.length === 0)) return;
  yield* findings[0] ?? [];
}

function* compareType(spec: Spec, type: PropertyType, value: Json, path: string): Iterable<Finding> {
  if (isIntrinsic(value)) return;
  const wrong = (what: string): Finding => ({ rule: 'type', path, right: `${what}, not ${written(value)}.` });
  switch (type.type) {
    case 'string':
      if (typeof value !== 'string') return void (yield wrong('A string'));
      return yield* compareListed(type.allowedValues, value, path);
    case 'integer':
      if (!Number.isInteger(value)) return void (yield wrong('An integer'));
      return yield* compareListed(type.allowedValues, value, path);
    case 'number':
      if (typeof value !== 'number') yield wrong('A number');
      return;
    case 'boolean':
      if (typeof value !== 'boolean') yield wrong('true or false');
      return;
    case 'date-time':
      if (Number.isNaN(Date.parse(String(value)))) yield wrong('A moment in ISO 8601');
      return;
    case 'null':
      if (value !== null) yield wrong('null');
      return;
    case 'json':
      return;
    case 'tag':
      return yield* compare(spec, TAG, value, path);
    case 'ref':
      return yield* compare(spec, spec.definition(type), value, path);
    case 'array':
      if (!Array.isArray(value)) return void (yield wrong('A list'));
      for (const [index, item] of value.entries()) {
        yield* compareType(spec, type.element, item as Json, `${path}[${index}]`);
      }
      return;
    case 'map':
      if (!isObject(value)) return void (yield wrong('An object'));
      for (const [key, item] of Object.entries(value)) yield* compareType(spec, type.element, item, `${path}.${key}`);
      return;
    case 'union':
      return yield* compareAny(spec, type.types, value, path);
    default:
      throw new Error(`The schemas have a type that is not known here: ${JSON.stringify(type satisfies never)}.`);
  }
}

const TAG: Properties = {
  Key: { type: { type: 'string' }, required: true },
  Value: { type: { type: 'string' }, required: true },
};

function* compareListed(allowed: readonly Json[] | undefined, value: Json, path: string): Iterable<Finding> {
  const isDynamic = typeof value === 'string' && value.includes('{{resolve:');
  if (allowed === undefined || allowed.includes(value) || isDynamic) return;
  yield { rule: 'value', path, right: `One of ${allowed.join(', ')}, not ${written(value)}.` };
}

/** Its value is known only when the stack is made. */
function isIntrinsic(value: Json): boolean {
  if (!isObject(value)) return false;
  const keys = Object.keys(value);
  return keys.length === 1 && (keys[0] === 'Ref' || keys[0]!.startsWith('Fn::'));
}

function written(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
