import type { ChangeSet, Stack, StackInput, StackResource } from './model.ts';
import { readTemplateText } from '../template-text.ts';
import type { Template } from '../template.ts';

/** A stack as DescribeStacks answers it. */
export function describeStack(stack: Stack): object {
  return {
    ...summary(stack),
    Description: stack.description,
    Parameters: parametersOf(stack),
    DisableRollback: false,
    NotificationARNs: stack.notificationArns,
    Capabilities: stack.capabilities,
    Outputs: stack.outputs,
    RoleARN: stack.roleArn,
    Tags: stack.tags,
    EnableTerminationProtection: stack.terminationProtection,
  };
}

/** A stack as ListStacks answers it. */
export function summary(stack: Stack): object {
  return {
    StackId: stack.id,
    StackName: stack.name,
    CreationTime: stack.createdAt,
    LastUpdatedTime: stack.updatedAt,
    DeletionTime: stack.deletedAt,
    StackStatus: stack.status,
    StackStatusReason: stack.reason,
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
  };
}

/** A resource as ListStackResources answers it. */
export function resourceSummary(resource: StackResource): object {
  return {
    LogicalResourceId: resource.logicalId,
    PhysicalResourceId: resource.physicalId,
    ResourceType: resource.type,
    LastUpdatedTimestamp: resource.at,
    ResourceStatus: resource.status,
    ResourceStatusReason: resource.reason,
    DriftInformation: { StackResourceDriftStatus: 'NOT_CHECKED' },
  };
}

/** A resource as DescribeStackResource and DescribeStackResources answer it. */
export function describeResource(stack: Stack, resource: StackResource): object {
  const { LastUpdatedTimestamp: at, ...rest } = resourceSummary(resource) as { LastUpdatedTimestamp: string };
  return { StackName: stack.name, StackId: stack.id, ...rest, LastUpdatedTimestamp: at, Timestamp: at };
}

export function describeChangeSet(changeSet: ChangeSet): object {
  return {
    ChangeSetName: changeSet.name,
    ChangeSetId: changeSet.id,
    StackId: changeSet.stackId,
    StackName: changeSet.stackName,
    Description: changeSet.description,
    Parameters: parametersOf(changeSet.input),
    CreationTime: changeSet.createdAt,
    ExecutionStatus: changeSet.executionStatus,
    Status: changeSet.status,
    StatusReason: changeSet.reason,
    NotificationARNs: changeSet.input.notificationArns,
    Capabilities: changeSet.input.capabilities,
    Tags: changeSet.input.tags,
    Changes: changeSet.changes,
  };
}

/** Those that may not be echoed are masked. */
function parametersOf({ templateBody, parameters, resolvedParameters = {} }: StackInput): object[] {
  const { Parameters: declared = {} } = readTemplateText(templateBody) as Template;
  return Object.entries(parameters).map(([key, value]) => {
    const { NoEcho: noEcho } = (declared[key] ?? {}) as { readonly NoEcho?: unknown };
    const shown = String(noEcho) === 'true' ? '****' : value;
    return { ParameterKey: key, ParameterValue: shown, ResolvedValue: resolvedParameters[key] };
  });
}

/** What ValidateTemplate answers. */
export function describeTemplate(template: Template): object {
  const types = Object.values(template.Resources).map(({ Type }) => Type);
  const named = types.filter((type) => type.startsWith('AWS::IAM::'));
  return {
    Description: template.Description,
    Parameters: Object.entries(template.Parameters ?? {}).map(([name, declared]) => {
      const { Default: byDefault, NoEcho: noEcho, Description: description } = declared as Record<string, unknown>;
      return { ParameterKey: name, DefaultValue: byDefault, NoEcho: noEcho ?? false, Description: description };
    }),
    ...(named.length > 0 && {
      Capabilities: ['CAPABILITY_NAMED_IAM'],
      CapabilitiesReason: `The following resource(s) require capabilities: [${[...new Set(named)].join(', ')}]`,
    }),
  };
}
