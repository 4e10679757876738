import { logicalId } from '../names.ts';
import type { Json, Resource } from '../types.ts';

/** The name of the alias that callers use. */
export const LIVE = 'live';

export const aliasId = (functionName: string): string => logicalId(functionName, 'LiveAlias');

/** Logical ids of aliases by the logical ids of their functions. */
export type Aliases = ReadonlyMap<string, string>;

/** Properties with a function's name or ARN, where a template may use `Ref`. */
const CALLERS: Readonly<Record<string, string>> = {
  'AWS::Lambda::EventSourceMapping': 'FunctionName',
  'AWS::Lambda::Permission': 'FunctionName',
  'AWS::Lambda::Url': 'TargetFunctionArn',
};

/**
 * Replaces references to functions in a resource with their aliases: methods, mappings, rules, state machines, policies
 * and other callers.
 */
export function callAliases(resource: Resource, aliases: Aliases): Resource {
  const Properties = rewire(resource.Properties, aliases) as Resource['Properties'];
  const property = CALLERS[resource.Type];
  const called = functionOf(Properties[property ?? 'FunctionName'], aliases);
  if (called === undefined) return { ...resource, Properties };
  if (property !== undefined) return { ...resource, Properties: { ...Properties, [property]: { Ref: called } } };
  if (resource.Type !== 'AWS::Lambda::EventInvokeConfig') return { ...resource, Properties };
  // The handling of failed calls is configured per alias, by its name.
  return { ...resource, Properties: { ...Properties, Qualifier: LIVE }, DependsOn: [called] };
}

/** The alias of the function that `Ref` refers to. */
function functionOf(value: Json | undefined, aliases: Aliases): string | undefined {
  const { Ref } = (value ?? {}) as { readonly Ref?: string };
  return Ref === undefined ? undefined : aliases.get(Ref);
}

function rewire(value: Json, aliases: Aliases): Json {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item: Json) => rewire(item, aliases));
  const { 'Fn::GetAtt': attribute, 'Fn::Sub': sub } = value as { readonly [key: string]: Json };
  const alias = attribute === undefined ? undefined : aliasOf(attribute, aliases);
  if (alias !== undefined) return { Ref: alias };
  if (sub !== undefined) return { 'Fn::Sub': substitute(sub, aliases) };
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, rewire(item, aliases)]));
}

/** `[ApiLambdaFunction, Arn]`, or the same with a dot. */
function aliasOf(attribute: Json, aliases: Aliases): string | undefined {
  const [id, name] = typeof attribute === 'string' ? attribute.split('.') : (attribute as readonly string[]);
  return id !== undefined && name === 'Arn' ? aliases.get(id) : undefined;
}

function substitute(sub: Json, aliases: Aliases): Json {
  if (typeof sub !== 'string') {
    const [text, variables] = sub as readonly [string, Json];
    return [substitute(text, aliases), rewire(variables, aliases)];
  }
  return sub.replace(/\$\{(\w+)\.Arn\}/g, (whole, id: string) => (aliases.has(id) ? `\${${aliases.get(id)}}` : whole));
}
