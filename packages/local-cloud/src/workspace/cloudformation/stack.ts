import { ACCEPTED_TYPES } from '../../services/cloudformation/inert-resource-types.ts';
import type { CreatedResource } from '../../services/cloudformation/resource-type.ts';
import { UnresolvedReference, type Scope } from '../../services/cloudformation/scope.ts';
import type { Template } from '../../services/cloudformation/template.ts';
import { own } from '../../shared/own.ts';

/** One service's stack: its template, and what of it exists by now. */
export interface Stack {
  readonly service: string;
  readonly template: Template;
  readonly created: Map<string, CreatedResource>;
  readonly scope: Scope;
}

export interface StackOptions {
  readonly service: string;
  readonly template: Template;
  readonly stage: string;
  readonly region: string;
  readonly accountId: string;
  /** ARN of the function behind one of the framework's logical ids, `CommandsLambdaFunction`. */
  functionArn(logicalId: string): string | undefined;
  ssmParameter(name: string): string | undefined;
}

export function createStack(options: StackOptions): Stack {
  const { service, template, stage, region, accountId } = options;
  const created = new Map<string, CreatedResource>();
  const stackName = `${service}-${stage}`;

  function find(logicalId: string): CreatedResource {
    const found = created.get(logicalId) ?? fromFramework(logicalId, options);
    if (found !== undefined) return found;
    if (Object.hasOwn(template.Resources, logicalId)) throw new UnresolvedReference(`its own resource ${logicalId}`);
    throw new TypeError(`The template refers to ${logicalId}, which it does not define.`);
  }

  const scope: Scope = {
    pseudoParameters: {
      'AWS::AccountId': accountId,
      'AWS::Partition': 'aws',
      'AWS::Region': region,
      'AWS::StackId': `arn:aws:cloudformation:${region}:${accountId}:stack/${stackName}/local`,
      'AWS::StackName': stackName,
      'AWS::URLSuffix': 'amazonaws.com',
    },
    parameters: defaultsOf(template.Parameters ?? {}),
    conditions: template.Conditions ?? {},
    mappings: template.Mappings ?? {},
    ref: (logicalId) => find(logicalId).ref,
    getAtt(logicalId, attribute) {
      const value = own(find(logicalId).attributes, attribute);
      if (value !== undefined) return value;
      const type = own(template.Resources, logicalId)?.Type ?? '';
      const known = type in ACCEPTED_TYPES ? `local ${logicalId}` : logicalId;
      throw new TypeError(`The ${known} has no attribute ${attribute}.`);
    },
    ssmParameter: options.ssmParameter,
  };
  return { service, template, created, scope };
}

function fromFramework(logicalId: string, options: StackOptions): CreatedResource | undefined {
  const { service, stage, region, accountId } = options;
  const arn = options.functionArn(logicalId);
  if (arn !== undefined) return { ref: arn.split(':')[6] ?? '', attributes: { Arn: arn } };
  if (!logicalId.endsWith('IamRoleLambdaExecution')) return undefined;
  const role = `${service}-${stage}-${region}-lambdaRole`;
  return { ref: role, attributes: { Arn: `arn:aws:iam::${accountId}:role/${role}` } };
}

function defaultsOf(parameters: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(parameters)
      .map(([name, parameter]) => [name, (parameter as { Default?: unknown }).Default] as const)
      .filter(([, value]) => value !== undefined),
  );
}
