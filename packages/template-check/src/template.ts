/** A CloudFormation template as plain JSON, and functions to read it. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

export interface Resource {
  readonly Type: string;
  readonly Properties?: JsonObject;
  readonly DependsOn?: string | readonly string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly UpdatePolicy?: JsonObject;
}

export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, JsonObject>>;
  readonly Parameters?: JsonObject;
  readonly Mappings?: JsonObject;
  readonly Conditions?: JsonObject;
}

/** A resource with its logical id; `properties` is empty if it has none. */
export interface Entry {
  readonly id: string;
  readonly resource: Resource;
  readonly properties: JsonObject;
}

/** All resources of the given types, in the template's order. */
export function ofType(template: Template, ...types: string[]): Entry[] {
  return Object.entries(template.Resources)
    .filter(([, resource]) => types.includes(resource.Type))
    .map(([id, resource]) => ({ id, resource, properties: resource.Properties ?? {} }));
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a path; undefined if there is none. */
export function at(value: Json | undefined, ...path: (string | number)[]): Json | undefined {
  let here: Json | undefined = value;
  for (const key of path) {
    if (Array.isArray(here)) here = (here as readonly Json[])[Number(key)];
    else here = isObject(here) ? here[key] : undefined;
  }
  return here;
}

/**
 * A list unchanged, a single value as a list of one, undefined as an empty list: CloudFormation and IAM allow both
 * forms.
 */
export function list(value: Json | undefined): readonly Json[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly Json[]) : [value as Json];
}

/** A number, also one written as text. NaN for anything else. */
export function number(value: Json | undefined): number {
  return typeof value === 'number' || (typeof value === 'string' && value.trim() !== '') ? Number(value) : Number.NaN;
}

/** Calls `visit` with every value inside, outer ones first, and the path to each. */
export function walk(value: Json, visit: (value: Json, path: string) => void, path = ''): void {
  visit(value, path);
  if (value === null || typeof value !== 'object') return;
  for (const [key, item] of Object.entries(value)) {
    walk(item as Json, visit, Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`);
  }
}
