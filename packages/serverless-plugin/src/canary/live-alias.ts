import { logicalId } from '../names.ts';
import { ConfigurationError } from '../types.ts';
import type { Json, Resource } from '../types.ts';

/** The name of the alias that callers of a function call. */
export const LIVE = 'live';

/** What the framework knows of a function's alias; all events that it compiles go to it. */
export interface TargetAlias {
  readonly name: string;
  readonly logicalId: string;
}

/** @throws ConfigurationError for a function whose alias the framework makes itself */
export function targetAlias(functionName: string, config: object): TargetAlias {
  const own = ['provisionedConcurrency', 'snapStart', 'durableConfig'].find((key) => key in config);
  if (own !== undefined) {
    throw new ConfigurationError(
      `functions.${functionName}: "${own}" makes an alias of its own, and traffic is shifted by another; ` +
        'take the stage out of custom.dure.canary.',
    );
  }
  return { name: LIVE, logicalId: aliasId(functionName) };
}

export const aliasId = (functionName: string): string => logicalId(functionName, 'LiveAlias');

/** The properties that take a function's name or ARN, where a template may refer to the function by `Ref`. */
const CALLERS: Readonly<Record<string, string>> = {
  'AWS::Lambda::Permission': 'FunctionName',
  'AWS::Lambda::EventSourceMapping': 'FunctionName',
  'AWS::Lambda::Url': 'TargetFunctionArn',
};

/**
 * A resource that refers to functions, as it refers to their aliases: state machines, policies, rules, whatever the
 * service's own resources call. What the framework has qualified already stays as it is.
 * @param aliases logical ids of aliases by those of their functions
 */
export function callAliases(resource: Resource, aliases: ReadonlyMap<string, string>): Resource {
  const Properties = rewire(resource.Properties, aliases) as Resource['Properties'];
  const property = CALLERS[resource.Type];
  const called = property === undefined ? undefined : (Properties[property] as { readonly Ref?: string } | undefined);
  const alias = called?.Ref === undefined ? undefined : aliases.get(called.Ref);
  if (property === undefined || alias === undefined) return { ...resource, Properties };
  return { ...resource, Properties: { ...Properties, [property]: { Ref: alias } } };
}

function rewire(value: Json, aliases: ReadonlyMap<string, string>): Json {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item: Json) => rewire(item, aliases));
  const { 'Fn::GetAtt': attribute, 'Fn::Join': join, 'Fn::Sub': sub } = value as { [key: string]: Json };
  const alias = attribute === undefined ? undefined : aliasOf(attribute, aliases);
  if (alias !== undefined) return { Ref: alias };
  if (join !== undefined && isQualified(join)) return value;
  if (sub !== undefined) return { 'Fn::Sub': substitute(sub, aliases) };
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, rewire(item, aliases)]));
}

/** `[ApiLambdaFunction, Arn]`, or the same with a dot. */
function aliasOf(attribute: Json, aliases: ReadonlyMap<string, string>): string | undefined {
  const [id, name] = typeof attribute === 'string' ? attribute.split('.') : (attribute as readonly string[]);
  return id !== undefined && name === 'Arn' ? aliases.get(id) : undefined;
}

const isQualified = (join: Json): boolean => Array.isArray(join) && Array.isArray(join[1]) && join[1].includes(LIVE);

function substitute(sub: Json, aliases: ReadonlyMap<string, string>): Json {
  if (typeof sub !== 'string') {
    const [text, variables] = sub as readonly [string, Json];
    return [substitute(text, aliases), rewire(variables, aliases)];
  }
  return sub.replace(/\$\{(\w+)\.Arn\}/g, (whole, id: string) => (aliases.has(id) ? `\${${aliases.get(id)}}` : whole));
}
