import { resolveValue } from '../resolver.ts';
import { UnresolvedReference, type Scope } from '../scope.ts';
import type { StackResource } from './model.ts';
import { invalid, type StackTemplate } from './template.ts';
import { own } from '../../../shared/own-property.ts';

export interface ScopeOptions {
  readonly stackId: string;
  readonly stackName: string;
  readonly region: string;
  readonly accountId: string;
  readonly template: StackTemplate;
  readonly parameters: Readonly<Record<string, string>>;
  resource(logicalId: string): StackResource | undefined;
  ssmParameter(name: string): string | undefined;
  /** Where an API's public address leads on this endpoint. */
  reachable(text: string): string;
}

/** What the intrinsic functions of a stack see. */
export function createScope(options: ScopeOptions): Scope {
  const { stackId, stackName, region, accountId, template, ssmParameter } = options;
  const find = (logicalId: string): StackResource => {
    const found = options.resource(logicalId);
    if (found === undefined || found.physicalId === '') throw new UnresolvedReference(`the resource ${logicalId}`);
    return found;
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
    parameters: parameterValues(template, options.parameters, ssmParameter),
    conditions: template.Conditions ?? {},
    mappings: template.Mappings ?? {},
    ref: (logicalId) => find(logicalId).physicalId,
    getAtt(logicalId, attribute) {
      const { attributes, type } = find(logicalId);
      const value = own(attributes, attribute);
      if (value === undefined) throw new TypeError(`The ${type} ${logicalId} has no attribute ${attribute} here.`);
      return value;
    },
    ssmParameter,
  };
}

/** A template value, resolved, with the addresses of APIs in it made reachable. */
export function resolveReachable(value: unknown, scope: Scope, reachable: (text: string) => string): unknown {
  const rewrite = (node: unknown): unknown => {
    if (typeof node === 'string') return reachable(node);
    if (Array.isArray(node)) return node.map(rewrite);
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(Object.entries(node).map(([key, inner]) => [key, rewrite(inner)]));
  };
  return rewrite(resolveValue(value, scope));
}

interface ParameterDeclaration {
  readonly Type?: string;
  readonly Default?: unknown;
  readonly AllowedValues?: readonly unknown[];
}

const SSM_VALUE = /^AWS::SSM::Parameter::Value<(.+)>$/;

/**
 * Values of the template's parameters: what is given, or the defaults; lists are split, SSM parameters are read.
 * @throws AwsError `ValidationError` for one that is missing, unknown or not allowed
 */
export function parameterValues(
  { Parameters: declared = {} }: StackTemplate,
  given: Readonly<Record<string, string>>,
  ssmParameter: (name: string) => string | undefined,
): Record<string, unknown> {
  const unknown = Object.keys(given).filter((name) => !(name in declared));
  if (unknown.length > 0) throw invalid(`Parameters: [${unknown.join(', ')}] do not exist in the template`);
  const values: Record<string, unknown> = {};
  const missing: string[] = [];
  for (const [name, declaration] of Object.entries(declared)) {
    const { Type: type = 'String', Default: byDefault, AllowedValues: allowed } = declaration as ParameterDeclaration;
    const value = given[name] ?? byDefault;
    if (value === undefined) missing.push(name);
    else if (allowed !== undefined && !allowed.map(String).includes(String(value))) {
      throw invalid(`Parameter '${name}' must be one of AllowedValues`);
    } else values[name] = typed(String(value), type, ssmParameter);
  }
  if (missing.length > 0) throw invalid(`Parameters: [${missing.join(', ')}] must have values`);
  return values;
}

function typed(value: string, type: string, ssmParameter: (name: string) => string | undefined): unknown {
  const inner = SSM_VALUE.exec(type)?.[1];
  if (inner !== undefined) {
    const stored = ssmParameter(value);
    if (stored === undefined)
      throw invalid(`Unable to fetch parameters [${value}] from parameter store for this account.`);
    return typed(stored, inner, ssmParameter);
  }
  const isList = type === 'CommaDelimitedList' || type.startsWith('List<');
  return isList ? value.split(',').map((item) => item.trim()) : value;
}
