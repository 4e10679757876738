import { own } from '@dure/local-http/own-property';
import type { CreatedResource } from './resource-type.ts';
import { invalid, type Template } from './template.ts';

/** A template refers to something that does not exist, or not yet. `missing` completes "waits for …". */
export class UnresolvedReference extends Error {
  readonly missing: string;
  /** Of an SSM parameter. */
  readonly parameterName: string | undefined;

  constructor(missing: string, parameterName?: string, message = `${missing} does not exist.`) {
    super(message);
    this.name = 'UnresolvedReference';
    this.missing = missing;
    this.parameterName = parameterName;
  }
}

/** What `{{resolve:service:address}}` stands for, by service. Each throws UnresolvedReference for what does not exist. */
export type DynamicReferences = Readonly<Record<string, (address: string) => unknown>>;

/** What the intrinsic functions of one stack can see. */
export interface Scope {
  readonly pseudoParameters: Record<string, string>;
  readonly conditions: Record<string, unknown>;
  readonly mappings: Record<string, Record<string, Record<string, unknown>>>;
  /** A parameter's value; undefined if the template has none of this name. */
  parameter(name: string): unknown;
  /** @throws UnresolvedReference if the resource does not exist (yet) */
  ref(logicalId: string): unknown;
  /** @throws UnresolvedReference if the resource does not exist (yet) */
  getAtt(logicalId: string, attribute: string): unknown;
  /** @throws UnresolvedReference if it does not exist (yet), TypeError for a service that is not supported */
  dynamicReference(service: string, address: string): unknown;
  /** What a stack exports under this name. @throws UnresolvedReference if none does (yet) */
  importValue(name: string): unknown;
  /** A text with the addresses on AWS in it that lead here. */
  reachable(text: string): string;
}

export interface ScopeOptions {
  readonly stackId: string;
  readonly stackName: string;
  readonly region: string;
  readonly accountId: string;
  readonly template: Template;
  readonly parameters: Readonly<Record<string, string>>;
  /** Undefined as long as the resource does not exist. */
  resource(logicalId: string): CreatedResource | undefined;
  readonly dynamicReferences: DynamicReferences;
  /** Undefined as long as no stack exports it. */
  exported(name: string): unknown;
  reachable(text: string): string;
}

export function createScope(options: ScopeOptions): Scope {
  const { stackId, stackName, region, accountId, template, dynamicReferences, reachable } = options;
  const parameters = parameterReaders(template, options.parameters, dynamicReferences);
  const find = (logicalId: string): CreatedResource => {
    const found = options.resource(logicalId);
    if (found !== undefined) return found;
    if (Object.hasOwn(template.Resources, logicalId)) throw new UnresolvedReference(`the resource ${logicalId}`);
    throw new TypeError(`The template refers to ${logicalId}, which it does not define.`);
  };
  return {
    pseudoParameters: {
      'AWS::AccountId': accountId,
      'AWS::Partition': 'aws',
      'AWS::Region': region,
      'AWS::StackId': stackId,
      'AWS::StackName': stackName,
      'AWS::URLSuffix': 'amazonaws.com',
    },
    conditions: template.Conditions ?? {},
    mappings: template.Mappings ?? {},
    parameter: (name) => own(parameters, name)?.(),
    ref: (logicalId) => find(logicalId).ref,
    getAtt(logicalId, attribute) {
      const value = own(find(logicalId).attributes, attribute);
      if (value !== undefined) return value;
      const type = own(template.Resources, logicalId)?.Type ?? 'resource';
      throw new TypeError(`The ${type} ${logicalId} has no attribute ${attribute} here.`);
    },
    dynamicReference(service, address) {
      const read = own(dynamicReferences, service);
      if (read !== undefined) return read(address);
      throw new TypeError(`The dynamic reference {{resolve:${service}:${address}}} is not supported here.`);
    },
    importValue(name) {
      const value = options.exported(name);
      if (value === undefined)
        throw new UnresolvedReference(`the export ${name}`, undefined, `No export named ${name} found.`);
      return value;
    },
    reachable,
  };
}

interface ParameterDeclaration {
  readonly Type?: string;
  readonly Default?: unknown;
  readonly AllowedValues?: readonly unknown[];
}

const SSM_VALUE = /^AWS::SSM::Parameter::Value<(.+)>$/;

/**
 * Checks the values of the template's parameters.
 * @throws AwsError `ValidationError` for one that is missing, unknown or not allowed, or whose SSM parameter is
 */
export function checkParameters(
  template: Template,
  given: Readonly<Record<string, string>>,
  dynamicReferences: DynamicReferences,
): void {
  for (const read of Object.values(parameterReaders(template, given, dynamicReferences))) {
    try {
      read();
    } catch (error) {
      if (!(error instanceof UnresolvedReference)) throw error;
      throw invalid(`Unable to fetch parameters [${error.parameterName}] from parameter store for this account.`);
    }
  }
}

/** How to read each parameter: what is given, or the default; lists are split, SSM parameters are read. */
function parameterReaders(
  { Parameters: declared = {} }: Template,
  given: Readonly<Record<string, string>>,
  dynamicReferences: DynamicReferences,
): Record<string, () => unknown> {
  const unknown = Object.keys(given).filter((name) => !(name in declared));
  if (unknown.length > 0) throw invalid(`Parameters: [${unknown.join(', ')}] do not exist in the template`);
  const readers: Record<string, () => unknown> = {};
  const missing: string[] = [];
  for (const [name, declaration] of Object.entries(declared)) {
    const { Type: type = 'String', Default: byDefault, AllowedValues: allowed } = declaration as ParameterDeclaration;
    const value = given[name] ?? byDefault;
    if (value === undefined) missing.push(name);
    else if (allowed !== undefined && !allowed.map(String).includes(String(value))) {
      throw invalid(`Parameter '${name}' must be one of AllowedValues`);
    } else readers[name] = () => typed(String(value), type, dynamicReferences);
  }
  if (missing.length > 0) throw invalid(`Parameters: [${missing.join(', ')}] must have values`);
  return readers;
}

function typed(value: string, type: string, dynamicReferences: DynamicReferences): unknown {
  const inner = SSM_VALUE.exec(type)?.[1];
  if (inner !== undefined) return typed(String(dynamicReferences['ssm']?.(value)), inner, dynamicReferences);
  const isList = type === 'CommaDelimitedList' || type.startsWith('List<');
  return isList ? value.split(',').map((item) => item.trim()) : value;
}

/** The values in SSM of those of a template's parameters that name one there. */
export function storedParameters(
  { Parameters: declared = {} }: Template,
  given: Readonly<Record<string, string>>,
  { ssm }: DynamicReferences,
): Record<string, string> {
  const stored = Object.entries(declared).flatMap(([name, declaration]) => {
    const { Type: type = 'String' } = declaration as ParameterDeclaration;
    return SSM_VALUE.test(type) ? [[name, String(ssm?.(given[name] ?? ''))] as const] : [];
  });
  return Object.fromEntries(stored);
}

/** The values of a template's parameters with the defaults of those that are not given. */
export function withDefaults(
  { Parameters: declared = {} }: Template,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const defaults = Object.entries(declared).flatMap(([name, declaration]) => {
    const { Default: value } = declaration as ParameterDeclaration;
    return value === undefined ? [] : [[name, String(value)] as const];
  });
  return { ...Object.fromEntries(defaults), ...given };
}
