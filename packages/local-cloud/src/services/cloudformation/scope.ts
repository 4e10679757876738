import { own } from '../../shared/own-property.ts';
import type { CreatedResource } from './resource-type.ts';
import { invalid, type Template } from './template.ts';

/** A template refers to something that does not exist, or not yet. `missing` completes "waits for …". */
export class UnresolvedReference extends Error {
  readonly missing: string;
  /** Of an SSM parameter. */
  readonly parameterName: string | undefined;

  constructor(missing: string, parameterName?: string) {
    super(`${missing} does not exist.`);
    this.name = 'UnresolvedReference';
    this.missing = missing;
    this.parameterName = parameterName;
  }
}

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
  ssmParameter(name: string): string | undefined;
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
  ssmParameter(name: string): string | undefined;
  reachable(text: string): string;
}

export function createScope(options: ScopeOptions): Scope {
  const { stackId, stackName, region, accountId, template, ssmParameter, reachable } = options;
  const parameters = parameterReaders(template, options.parameters, ssmParameter);
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
    ssmParameter,
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
  ssmParameter: (name: string) => string | undefined,
): void {
  for (const read of Object.values(parameterReaders(template, given, ssmParameter))) {
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
  ssmParameter: (name: string) => string | undefined,
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
    } else readers[name] = () => typed(String(value), type, ssmParameter);
  }
  if (missing.length > 0) throw invalid(`Parameters: [${missing.join(', ')}] must have values`);
  return readers;
}

function typed(value: string, type: string, ssmParameter: (name: string) => string | undefined): unknown {
  const inner = SSM_VALUE.exec(type)?.[1];
  if (inner !== undefined) {
    const stored = ssmParameter(value);
    if (stored === undefined) throw new UnresolvedReference(`the SSM parameter ${value}`, value);
    return typed(stored, inner, ssmParameter);
  }
  const isList = type === 'CommaDelimitedList' || type.startsWith('List<');
  return isList ? value.split(',').map((item) => item.trim()) : value;
}
